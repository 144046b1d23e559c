"""POST /v1/quotes: prices for probes, problems for what cannot be read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from actwise.contract.quote import Quote
from actwise.contract.request import TaskDescription
from service.http.operations import register_operations
from service.http.problems import register_problems
from service.http.quotes import EXAMPLES, quote_operations


def quoting(request: TaskDescription) -> Quote:
    assert request.probe is not None
    return Quote(seconds=request.probe.seconds, cores=2, network_steps=1_000)


@pytest.fixture
def asked() -> FlaskClient:
    app = Flask("quotes")
    register_problems(app)
    register_operations(app, quote_operations(quoting, 10_000))
    return app.test_client()


def send(client: FlaskClient, body: Any) -> Any:
    return client.post("/v1/quotes", data=json.dumps(body), content_type="application/json")


def test_a_request_without_a_probe_is_told_what_is_missing(asked: FlaskClient) -> None:
    answer = send(asked, {key: value for key, value in next(iter(EXAMPLES.values())).items() if key != "probe"})
    assert answer.status_code == 422
    assert answer.get_json()["faults"][0]["pointer"] == "/probe"


def test_a_contradictory_request_is_refused_as_for_a_recommendation(asked: FlaskClient) -> None:
    answer = send(asked, {"task": "classification", "depth": -1, "probe": {"seconds": 1}})
    assert answer.status_code == 422
    assert {fault["pointer"] for fault in answer.get_json()["faults"]} >= {"/depth", "/layer_type"}


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_quoted(asked: FlaskClient, name: str) -> None:
    answer = send(asked, EXAMPLES[name])
    assert answer.status_code == 200
    assert Quote.model_validate_json(answer.data).seconds == EXAMPLES[name]["probe"]["seconds"]

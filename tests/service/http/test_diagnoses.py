"""POST /v1/diagnoses: findings for what is sent, a problem document for what cannot be read, never a 500."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from actwise.contract.diagnosis import Diagnosis
from service.http.diagnoses import EXAMPLES

DOUBLE = {
    "text": "Sequential(\n  (0): Linear(in_features=8, out_features=10, bias=True)\n  (1): Softmax(dim=1)\n)",
    "context": {"loss": "CrossEntropyLoss", "task": "multiclass_classification", "classes": 10},
}


def send(client: FlaskClient, body: Any, **options: Any) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(
        "/v1/diagnoses", data=raw, content_type=options.pop("content_type", "application/json"), **options
    )


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_gets_a_diagnosis_with_at_least_one_finding(client: FlaskClient, name: str) -> None:
    answer = send(client, EXAMPLES[name])
    assert answer.status_code == 200
    assert answer.content_type == "application/json"
    assert Diagnosis.model_validate_json(answer.data).findings


def test_a_softmax_before_a_loss_that_applies_one_is_an_error_with_its_number(client: FlaskClient) -> None:
    found = Diagnosis.model_validate_json(send(client, DOUBLE).data)
    assert found.read_as == "pytorch"
    first = found.findings[0]
    assert first.severity == "error"
    assert first.layers == (1,)
    assert first.proof is not None
    assert "1.461" in first.proof.sentence


def test_the_same_request_gets_the_same_bytes(client: FlaskClient) -> None:
    assert send(client, DOUBLE).data == send(client, json.dumps(DOUBLE, indent=3).encode()).data


def test_what_a_text_does_not_show_is_said(client: FlaskClient) -> None:
    text = "Net(\n  (fc): Linear(in_features=8, out_features=10, bias=True)\n)\ntrailing words"
    found = send(client, {"text": text}).json
    assert "forward()" in found["notes"][0]
    assert found["unread"] == ["trailing words"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "empty_body"),
        (b"\xff", 400, "not_utf8"),
        (b"{", 400, "not_json"),
        (b"[" * 40 + b"]" * 40, 400, "too_deep"),
        (b'{"text": "a", "text": "b"}', 400, "duplicate_key"),
        (b'{"text": "\\ud800"}', 400, "lone_surrogate"),
        (b'{"context": {"classes": NaN}}', 400, "not_finite"),
        ([], 422, "invalid_request"),
        ({}, 422, "invalid_request"),
        ({"text": " "}, 422, "invalid_request"),
        ({"text": "\x00\x01"}, 422, "invalid_request"),
        ({"text": "[" * 50_000}, 422, "invalid_request"),
        ({"text": "(a): B(\n" * 1_000}, 422, "invalid_request"),
        ({"text": "Traceback (most recent call last):\n  x"}, 422, "invalid_request"),
        ({**DOUBLE, "network": {"layers": [{"kind": "dense"}]}}, 422, "invalid_request"),
        ({**DOUBLE, "context": {"activations": 3}}, 422, "invalid_request"),
        (b'{"text": "' + b"x" * 100_000 + b'"}', 413, "body_too_large"),
    ],
    ids=str,
)
def test_what_cannot_be_read_is_a_problem_document(client: FlaskClient, body: Any, status: int, code: str) -> None:
    answer = send(client, body)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert answer.content_type == "application/problem+json"


def test_every_fault_is_told_at_once_with_the_nearest_spelling(client: FlaskClient) -> None:
    answer = send(client, {"text": "layers: [dense 3 reluu]", "context": {"lss": "mse"}})
    assert {fault["pointer"] for fault in answer.json["faults"]} == {"/text", "/context/lss"}
    assert "did you mean 'relu'" in answer.json["detail"]


def test_only_json_is_taken_and_no_query(client: FlaskClient) -> None:
    assert send(client, DOUBLE, content_type="text/plain").status_code == 415
    assert send(client, DOUBLE, query_string={"verbose": "1"}).json["code"] == "invalid_query"
    assert client.get("/v1/diagnoses").status_code == 405

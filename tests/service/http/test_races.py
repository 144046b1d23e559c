"""/v1/races over HTTP: what is refused, what is answered, and a whole race."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from actwise.contract.race import RaceState, RaceTask
from service.http import Services, create_app
from service.http.races import EXAMPLES
from service.races.stored import StoredRaces
from tests.service.races.simulated import DESCRIPTION, accuracy

RACE = {
    "description": DESCRIPTION,
    "candidates": ["relu", "gelu", "tanh"],
    "budget": {"length": 18, "runs": 30},
    "metric": "accuracy",
    "direction": "maximize",
}


@pytest.fixture
def app(services: Services, races: StoredRaces) -> Flask:
    return create_app(replace(services, races=races))


def send(client: FlaskClient, path: str, body: Any, **headers: str) -> Any:
    return client.post(path, data=json.dumps(body), content_type="application/json", headers=headers)


@pytest.fixture
def made(client: FlaskClient) -> str:
    """The path of a race."""
    return str(send(client, "/v1/races", RACE).headers["Location"])


@pytest.mark.parametrize("method", ["get", "delete"])
def test_an_unknown_race_is_404(client: FlaskClient, method: str) -> None:
    answer = getattr(client, method)("/v1/races/race_x")
    assert (answer.status_code, answer.json["code"]) == (404, "unknown_race")


def test_an_unknown_race_can_neither_be_asked_nor_told(client: FlaskClient) -> None:
    for path, body in (("ask", {}), ("tell", {"task": "t", "value": 1})):
        answer = send(client, f"/v1/races/race_x/{path}", body)
        assert (answer.status_code, answer.json["code"]) == (404, "unknown_race")


def test_every_fault_of_a_race_is_told_at_once(client: FlaskClient) -> None:
    description = {**DESCRIPTION, "depth": 0, "target": {"mean": 1.0}}
    answer = send(client, "/v1/races", {"description": description, "metric": "", "direction": "up", "candidate": []})
    assert answer.status_code == 422
    assert {fault["pointer"] for fault in answer.json["faults"]} == {
        "/description/depth",
        "/description/target/mean",
        "/budget",
        "/metric",
        "/direction",
        "/candidate",
    }


def test_a_probe_beside_the_callers_own_trainer_is_refused(client: FlaskClient) -> None:
    answer = send(client, "/v1/races", {**RACE, "description": {**DESCRIPTION, "probe": {"seconds": 5}}})
    assert [fault["pointer"] for fault in answer.json["faults"]] == ["/description/probe"]


def test_nan_in_a_body_is_refused_since_json_has_no_such_word(client: FlaskClient, made: str) -> None:
    answer = send(client, f"{made}/tell", {"task": "0.relu.0.0", "value": float("nan")})
    assert (answer.status_code, answer.json["code"]) == (400, "not_finite")


def test_an_unknown_task_is_refused_with_its_repair(client: FlaskClient, made: str) -> None:
    answer = send(client, f"{made}/tell", {"task": "0.rleu.0.0", "value": 0.5})
    assert answer.status_code == 422
    assert answer.json["faults"][0]["nearest"] == "0.relu.0.0"


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_created(client: FlaskClient, name: str) -> None:
    answer = send(client, "/v1/races", EXAMPLES[name])
    assert answer.status_code == 201
    assert RaceState.model_validate_json(answer.data).status in ("running", "decided")


def test_a_key_makes_one_race_and_is_not_reused_for_another(client: FlaskClient) -> None:
    key = {"Idempotency-Key": "one"}
    first, again = (send(client, "/v1/races", RACE, **key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.headers["Location"] == again.headers["Location"]
    other = send(client, "/v1/races", {**RACE, "seed": 1}, **key)
    assert (other.status_code, other.json["code"]) == (409, "key_reused")
    assert other.headers["Location"] == first.headers["Location"]
    assert send(client, "/v1/races", RACE, **{"Idempotency-Key": "a key"}).json["code"] == "invalid_header"


def test_a_whole_race_over_http(client: FlaskClient, made: str) -> None:
    while (work := send(client, f"{made}/ask", {"tasks": 10}).json)["do"] == "train":
        for task in map(RaceTask.model_validate, work["tasks"]):
            told = send(client, f"{made}/tell", {"task": task.id, "attempt": task.attempt, "value": accuracy(task)})
            assert told.json["outcome"] == "counted"
    state = RaceState.model_validate_json(client.get(made).data)
    assert (work["do"], state.status, state.tie_group) == ("stop", "decided", ("gelu",))
    assert work["why"] == state.summary[0]
    assert client.get("/v1/races").json["items"][0]["status"] == "decided"
    cancelled = client.delete(made)
    assert (cancelled.status_code, cancelled.json["code"]) == (409, "already_finished")


def test_everybody_is_told_to_wait_while_all_tasks_are_leased(client: FlaskClient, made: str) -> None:
    send(client, f"{made}/ask", {"tasks": 100})
    work = send(client, f"{made}/ask", {}).json
    assert (work["do"], work["tasks"]) == ("wait", [])
    assert work["retry_after"] > 0


def test_a_cancelled_race_stays_to_be_read_and_stops_its_trainers(client: FlaskClient, made: str) -> None:
    assert client.delete(made).json["status"] == "cancelled"
    assert client.delete(made).status_code == 200
    assert send(client, f"{made}/ask", {}).json["do"] == "stop"
    assert client.get(made).json["status"] == "cancelled"


def test_an_unchanged_race_is_not_sent_again(client: FlaskClient, made: str) -> None:
    tag = client.get(made).headers["ETag"]
    assert client.get(made, headers={"If-None-Match": tag}).status_code == 304
    send(client, f"{made}/ask", {})
    assert client.get(made, headers={"If-None-Match": tag}).status_code == 200


def test_a_cursor_never_given_out_is_refused(client: FlaskClient) -> None:
    assert client.get("/v1/races?cursor=nonsense").json["code"] == "invalid_query"

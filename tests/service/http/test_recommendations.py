from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from actwise.contract.answer import Recommendation
from service.http.memory import MemoryRecommendations

PATH = "/v1/recommendations"
Post = Callable[..., Any]


def test_four_fields_are_answered_completely_at_once(post: Post, four_fields: dict[str, Any]) -> None:
    answer = post(four_fields)
    assert answer.status_code == 200
    recommendation = Recommendation.model_validate_json(answer.data)
    assert recommendation.status == "complete"
    assert answer.headers["Location"] == f"{PATH}/{recommendation.id}"


def test_an_answer_can_be_read_again_with_the_same_bytes(
    post: Post, client: FlaskClient, four_fields: dict[str, Any]
) -> None:
    made = post(four_fields)
    assert client.get(made.headers["Location"]).data == made.data


def test_repeated_bytes_are_answered_without_asking_the_advisor_again(
    post: Post, advisor: Any, four_fields: dict[str, Any]
) -> None:
    first, second = post(four_fields), post(four_fields)
    assert (first.data, first.status_code, first.headers["Location"]) == (
        second.data,
        second.status_code,
        second.headers["Location"],
    )
    assert advisor.asked == 1


def test_equal_requests_in_other_words_are_one_resource(post: Post, four_fields: dict[str, Any]) -> None:
    turned = dict(reversed(four_fields.items()))
    assert post(four_fields).headers["Location"] == post(turned).headers["Location"]


def test_a_probe_is_accepted_with_the_instant_answer_inside(post: Post, probing: dict[str, Any]) -> None:
    answer = post(probing)
    assert answer.status_code == 202
    assert answer.json["status"] == "queued"
    assert answer.json["hidden"][0]["ranking"]
    assert answer.headers["Location"] == f"{PATH}/{answer.json['id']}"


def test_an_answer_that_still_moves_is_never_remembered(
    post: Post, store: MemoryRecommendations, probing: dict[str, Any]
) -> None:
    queued = Recommendation.model_validate_json(post(probing).data)
    store.replace(queued.model_copy(update={"status": "running"}))
    assert post(probing).json["status"] == "running"
    store.replace(queued.model_copy(update={"status": "complete"}))
    assert post(probing).status_code == 200


def test_progress_is_read_from_the_resource(
    post: Post, client: FlaskClient, store: MemoryRecommendations, probing: dict[str, Any]
) -> None:
    queued = Recommendation.model_validate_json(post(probing).data)
    assert queued.probe is not None
    probe = queued.probe.model_copy(update={"progress": 0.5})
    store.replace(queued.model_copy(update={"status": "running", "probe": probe}))
    assert client.get(f"{PATH}/{queued.id}").json["probe"]["progress"] == 0.5


def test_the_same_key_with_an_equal_request_gives_the_same_resource(post: Post, probing: dict[str, Any]) -> None:
    first = post(probing, Idempotency_Key="run-1")
    second = post(dict(reversed(probing.items())), Idempotency_Key="run-1")
    assert first.headers["Location"] == second.headers["Location"]


def test_the_same_key_with_another_request_is_refused(
    post: Post, probing: dict[str, Any], four_fields: dict[str, Any]
) -> None:
    first = post(probing, Idempotency_Key="run-1")
    second = post(four_fields, Idempotency_Key="run-1")
    assert (second.status_code, second.json["code"]) == (409, "key_reused")
    assert second.headers["Location"] == first.headers["Location"]


def test_a_key_is_looked_at_even_when_the_bytes_are_remembered(
    post: Post, probing: dict[str, Any], four_fields: dict[str, Any]
) -> None:
    post(four_fields)
    post(probing, Idempotency_Key="run-1")
    assert post(four_fields, Idempotency_Key="run-1").status_code == 409


@pytest.mark.parametrize("key", ["", "two words", "é", "x" * 256])
def test_an_unfit_key_is_refused(post: Post, four_fields: dict[str, Any], key: str) -> None:
    answer = post(four_fields, Idempotency_Key=key)
    assert (answer.status_code, answer.json["code"]) == (400, "invalid_header")
    assert answer.json["faults"][0]["pointer"] == "/Idempotency-Key"


def test_the_list_is_newest_first_and_pages_through_everything_once(
    post: Post, client: FlaskClient, four_fields: dict[str, Any]
) -> None:
    made = [post({**four_fields, "depth": depth}).json["id"] for depth in range(1, 6)]
    seen, cursor = [], ""
    while cursor is not None:
        page = client.get(f"{PATH}?limit=2" + (f"&cursor={cursor}" if cursor else "")).json
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]
    assert seen == made[::-1]


def test_a_page_says_what_was_asked_and_how_far_it_is(post: Post, client: FlaskClient, probing: dict[str, Any]) -> None:
    post(probing)
    item = client.get(PATH).json["items"][0]
    assert (item["status"], item["progress"], item["request"]["depth"]) == ("queued", 0.0, 8)
    assert item["created"].endswith("Z")


def test_cancelling_stops_a_probe_and_again_changes_nothing(
    post: Post, client: FlaskClient, probing: dict[str, Any]
) -> None:
    where = post(probing).headers["Location"]
    first, second = client.delete(where), client.delete(where)
    assert (first.status_code, first.json["status"]) == (200, "cancelled")
    assert (second.status_code, second.data) == (200, first.data)
    assert client.get(where).json["hidden"]


def test_a_cancelled_probe_starts_again_when_it_is_asked_for_again(
    post: Post, client: FlaskClient, probing: dict[str, Any]
) -> None:
    client.delete(post(probing).headers["Location"])
    assert post(probing).json["status"] == "queued"


def test_a_finished_answer_cannot_be_cancelled(post: Post, client: FlaskClient, four_fields: dict[str, Any]) -> None:
    answer = client.delete(post(four_fields).headers["Location"])
    assert (answer.status_code, answer.json["code"]) == (409, "already_finished")


@pytest.mark.parametrize("method", ["get", "delete"])
@pytest.mark.parametrize("name", ["rec_0", "%00", "x" * 300, "%F0%9F%A6%8A"])
def test_an_unknown_id_is_a_404(client: FlaskClient, method: str, name: str) -> None:
    answer = getattr(client, method)(f"{PATH}/{name}")
    assert (answer.status_code, answer.json["code"]) == (404, "unknown_recommendation")


def test_a_full_queue_says_when_to_come_back(post: Post, probing: dict[str, Any], four_fields: dict[str, Any]) -> None:
    for depth in (1, 2):
        assert post({**probing, "depth": depth}).status_code == 202
    answer = post({**probing, "depth": 3})
    assert (answer.status_code, answer.json["code"]) == (429, "queue_full")
    assert int(answer.headers["Retry-After"]) >= 1
    # Answers without a probe need no place in the queue.
    assert post(four_fields).status_code == 200


def test_an_unchanged_resource_is_not_sent_twice(post: Post, client: FlaskClient, four_fields: dict[str, Any]) -> None:
    where = post(four_fields).headers["Location"]
    tag = client.get(where).headers["ETag"]
    again = client.get(where, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get(where, headers={"If-None-Match": '"other"'}).status_code == 200


def test_head_answers_the_headers_alone(post: Post, client: FlaskClient, four_fields: dict[str, Any]) -> None:
    where = post(four_fields).headers["Location"]
    head = client.head(where)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == str(len(client.get(where).data))


def test_a_request_just_below_the_limit_is_read(post: Post, four_fields: dict[str, Any]) -> None:
    raw = json.dumps(four_fields).encode()
    assert post(raw + b" " * (100_000 - len(raw))).status_code == 200
    assert post(raw + b" " * (100_001 - len(raw))).status_code == 413

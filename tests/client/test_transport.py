"""What is repeated, what is not, and what goes out with a request."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from requests.adapters import BaseAdapter

from actwise.contract.faults import ContractError
from actwise.errors import RefusedError, UnreachableError
from actwise.transport import Transport

Step = int | Exception


class Scripted(BaseAdapter):
    """Answers with one status or error after another, and keeps what came."""

    def __init__(self, *steps: Step, headers: dict[str, str] | None = None) -> None:
        super().__init__()
        self.steps: Iterator[Step] = iter(steps)
        self.headers = headers or {}
        self.seen: list[requests.PreparedRequest] = []

    def send(self, request: requests.PreparedRequest, *_arguments: Any, **_options: Any) -> requests.Response:
        self.seen.append(request)
        step = next(self.steps)
        if isinstance(step, Exception):
            raise step
        answer = requests.Response()
        answer.status_code, answer._content, answer.request = step, b"<html>", request
        answer.headers.update(self.headers)
        return answer

    def close(self) -> None: ...


Made = Callable[..., tuple[Transport, Scripted]]


@pytest.fixture(autouse=True)
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    pauses: list[float] = []
    monkeypatch.setattr("actwise.transport.time.sleep", pauses.append)
    return pauses


@pytest.fixture
def made() -> Made:
    def make(*steps: Step, api_key: str | None = None, headers: dict[str, str] | None = None) -> Any:
        session, adapter = requests.Session(), Scripted(*steps, headers=headers)
        session.mount("http://", adapter)
        return Transport("http://test", api_key, session=session), adapter

    return make


@pytest.mark.parametrize("failure", [502, 503, 504, requests.ConnectionError("gone"), requests.ReadTimeout("late")])
def test_reading_is_repeated_until_it_succeeds(made: Made, failure: Step) -> None:
    transport, adapter = made(failure, failure, failure, 200)
    assert transport.send("GET", "/x").status_code == 200
    assert len(adapter.seen) == 4


def test_after_three_repetitions_the_last_failure_is_told(made: Made) -> None:
    transport, adapter = made(*[requests.ConnectionError("gone")] * 5)
    with pytest.raises(UnreachableError, match="http://test: gone"):
        transport.send("GET", "/x")
    assert len(adapter.seen) == 4


@pytest.mark.parametrize(("method", "failure"), [("POST", 503), ("DELETE", 503), ("PUT", 502)])
def test_what_might_be_done_twice_is_sent_once(made: Made, method: str, failure: int) -> None:
    transport, adapter = made(failure, 200)
    with pytest.raises(RefusedError):
        transport.send(method, "/x")
    assert len(adapter.seen) == 1


def test_a_lost_connection_of_what_might_be_done_twice_is_told_at_once(made: Made) -> None:
    transport, adapter = made(requests.ConnectionError("gone"), 200)
    with pytest.raises(UnreachableError):
        transport.send("POST", "/x")
    assert len(adapter.seen) == 1


def test_an_idempotency_key_makes_a_post_repeatable_and_stays_the_same(made: Made) -> None:
    transport, adapter = made(requests.ConnectionError("gone"), 503, 200)
    transport.send("POST", "/x", headers={"Idempotency-Key": "k-1"})
    assert [request.headers["Idempotency-Key"] for request in adapter.seen] == ["k-1"] * 3


@pytest.mark.parametrize("status", [400, 404, 409, 422, 429, 500])
def test_an_answer_that_would_be_the_same_again_is_not_asked_for_again(made: Made, status: int) -> None:
    transport, adapter = made(status, 200)
    with pytest.raises(RefusedError) as caught:
        transport.send("GET", "/x")
    assert caught.value.problem.status == status
    assert caught.value.problem.code == "not_actwise"
    assert len(adapter.seen) == 1


def test_an_address_that_no_library_can_read_is_not_tried_again(made: Made) -> None:
    transport, adapter = made(requests.exceptions.InvalidURL("bad"), 200)
    with pytest.raises(UnreachableError, match="bad"):
        transport.send("GET", "/x")
    assert len(adapter.seen) == 1


@pytest.mark.parametrize(
    ("wish", "pause"), [("3", 3.0), ("9999", 10.0), ("Wed, 21 Oct 2026 07:28:00 GMT", 0.2), ("-1", 0.2)]
)
def test_the_service_says_when_to_come_back_within_limits(
    made: Made, slept: list[float], wish: str, pause: float
) -> None:
    transport, _ = made(503, 200, headers={"Retry-After": wish})
    transport.send("GET", "/x")
    assert slept == [pause]


def test_a_key_is_sent_as_a_bearer_token_even_where_a_netrc_file_says_otherwise(
    made: Made, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine test login somebody password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    transport, adapter = made(200, api_key="secret")
    transport.send("GET", "/x")
    assert adapter.seen[0].headers["Authorization"] == "Bearer secret"


def test_address_and_key_come_from_the_environment_unless_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACTWISE_URL", "https://somewhere/base/")
    monkeypatch.setenv("ACTWISE_API_KEY", "k")
    assert Transport().url == "https://somewhere/base"
    assert Transport("http://other").url == "http://other"
    assert Transport()._session.auth is not None


def test_without_a_key_nothing_is_sent(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ACTWISE_API_KEY", raising=False)
    transport, adapter = made(200)
    transport.send("GET", "/x")
    assert "Authorization" not in adapter.seen[0].headers


@pytest.mark.parametrize("key", ["two words", "line\nbreak", "schlüssel"])
def test_a_key_that_no_header_can_hold_is_refused(key: str) -> None:
    with pytest.raises(ContractError, match="visible ASCII"):
        Transport("http://test", key)


def test_an_address_without_a_scheme_is_refused_with_the_right_one() -> None:
    with pytest.raises(ContractError) as caught:
        Transport("127.0.0.1:8000")
    assert caught.value.faults[0].nearest == "http://127.0.0.1:8000"
    with pytest.raises(ContractError):
        Transport("ftp://127.0.0.1")


def test_a_gateway_that_wants_a_key_is_told_with_where_to_put_it(made: Made) -> None:
    transport, _ = made(401)
    with pytest.raises(RefusedError, match="ACTWISE_API_KEY"):
        transport.send("GET", "/x")
    transport, _ = made(401, api_key="wrong")
    with pytest.raises(RefusedError, match="was not taken"):
        transport.send("GET", "/x")


def test_problem_documents_are_read() -> None:
    problem = {"type": "t", "title": "Title", "status": 404, "detail": "why", "code": "not_found"}
    answer = requests.Response()
    answer.status_code, answer._content = 404, json.dumps(problem).encode()
    from actwise.transport import _problem

    assert _problem(answer).code == "not_found"

"""The client that calls a WSGI application directly, held to PEP 3333 and to the real server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from wsgiref.validate import validator

import pytest
import requests

from actwise.errors import RefusedError
from actwise.testing import WSGIAdapter, environ, wsgi_client

FIELDS = {"task": "regression", "layer_type": "dense", "depth": 3, "compute_budget": "low"}


def echo(headers: list[tuple[str, str]] | None = None, closed: list[bool] | None = None) -> Any:
    """An application that tells its environment."""

    class Body:
        def __iter__(self) -> Iterator[bytes]:
            yield from (b"one,", b"", b"two")

        def close(self) -> None:
            (closed if closed is not None else []).append(True)

    def app(_environ: dict[str, Any], start_response: Callable[..., Callable[[bytes], None]]) -> Body:
        write = start_response("201 Made Up", headers or [("Content-Type", "text/plain")])
        write(b"zero,")
        return Body()

    return app


def session(app: Any) -> requests.Session:
    made = requests.Session()
    made.mount("http://", WSGIAdapter(app))
    return made


def test_the_application_answers_as_over_http(app: Any, server_url: str) -> None:
    from actwise.client import Client

    assert wsgi_client(app).recommend(**FIELDS) == Client(server_url).recommend(**FIELDS)


def test_a_refusal_carries_its_problem_document(app: Any) -> None:
    with pytest.raises(RefusedError) as caught:
        wsgi_client(app).get("rec_nothing")
    assert caught.value.problem.code == "unknown_recommendation"


def test_what_is_written_and_what_is_given_come_in_order_and_the_body_is_closed() -> None:
    closed: list[bool] = []
    answer = session(echo(closed=closed)).get("http://actwise.test/")
    assert (answer.status_code, answer.reason, answer.text) == (201, "Made Up", "zero,one,two")
    assert closed == [True]


def test_the_environment_is_as_pep_3333_wants_it() -> None:
    seen: dict[str, Any] = {}

    def app(given: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        seen.update(given, body=given["wsgi.input"].read(int(given["CONTENT_LENGTH"])))
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b""]

    checked = validator(app)
    session(checked).post("http://actwise.test:81/a%20b/%C3%BC?q=%2F&r", data="ä".encode(), headers={"X-One": "1"})
    assert seen["PATH_INFO"] == "/a b/ü".encode().decode("latin-1")
    assert seen["QUERY_STRING"] == "q=%2F&r"
    assert seen["SERVER_PORT"] == "81"
    assert seen["HTTP_X_ONE"] == "1"
    assert seen["body"] == "ä".encode()


def test_bodies_of_any_kind_arrive() -> None:
    for data, expected in ((iter([b"a", b"b"]), b"ab"), (b"", b""), ("ü", "ü".encode())):
        request = requests.Request("POST", "http://actwise.test/", data=data).prepare()
        assert environ(request)["wsgi.input"].read() == expected


def test_repeated_headers_and_an_encoded_body_are_left_as_they_are() -> None:
    headers = [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("Content-Type", "text/plain")]
    answer = session(echo(headers)).get("http://actwise.test/")
    assert answer.raw.headers.getlist("Set-Cookie") == ["a=1", "b=2"]


def test_what_the_application_raises_reaches_the_caller() -> None:
    def app(_environ: Any, _start: Any) -> list[bytes]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        wsgi_client(app).read("/")


def test_a_key_is_sent() -> None:
    seen = []

    def app(given: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        seen.append(given.get("HTTP_AUTHORIZATION"))
        start_response("200 OK", [])
        return [b"{}"]

    wsgi_client(app, api_key="k").read("/")
    assert seen == ["Bearer k"]

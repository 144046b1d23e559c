from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient

from actwise.contract.faults import Problem
from service.http.problems import MEDIA_TYPE, PROBLEMS

PATH = "/v1/recommendations"
ROOT = Path(__file__).resolve().parents[3]
Post = Callable[..., Any]


def _problem(answer: Any, status: int, code: str) -> Problem:
    assert (answer.status_code, answer.content_type) == (status, MEDIA_TYPE), answer.data
    problem = Problem.model_validate_json(answer.data)
    assert (problem.status, problem.code) == (status, code)
    assert problem.title
    assert problem.detail
    return problem


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty_body"),
        (b" \n ", "empty_body"),
        (b"\xff\xfe{}", "not_utf8"),
        (b'{"task": "\xc3"}', "not_utf8"),
        (b"{", "not_json"),
        (b"{'task': 1}", "not_json"),
        (b"{} {}", "not_json"),
        (b"\xef\xbb\xbf{}", "not_json"),
        (b'{"rows": 01}', "not_json"),
        (b'{"rows": ' + b"9" * 5_000 + b"}", "not_json"),
        (b"[" * 30_000, "too_deep"),
        (b'{"a":' * 10_000, "too_deep"),
        (b"[" * 33 + b"]" * 33, "too_deep"),
        (b'{"task": "other", "task": "regression"}', "duplicate_key"),
        (b'{"depth": NaN}', "not_finite"),
        (b'{"depth": -Infinity}', "not_finite"),
        (b'{"depth": 1e999}', "not_finite"),
        (rb'{"domain": "\ud800"}', "lone_surrogate"),
        (rb'{"\udfff": 1}', "lone_surrogate"),
    ],
)
def test_what_is_no_clean_json_is_a_400(post: Post, body: bytes, code: str) -> None:
    _problem(post(body), 400, code)


def test_brackets_inside_texts_do_not_count_as_nesting(post: Post, four_fields: dict[str, Any]) -> None:
    assert post({**four_fields, "domain": '["' * 60}).status_code == 200


@pytest.mark.parametrize("body", [b"[]", b"null", b"3", b'"{}"', b'"{\\"task\\": \\"other\\"}"'])
def test_json_that_is_no_object_is_a_422(post: Post, body: bytes) -> None:
    problem = _problem(post(body), 422, "invalid_request")
    assert problem.faults[0].code == "not_an_object"


def test_every_unclean_place_is_pointed_at_at_once(post: Post) -> None:
    problem = _problem(post(b'{"target": {"low": NaN, "high": Infinity}, "a/b": [1, NaN]}'), 400, "not_finite")
    assert {fault.pointer for fault in problem.faults} == {"/target/low", "/target/high", "/a~1b/1"}


def test_a_repeated_field_is_pointed_at(post: Post) -> None:
    problem = _problem(post(b'{"target": {"low": 1, "low": 2}, "x": 1, "x": 2}'), 400, "duplicate_key")
    assert {fault.pointer for fault in problem.faults} == {"/target/low", "/x"}


def test_every_fault_of_a_request_is_told_at_once_with_its_repair(post: Post) -> None:
    problem = _problem(
        post({"task": "clasification", "layer_type": "conv", "depth": 0, "rows": -1, "depht": 3, "deny": ["geluu"]}),
        422,
        "invalid_request",
    )
    faults = {fault.pointer: fault for fault in problem.faults}
    assert set(faults) == {"/task", "/depth", "/compute_budget", "/rows", "/depht", "/deny"}
    assert faults["/task"].nearest == "classification"
    assert faults["/task"].allowed
    assert "regression" in faults["/task"].allowed
    assert faults["/depht"].nearest == "depth"
    assert "'gelu'" in faults["/deny"].message


def test_contradictions_are_told_beside_faulty_fields(post: Post, four_fields: dict[str, Any]) -> None:
    body = {**four_fields, "task": "count_regression", "target": {"low": -1}, "rows": 0}
    problem = _problem(post(body), 422, "invalid_request")
    assert {fault.pointer for fault in problem.faults} == {"/target/low", "/rows"}


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1", ""]
)
def test_another_content_type_is_a_415(post: Post, four_fields: dict[str, Any], content_type: str) -> None:
    _problem(post(four_fields, content_type=content_type), 415, "unsupported_media_type")


def test_a_compressed_body_is_a_415(post: Post, four_fields: dict[str, Any]) -> None:
    _problem(post(four_fields, Content_Encoding="gzip"), 415, "unsupported_media_type")


def test_a_body_of_ten_megabytes_is_a_413_that_names_the_limit(post: Post) -> None:
    assert "100000 bytes" in _problem(post(b" " * 10_000_000), 413, "body_too_large").detail


def test_a_chunked_body_is_read_whole_or_refused(client: FlaskClient, four_fields: dict[str, Any]) -> None:
    raw = json.dumps(four_fields).encode()
    for padding, status in ((10, 200), (200_000, 413)):
        answer = client.post(
            PATH,
            input_stream=io.BytesIO(raw + b" " * padding),
            content_type="application/json",
            headers={"Transfer-Encoding": "chunked"},
            environ_overrides={"wsgi.input_terminated": True},
        )
        assert answer.status_code == status


def test_an_unknown_path_is_a_404(client: FlaskClient) -> None:
    _problem(client.get("/v1/recomendations"), 404, "not_found")
    _problem(client.get("/v1/recommendations/"), 404, "not_found")


@pytest.mark.parametrize(("method", "path"), [("PUT", PATH), ("POST", "/v1/rules"), ("TRACE", "/healthz")])
def test_another_method_is_a_405_with_allow(client: FlaskClient, method: str, path: str) -> None:
    answer = client.open(path, method=method)
    problem = _problem(answer, 405, "method_not_allowed")
    assert "GET" in answer.headers["Allow"]
    assert "GET" in problem.detail


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ("limitt=3", "/limitt", "unknown_parameter"),
        ("limit=0", "/limit", "invalid"),
        ("limit=101", "/limit", "invalid"),
        ("limit=1_0", "/limit", "invalid"),
        ("limit=", "/limit", "invalid"),
        ("limit=1&limit=2", "/limit", "repeated"),
        ("cursor=a/b", "/cursor", "invalid"),
        ("cursor=unknown", "/cursor", "invalid"),
    ],
)
def test_faulty_parameters_are_refused(client: FlaskClient, query: str, pointer: str, code: str) -> None:
    problem = _problem(client.get(f"{PATH}?{query}"), 400, "invalid_query")
    assert [(fault.pointer, fault.code) for fault in problem.faults] == [(pointer, code)]


def test_all_faulty_parameters_are_told_at_once(client: FlaskClient) -> None:
    problem = _problem(client.get("/v1/activations/relu?depth=0&normalization=bach&x=1"), 400, "invalid_query")
    faults = {fault.pointer: fault for fault in problem.faults}
    assert set(faults) == {"/depth", "/normalization", "/x"}
    assert faults["/normalization"].nearest == "batch"


@pytest.mark.parametrize(
    "path", ["/v1/activations", "/v1/rules", "/v1/rules/cheap-on-small-devices", "/v1/sources", "/healthz", "/readyz"]
)
def test_parameters_of_a_resource_without_any_are_refused(client: FlaskClient, path: str) -> None:
    _problem(client.get(f"{path}?verbose=1"), 400, "invalid_query")


def test_what_breaks_inside_is_logged_and_never_shown(
    app: Flask, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, store: Any
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("password=hunter2")

    monkeypatch.setattr(type(store), "find", broken)
    with caplog.at_level(logging.ERROR):
        answer = app.test_client().get(f"{PATH}/rec_1")
    problem = _problem(answer, 500, "internal_error")
    assert b"hunter2" not in answer.data
    reference = problem.detail.split()[-1]
    assert f"reference {reference}" in caplog.text
    assert "hunter2" in caplog.text


def test_what_flask_itself_refuses_keeps_its_status_and_the_form(app: Flask) -> None:
    app.add_url_rule("/teapot", view_func=lambda: abort(418))
    _problem(app.test_client().get("/teapot"), 418, "http_error")


def test_problems_point_to_their_explanation(client: FlaskClient) -> None:
    page = client.get("/docs").text
    for kind in PROBLEMS.values():
        assert f'id="{kind.code}"' in page
    problem = Problem.model_validate_json(client.get("/nowhere").data)
    assert problem.type == "/docs#not_found"


def test_the_guide_explains_every_code_with_its_status() -> None:
    rows = re.findall(r"^\| `([a-z][a-z_0-9]+)` \| (\d+)", (ROOT / "docs/api.md").read_text(), re.MULTILINE)
    assert {code: int(status) for code, status in rows} == {kind.code: kind.status for kind in PROBLEMS.values()}

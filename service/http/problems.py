"""Errors over HTTP: one table of codes, and the problem documents made from it (RFC 9457).

Every error that the service can answer is a row of `PROBLEMS`; `/openapi.json`, the docs page and
`docs/api.md` are made from, or held to, this table.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask, Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from actwise.contract.faults import ContractError, Fault, Problem
from service.ports import AlreadyFinishedError, KeyReusedError, QueueFullError

MEDIA_TYPE = "application/problem+json"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """One kind of error: its stable code, HTTP status, title, and what the caller can do."""

    code: str
    status: int
    title: str
    remedy: str


PROBLEMS: Mapping[str, ProblemKind] = {
    kind.code: kind
    for kind in (
        ProblemKind("empty_body", 400, "The body is empty", "send a JSON object"),
        ProblemKind("not_utf8", 400, "The body is not UTF-8", "encode the JSON text in UTF-8"),
        ProblemKind("not_json", 400, "The body is not JSON", "check the text at the place that `detail` names"),
        ProblemKind("too_deep", 400, "The body is nested too deeply", "nest at most 32 arrays and objects"),
        ProblemKind("duplicate_key", 400, "An object names a field twice", "name every field once"),
        ProblemKind("not_finite", 400, "A number is not finite", "leave the field out; NaN and Infinity are not JSON"),
        ProblemKind("lone_surrogate", 400, "A text holds half a character", r"send \ud800-\udfff in pairs only"),
        ProblemKind("invalid_query", 400, "The query has faults", "see `faults`; each pointer names a parameter"),
        ProblemKind("invalid_header", 400, "A header has faults", "see `faults`; each pointer names a header"),
        ProblemKind("not_found", 404, "There is no such page", "/docs lists every path"),
        ProblemKind("empty_data", 400, "The body is empty", "send the file itself as the body"),
        ProblemKind("unknown_recommendation", 404, "There is no such recommendation", "check the id, or post again"),
        ProblemKind("unknown_dataset", 404, "There is no such data set", "check the id, or send the file again"),
        ProblemKind("unknown_race", 404, "There is no such race", "check the id, or post the race again"),
        ProblemKind("unknown_activation", 404, "There is no such activation", "/v1/activations lists all names"),
        ProblemKind("unknown_rule", 404, "There is no such rule", "/v1/rules lists all ids"),
        ProblemKind("method_not_allowed", 405, "The method is not allowed here", "`Allow` lists the methods"),
        ProblemKind("key_reused", 409, "The idempotency key belongs to another request", "make a new key"),
        ProblemKind("already_finished", 409, "There is nothing left to cancel", "read the result instead"),
        ProblemKind("dataset_in_use", 409, "A probe trains on the data set", "cancel the probe, or wait for its end"),
        ProblemKind("datasets_full", 409, "No room is left for data sets", "delete one that is not needed any more"),
        ProblemKind("races_full", 409, "No room is left for races", "cancel one that nobody trains for any more"),
        ProblemKind("body_too_large", 413, "The body is too large", "stay below the limit that `detail` names"),
        ProblemKind(
            "unsupported_media_type", 415, "The body is of the wrong type", "send application/json, not compressed"
        ),
        ProblemKind(
            "unsupported_data_type", 415, "The body is of the wrong type", "send CSV, Parquet or NPZ, not compressed"
        ),
        ProblemKind("unusable_data", 422, "No probe can train on these data", "see `faults` for what to mend"),
        ProblemKind("invalid_request", 422, "The request has faults", "see `faults`: all of them are listed at once"),
        ProblemKind("queue_full", 429, "Too many probes are waiting", "try again after `Retry-After` seconds"),
        ProblemKind("http_error", 400, "The request cannot be served", "see `detail`; the status may be any 4xx"),
        ProblemKind("internal_error", 500, "Something broke on our side", "tell the operator the reference"),
        ProblemKind("not_ready", 503, "The service is not ready", "wait; `faults` names the parts that are missing"),
    )
}


class ProblemError(Exception):
    """Raised by a route to answer with the problem of this code."""

    def __init__(
        self,
        code: str,
        detail: str = "",
        faults: tuple[Fault, ...] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code, detail)
        self.kind = PROBLEMS[code]
        self.detail = detail
        self.faults = faults
        self.headers = dict(headers or {})


def problem_document(kind: ProblemKind, detail: str, faults: tuple[Fault, ...], status: int | None = None) -> bytes:
    """The problem as JSON; an empty `detail` is filled with the remedy."""
    problem = Problem(
        type=f"/docs#{kind.code}",
        title=kind.title,
        status=status or kind.status,
        detail=detail or kind.remedy,
        code=kind.code,
        faults=faults,
    )
    return problem.model_dump_json(exclude_none=True).encode()


def register_problems(app: Flask) -> None:
    """Answer every exception with a problem document; what is unforeseen is logged, never shown."""
    app.register_error_handler(ProblemError, _raised)
    app.register_error_handler(ContractError, _contract)
    app.register_error_handler(KeyReusedError, _key_reused)
    app.register_error_handler(QueueFullError, _queue_full)
    app.register_error_handler(AlreadyFinishedError, _already_finished)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)


def _answer(error: ProblemError, status: int | None = None) -> Response:
    body = problem_document(error.kind, error.detail, error.faults, status)
    return Response(body, status or error.kind.status, error.headers, content_type=MEDIA_TYPE)


def _raised(error: ProblemError) -> Response:
    return _answer(error)


def _contract(error: ContractError) -> Response:
    count = len(error.faults)
    detail = f"{count} fault{'s' if count != 1 else ''}: {error}"
    return _answer(ProblemError("invalid_request", detail[:1_000], error.faults))


def _key_reused(error: KeyReusedError) -> Response:
    where = {"Location": f"/v1/recommendations/{error.id}"}
    return _answer(ProblemError("key_reused", str(error), headers=where))


def _queue_full(error: QueueFullError) -> Response:
    return _answer(ProblemError("queue_full", str(error), headers={"Retry-After": str(max(1, error.retry_after))}))


def _already_finished(error: AlreadyFinishedError) -> Response:
    return _answer(ProblemError("already_finished", str(error)))


def _http(error: HTTPException) -> Response:
    """What Flask and Werkzeug raise themselves."""
    if isinstance(error, MethodNotAllowed):
        allowed = ", ".join(sorted(error.valid_methods or ()))
        return _answer(ProblemError("method_not_allowed", f"allowed are {allowed}", headers={"Allow": allowed}))
    if isinstance(error, NotFound):
        return _answer(ProblemError("not_found"))
    if error.code is None or not 400 <= error.code < 500:
        return _unforeseen(error)
    return _answer(ProblemError("http_error", error.description or error.name), error.code)


def _unforeseen(error: Exception) -> Response:
    reference = secrets.token_hex(6)
    _log.error("reference %s", reference, exc_info=error)
    return _answer(ProblemError("internal_error", f"the operator finds the cause in the log under {reference}"))

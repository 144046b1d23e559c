"""/v1/recommendations: ask, list, read, cancel."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from actwise.contract.answer import Recommendation
from actwise.contract.faults import Fault
from actwise.contract.history import RecommendationEntry, RecommendationPage
from actwise.contract.reading import read_request
from actwise.contract.request import TaskDescription
from service.http.body import READING_PROBLEMS, parse_json, read_body
from service.http.cache import Answer, AnswerCache
from service.http.documents import document, encoded
from service.http.examples import REQUESTS
from service.http.keys import idempotency_key, key_header
from service.http.operations import Operation, Success
from service.http.problems import ProblemError
from service.http.query import NoQuery, SearchQuery, read_query
from service.ports import Recommendations
from service.searching import Search

PATH = "/v1/recommendations"
_JSON = "application/json"
_PENDING = ("queued", "running")
_PATH_ID: dict[str, dict[str, Any]] = {
    "id": {
        "description": "`id` of the answer",
        "schema": {"type": "string"},
        "example": "rec_0123456789abcdef0123",
    }
}


class RecommendationRoutes:
    """The handlers, around a store and a memory of repeated descriptions."""

    def __init__(self, store: Recommendations, cache: AnswerCache, max_body: int) -> None:
        self._store = store
        self._cache = cache
        self._max_body = max_body

    def create(self) -> Response:
        """Answer a description; equal bytes are answered again without being read again."""
        read_query(request, NoQuery)
        key = idempotency_key()
        raw = read_body(request, self._max_body)
        known = self._cache.get(raw) if key is None else None
        if known:
            return _made(known.body, 200, known.location)
        submitted = self._store.submit(read_request(parse_json(raw)), key)
        location = f"{PATH}/{submitted.id}"
        if submitted.status == "complete":
            self._cache.put(raw, Answer(submitted.body, location))
        return _made(submitted.body, 202 if submitted.status in _PENDING else 200, location)

    def page(self) -> Response:
        """One page of the list."""
        query = read_query(request, SearchQuery)
        try:
            page = self._store.list(query.limit, query.cursor, Search(query.q or "", query.status))
        except ValueError as error:
            fault = Fault(pointer="/cursor", code="invalid", message=str(error), sent=query.cursor)
            raise ProblemError("invalid_query", faults=(fault,)) from None
        items = tuple(
            RecommendationEntry(
                id=entry.id,
                status=entry.status,
                created=entry.created,
                progress=entry.progress,
                request=entry.request,
            )
            for entry in page.entries
        )
        return document(encoded(RecommendationPage(items=items, next=page.next)))

    def read(self, identifier: str) -> Response:
        """One recommendation as it stands."""
        read_query(request, NoQuery)
        stored = self._store.find(identifier)
        if stored is None:
            raise _unknown(identifier)
        return document(stored.body)

    def cancel(self, identifier: str) -> Response:
        """Stop a probe."""
        read_query(request, NoQuery)
        stored = self._store.cancel(identifier)
        if stored is None:
            raise _unknown(identifier)
        return Response(stored.body, content_type=_JSON)


def recommendation_operations(store: Recommendations, cache: AnswerCache, max_body: int) -> tuple[Operation, ...]:
    """The four operations on recommendations; bodies above `max_body` bytes are refused."""
    routes = RecommendationRoutes(store, cache, max_body)
    there = {"Location": "path of the recommendation"}
    return (
        Operation(
            method="POST",
            path=PATH,
            name="createRecommendation",
            tag="recommendations",
            summary="Describe a task and its network; get ranked activation choices",
            description=(
                "Four fields are enough. Without `probe` the answer is complete. With `probe` it holds the instant "
                "answer, and training runs follow: poll the path in `Location`. The id is a function of the request, "
                "so equal requests are one resource; a probe that was cancelled or failed starts again when its "
                "request is sent again without the old key."
            ),
            handler=routes.create,
            body=TaskDescription,
            examples=REQUESTS,
            headers=key_header("resource"),
            answers={
                200: Success("The finished answer.", Recommendation, there),
                202: Success("The instant answer; its probe is queued or running.", Recommendation, there),
            },
            problems=(
                *READING_PROBLEMS,
                "invalid_header",
                "key_reused",
                "body_too_large",
                "unsupported_media_type",
                "invalid_request",
                "queue_full",
            ),
        ),
        Operation(
            method="GET",
            path=PATH,
            name="listRecommendations",
            tag="recommendations",
            summary="List or search recommendations, newest first",
            description="Follow `next` as `cursor` until it is null.",
            handler=routes.page,
            query=SearchQuery,
            answers={200: Success("One page.", RecommendationPage, {"ETag": "changes with the content"})},
        ),
        Operation(
            method="GET",
            path=f"{PATH}/{{id}}",
            name="readRecommendation",
            tag="recommendations",
            summary="Read one recommendation, with its progress",
            description="Poll this while `status` is queued or running; `probe.progress` goes from 0 to 1.",
            handler=routes.read,
            path_parameters=_PATH_ID,
            answers={200: Success("As it stands.", Recommendation, {"ETag": "changes with the content"})},
            problems=("unknown_recommendation",),
        ),
        Operation(
            method="DELETE",
            path=f"{PATH}/{{id}}",
            name="cancelRecommendation",
            tag="recommendations",
            summary="Cancel a probe",
            description=(
                "Running tasks stop within a second; the instant answer stays readable. Cancelling again changes "
                "nothing and answers 200 again. What is complete or failed cannot be cancelled: 409."
            ),
            handler=routes.cancel,
            path_parameters=_PATH_ID,
            answers={200: Success("It is cancelled.", Recommendation)},
            problems=("unknown_recommendation", "already_finished"),
        ),
    )


def _made(body: bytes, status: int, location: str) -> Response:
    return Response(body, status, {"Location": location}, content_type=_JSON)


def _unknown(identifier: str) -> ProblemError:
    return ProblemError("unknown_recommendation", f"nothing is kept under {identifier[:100]!r}")

"""/v1/races: races that the caller's own trainer runs."""

from __future__ import annotations

from typing import Any, TypeVar

from flask import Response, request

from actwise.contract.faults import Fault
from actwise.contract.race import RaceAsk, RacePage, RaceRequest, RaceResult, RaceState, RaceTold, RaceWork
from actwise.contract.race_reading import read_ask, read_race, read_result
from service.http.body import READING_PROBLEMS, parse_json, read_body
from service.http.documents import document, encoded
from service.http.keys import idempotency_key, key_header
from service.http.operations import Operation, Success
from service.http.problems import ProblemError
from service.http.query import NoQuery, PageQuery, read_query
from service.ports import AlreadyFinishedError, KeyReusedError
from service.races.stored import RacesFullError, StoredRaces

PATH = "/v1/races"
Model = TypeVar("Model")
_JSON = "application/json"
_PATH_ID: dict[str, dict[str, Any]] = {
    "id": {"description": "`id` of the race", "schema": {"type": "string"}, "example": "race_0123456789abcdef0123"}
}
_DESCRIBED = {"task": "classification", "layer_type": "conv", "depth": 4, "compute_budget": "low", "classes": 10}

EXAMPLES: dict[str, dict[str, Any]] = {
    "candidates of the answer, accuracy": {
        "description": _DESCRIBED,
        "budget": {"length": 30, "unit": "epochs", "runs": 40},
        "metric": "accuracy",
        "direction": "maximize",
    },
    "three candidates, a loss, one learning rate": {
        "description": _DESCRIBED,
        "candidates": ["relu", "gelu", "silu"],
        "budget": {"length": 5_000, "unit": "steps", "runs": 20},
        "metric": "log loss",
        "direction": "minimize",
        "margin": 0.01,
        "baseline": 2.303,
        "learning_rate": 0.001,
        "learning_rate_factors": [0.3, 1, 3],
    },
}
"""Races to start from; each one is in the OpenAPI document and is sent by a test."""

_ASKS: dict[str, dict[str, Any]] = {
    "one task": {"trainer": "gpu-0"},
    "four tasks beside one": {"trainer": "gpu-1", "tasks": 4, "holding": ["0.relu.2.0"]},
}
_RESULTS: dict[str, dict[str, Any]] = {
    "the value at the end": {"task": "0.relu.2.0", "attempt": 1, "value": 0.93},
    "a value on the way": {"task": "0.relu.2.1", "attempt": 1, "kind": "partial", "at": 5, "value": 0.71},
    "a training that came to nothing": {"task": "0.relu.3.0", "kind": "failed", "message": "out of memory"},
}


_READING = (*READING_PROBLEMS, "body_too_large", "unsupported_media_type", "invalid_request")


class RaceRoutes:
    """The handlers, around a store."""

    def __init__(self, store: StoredRaces, max_body: int) -> None:
        self._store = store
        self._max_body = max_body

    def create(self) -> Response:
        """Take a race."""
        read_query(request, NoQuery)
        key = idempotency_key()
        try:
            made = self._store.create(read_race(self._body()), key)
        except KeyReusedError as error:
            raise ProblemError("key_reused", str(error), headers={"Location": f"{PATH}/{error.id}"}) from None
        except RacesFullError as error:
            raise ProblemError("races_full", str(error)) from None
        where = {"Location": f"{PATH}/{made.state.id}"}
        return Response(encoded(made.state), 201 if made.created else 200, where, content_type=_JSON)

    def page(self) -> Response:
        """One page of the list."""
        query = read_query(request, PageQuery)
        try:
            return document(encoded(self._store.list(query.limit, query.cursor)))
        except ValueError as error:
            fault = Fault(pointer="/cursor", code="invalid", message=str(error), sent=query.cursor)
            raise ProblemError("invalid_query", faults=(fault,)) from None

    def read(self, identifier: str) -> Response:
        """One race as it stands."""
        read_query(request, NoQuery)
        return document(encoded(_found(self._store.find(identifier), identifier)))

    def ask(self, identifier: str) -> Response:
        """Lease tasks."""
        read_query(request, NoQuery)
        work = self._store.ask(identifier, read_ask(self._body()))
        return Response(encoded(_found(work, identifier)), content_type=_JSON)

    def tell(self, identifier: str) -> Response:
        """Take a result."""
        read_query(request, NoQuery)
        told = self._store.tell(identifier, read_result(self._body()))
        return Response(encoded(_found(told, identifier)), content_type=_JSON)

    def cancel(self, identifier: str) -> Response:
        """End a race."""
        read_query(request, NoQuery)
        try:
            cancelled = self._store.cancel(identifier)
        except AlreadyFinishedError:
            raise ProblemError("already_finished", f"{identifier} has ended: its standing stays") from None
        return Response(encoded(_found(cancelled, identifier)), content_type=_JSON)

    def _body(self) -> Any:
        return parse_json(read_body(request, self._max_body))


def race_operations(store: StoredRaces, max_body: int) -> tuple[Operation, ...]:
    """The six operations on races; bodies above `max_body` bytes are refused."""
    routes = RaceRoutes(store, max_body)
    return (*_of_owners(routes), *_of_trainers(routes))


def _of_owners(routes: RaceRoutes) -> tuple[Operation, ...]:
    """To make races and look at them."""
    there = {"Location": "path of the race"}
    return (
        Operation(
            method="POST",
            path=PATH,
            name="createRace",
            tag="races",
            summary="Let your own trainer race the activations",
            description=(
                "Describe the task as for a recommendation, and say how much may be trained. Without `candidates` the "
                "leading ones of the answer take part. Then let any number of trainers ask for tasks and tell what "
                "they come to, until the race says stop. Nothing is trained by the service."
            ),
            handler=routes.create,
            body=RaceRequest,
            examples=EXAMPLES,
            headers=key_header("race"),
            answers={
                201: Success("The race.", RaceState, there),
                200: Success("The race that this key has made before.", RaceState, there),
            },
            problems=(*_READING, "invalid_header", "key_reused", "races_full"),
        ),
        Operation(
            method="GET",
            path=PATH,
            name="listRaces",
            tag="races",
            summary="List races, newest first",
            description="Follow `next` as `cursor` until it is null.",
            handler=routes.page,
            query=PageQuery,
            answers={200: Success("One page.", RacePage, {"ETag": "changes with the content"})},
        ),
        Operation(
            method="GET",
            path=f"{PATH}/{{id}}",
            name="readRace",
            tag="races",
            summary="Read how a race stands",
            description="Who can still be the best, who is out since when and why, and who is training what.",
            handler=routes.read,
            path_parameters=_PATH_ID,
            answers={200: Success("As it stands.", RaceState, {"ETag": "changes with the content"})},
            problems=("unknown_race",),
        ),
        Operation(
            method="DELETE",
            path=f"{PATH}/{{id}}",
            name="cancelRace",
            tag="races",
            summary="Cancel a race",
            description=(
                "Trainers are told to stop when they ask or tell. Cancelling again changes nothing and answers 200 "
                "again. What has ended by itself cannot be cancelled: 409."
            ),
            handler=routes.cancel,
            path_parameters=_PATH_ID,
            answers={200: Success("It is cancelled.", RaceState)},
            problems=("unknown_race", "already_finished"),
        ),
    )


def _of_trainers(routes: RaceRoutes) -> tuple[Operation, ...]:
    """To train for them."""
    return (
        Operation(
            method="POST",
            path=f"{PATH}/{{id}}/ask",
            name="askRace",
            tag="races",
            summary="Ask for something to train",
            description=(
                "Gives tasks (`do` is train), nothing for now (wait, and ask again after `retry_after` seconds), or "
                "nothing ever (stop). A task is leased: if nothing is heard of it for `lease_seconds`, somebody else "
                "gets it. A trainer that gives its name gets back at once what it was given and does not name in "
                "`holding`."
            ),
            handler=routes.ask,
            path_parameters=_PATH_ID,
            body=RaceAsk,
            examples=_ASKS,
            answers={200: Success("What to do.", RaceWork)},
            problems=(*_READING, "unknown_race"),
        ),
        Operation(
            method="POST",
            path=f"{PATH}/{{id}}/tell",
            name="tellRace",
            tag="races",
            summary="Tell what a training came to",
            description=(
                "The first final result of a task counts, from whoever it comes and however late. The same again "
                "changes nothing; another one is ignored, with the reason. Partial results begin the lease anew, and "
                "are answered with `stop` when going on is of no use."
            ),
            handler=routes.tell,
            path_parameters=_PATH_ID,
            body=RaceResult,
            examples=_RESULTS,
            answers={200: Success("What became of it.", RaceTold)},
            problems=(*_READING, "unknown_race"),
        ),
    )


def _found(found: Model | None, identifier: str) -> Model:
    if found is None:
        raise ProblemError("unknown_race", f"no race is kept under {identifier[:100]!r}")
    return found

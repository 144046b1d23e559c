"""/v1/quotes: what a probe would cost and which ranks it may change. Nothing is kept and nothing is started."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, request

from actwise.contract.faults import ContractError, Fault
from actwise.contract.quote import Quote
from actwise.contract.reading import read_request
from actwise.contract.request import TaskDescription
from service.http.body import READING_PROBLEMS, parse_json, read_body
from service.http.documents import encoded
from service.http.operations import Operation, Success
from service.http.query import NoQuery, read_query

PATH = "/v1/quotes"
Quoting = Callable[[TaskDescription], Quote]

EXAMPLES: dict[str, dict[str, Any]] = {
    "half a minute on a synthetic stand-in": {
        "task": "classification",
        "layer_type": "recurrent",
        "depth": 1,
        "compute_budget": "low",
        "probe": {"seconds": 30},
    },
    "five seconds on digits": {
        "task": "classification",
        "layer_type": "conv",
        "depth": 2,
        "compute_budget": "low",
        "probe": {"seconds": 5, "data": {"name": "digits"}},
    },
}
"""Requests to start from; each one is in the OpenAPI document and is sent by a test."""


def quote_operations(quoting: Quoting, max_body: int) -> tuple[Operation, ...]:
    """The one operation on quotes; bodies of at most `max_body` bytes are taken."""

    def create() -> Response:
        read_query(request, NoQuery)
        asked = read_request(parse_json(read_body(request, max_body)))
        if asked.probe is None:
            message = "a quote is for a probe: say how many seconds it may take"
            raise ContractError((Fault(pointer="/probe", code="missing", message=message),))
        return Response(encoded(quoting(asked)), content_type="application/json")

    return (
        Operation(
            method="POST",
            path=PATH,
            name="createQuote",
            tag="recommendations",
            summary="Ask what a probe would cost, and what it may change",
            description=(
                "Takes the body of a recommendation with a `probe`. A probe that cannot be run is answered with the "
                "reason in `refused`."
            ),
            handler=create,
            body=TaskDescription,
            examples=EXAMPLES,
            answers={200: Success("The quote.", Quote)},
            problems=(*READING_PROBLEMS, "body_too_large", "unsupported_media_type", "invalid_request"),
        ),
    )

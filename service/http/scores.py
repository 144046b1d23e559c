"""/v1/scoreboard: how often each rule was right, by what probes measured."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, request

from service.http.documents import document, encoded
from service.http.operations import Operation, Success
from service.http.query import NoQuery, read_query
from service.learning.agreement import Scoreboard


def scoreboard_operations(board: Callable[[], Scoreboard]) -> tuple[Operation, ...]:
    """The one operation on the scoreboard."""

    def read() -> Response:
        read_query(request, NoQuery)
        return document(encoded(board()))

    return (
        Operation(
            method="GET",
            path="/v1/scoreboard",
            name="readScoreboard",
            tag="knowledge",
            summary="Read how often each rule was right, by what probes measured",
            description=(
                "Every finished probe puts to the test the rules that hold for the network it trained: what a rule is "
                "for against what it is against. Races that the noise decides count for neither side."
            ),
            handler=read,
            answers={200: Success("The rules, the most often tested first.", Scoreboard, {"ETag": "of the content"})},
        ),
    )

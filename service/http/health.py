"""/healthz and /readyz: for supervisors and load balancers."""

from __future__ import annotations

from flask import Response, request

import actwise
from actwise.contract.faults import Fault
from service.http.documents import encoded
from service.http.operations import Operation, Success
from service.http.problems import ProblemError
from service.http.query import NoQuery, read_query
from service.http.views import Alive, Ready
from service.ports import Recommendations


class HealthRoutes:
    """The handlers; neither may be cached."""

    def __init__(self, store: Recommendations) -> None:
        self._store = store
        self._alive = encoded(Alive(version=actwise.__version__))

    def alive(self) -> Response:
        """The process answers; nothing else is looked at."""
        read_query(request, NoQuery)
        return _fresh(self._alive)

    def ready(self) -> Response:
        """Storage and workers answer too."""
        read_query(request, NoQuery)
        readiness = self._store.ready()
        if not readiness.ready:
            raise ProblemError("not_ready", faults=tuple(_faults(dict(readiness.checks))))
        return _fresh(encoded(Ready(checks=dict(readiness.checks))))


def health_operations(store: Recommendations) -> tuple[Operation, ...]:
    """The two operations on the state of the service."""
    routes = HealthRoutes(store)
    return (
        Operation(
            method="GET",
            path="/healthz",
            name="alive",
            tag="health",
            summary="Whether the process answers",
            description="Looks at nothing else; a process that fails this should be started again.",
            handler=routes.alive,
            answers={200: Success("It does.", Alive)},
        ),
        Operation(
            method="GET",
            path="/readyz",
            name="ready",
            tag="health",
            summary="Whether requests can be served",
            description="200 once storage can be reached and workers are alive; until then 503.",
            handler=routes.ready,
            answers={200: Success("They can.", Ready)},
            problems=("not_ready",),
        ),
    )


def _faults(checks: dict[str, str]) -> list[Fault]:
    return [
        Fault(pointer=f"/{part}", code="not_ready", message=state) for part, state in checks.items() if state != "ok"
    ]


def _fresh(body: bytes) -> Response:
    return Response(body, content_type="application/json", headers={"Cache-Control": "no-store"})

"""The list of kept answers, with search."""

from __future__ import annotations

from typing import Literal

from flask import Flask, Response, request
from pydantic import Field

from actwise.contract.answer import Status
from actwise.contract.faults import Fault
from actwise.contract.vocabulary import LAYER_TYPES, TASKS
from service.http.pages.rendering import rendered
from service.http.problems import ProblemError
from service.http.query import Query, read_query
from service.pages.history import STATUSES, history_view
from service.ports import Page, Recommendations
from service.searching import Search

_LINES = 20


class HistoryQuery(Query):
    """What the list is searched for, and from where on it is shown; everything may be empty."""

    q: str = Field("", max_length=200, description="words and field:value, all of which must hold")
    status: Status | Literal[""] = ""
    task: str = Field("", max_length=60, pattern="^[a-z_]*$")
    layer_type: str = Field("", max_length=60, pattern="^[a-z_]*$")
    cursor: str = Field("", max_length=200, pattern=r"^[A-Za-z0-9_.~-]*$")

    def search(self) -> Search:
        """The same for the store."""
        fields = (f"{name}:{value}" for name in ("task", "layer_type") if (value := getattr(self, name)))
        return Search(" ".join((self.q, *fields)), self.status or None)


def register_history(app: Flask, store: Recommendations) -> None:
    """Add /history."""

    def history() -> Response:
        query = read_query(request, HistoryQuery)
        page = _page(store, query)
        return rendered(
            "history.html",
            view=history_view(page.entries, page.next, query.model_dump(exclude={"cursor"})),
            query=query,
            statuses=STATUSES,
            tasks=TASKS,
            layer_types=LAYER_TYPES,
        )

    app.add_url_rule("/history", "history", history)


def _page(store: Recommendations, query: HistoryQuery) -> Page:
    try:
        return store.list(_LINES, query.cursor or None, query.search())
    except ValueError as error:
        fault = Fault(pointer="/cursor", code="invalid", message=str(error), sent=query.cursor)
        raise ProblemError("invalid_query", faults=(fault,)) from None

"""Races of callers' own trainers, to look at: the list, and a page for each that follows it while it runs."""

from __future__ import annotations

from flask import Flask, Response, abort, redirect, request, url_for
from pydantic import Field

from actwise.contract.faults import Fault
from actwise.contract.race import RacePage
from service.http.pages.rendering import by_htmx, rendered
from service.http.pages.same_origin import refuse_other_sites
from service.http.problems import ProblemError
from service.http.query import NoQuery, Query, read_query
from service.pages.own_races import own_race_view, race_lines
from service.ports import AlreadyFinishedError
from service.races.stored import StoredRaces

_LINES = 20


class RacesQuery(Query):
    """From where on the list is shown."""

    cursor: str = Field("", max_length=200, pattern=r"^[A-Za-z0-9_.~-]*$")


class OwnRacePages:
    """The handlers, around the store."""

    def __init__(self, store: StoredRaces) -> None:
        self._store = store

    def index(self) -> Response:
        """The list, newest first."""
        query = read_query(request, RacesQuery)
        page = self._page(query)
        return rendered("own_races.html", lines=race_lines(page), older=page.next, later=bool(query.cursor))

    def read(self, identifier: str) -> Response:
        """One race."""
        read_query(request, NoQuery)
        return self._rendered("own_race.html", identifier)

    def standing(self, identifier: str) -> Response:
        """The part of the page that changes while the race runs."""
        if not by_htmx():
            return _see(identifier)
        return self._rendered("own_race_standing.html", identifier)

    def cancel(self, identifier: str) -> Response:
        """End a race; one that has ended meanwhile is shown as it ended."""
        refuse_other_sites(request)
        try:
            if self._store.cancel(identifier) is None:
                abort(404)
        except AlreadyFinishedError:
            """It is shown as it is."""
        return self._rendered("own_race_standing.html", identifier) if by_htmx() else _see(identifier)

    def _rendered(self, template: str, identifier: str) -> Response:
        state = self._store.find(identifier)
        if state is None:
            abort(404)
        return rendered(template, view=own_race_view(state))

    def _page(self, query: RacesQuery) -> RacePage:
        try:
            return self._store.list(_LINES, query.cursor or None)
        except ValueError as error:
            fault = Fault(pointer="/cursor", code="invalid", message=str(error), sent=query.cursor)
            raise ProblemError("invalid_query", faults=(fault,)) from None


def _see(identifier: str) -> Response:
    return redirect(url_for("own_race", identifier=identifier), 303)  # type: ignore[return-value]


def register_race_pages(app: Flask, store: StoredRaces) -> None:
    """Add /races and a page below it for each race."""
    pages = OwnRacePages(store)
    app.jinja_env.globals["races_kept"] = True  # the navigation leads there
    one = "/races/<identifier>"
    app.add_url_rule("/races", "own_races", pages.index)
    app.add_url_rule(one, "own_race", pages.read)
    app.add_url_rule(f"{one}/standing", "own_race_standing", pages.standing)
    app.add_url_rule(f"{one}/cancel", "own_race_cancel", pages.cancel, methods=["POST"])

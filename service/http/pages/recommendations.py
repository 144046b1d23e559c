"""Kept answers: the page of each, its probe as it runs, and the forms that keep, start and cancel."""

from __future__ import annotations

from flask import Flask, Response, abort, redirect, request, url_for

from actwise.contract.answer import Recommendation
from actwise.contract.faults import ContractError
from service.http.pages.rendering import by_htmx, rendered
from service.http.pages.same_origin import refuse_other_sites
from service.http.pages.shown import Shown
from service.http.services import Services
from service.pages.form import form_values
from service.pages.form_view import form_view
from service.pages.questions import read_question
from service.pages.race import probe_view
from service.ports import AlreadyFinishedError, Stored

_PENDING = ("queued", "running")


class RecommendationPages:
    """The handlers, around the store."""

    def __init__(self, services: Services) -> None:
        self._store = services.recommendations
        self._max_body = services.max_body
        self._shown = Shown(services.reference)
        self._quoting = bool(services.quoting)

    def create(self) -> Response:
        """Keep an answer, and start its probe if it wants one."""
        refuse_other_sites(request)
        request.max_content_length = request.max_form_memory_size = self._max_body
        question = read_question(request.form.items(multi=True))
        if question.request is not None:
            try:
                submitted = self._store.submit(question.request)
                return _see(submitted.id)
            except ContractError as error:
                question = question.refused(error.faults)
        form = form_view(question.values, question.faults)
        return rendered("advisor.html", 422, form=form, quoting=self._quoting)

    def read(self, identifier: str) -> Response:
        """One kept answer, with its form filled in."""
        return self._page(self._found(identifier))

    def progress(self, identifier: str) -> Response:
        """The probe alone while it runs; the whole answer, for its place on the page, once it has ended."""
        stored = self._found(identifier)
        if not by_htmx():
            return _see(identifier)
        return self._running(stored) if stored.status in _PENDING else self._answer(stored)

    def choice(self, identifier: str) -> Response:
        """What is behind one choice."""
        answer = Recommendation.model_validate_json(self._found(identifier).body)
        return self._shown.choice(answer, f"/recommendations/{identifier}")

    def cancel(self, identifier: str) -> Response:
        """Stop a probe; one that has ended meanwhile is shown as it ended."""
        refuse_other_sites(request)
        try:
            stored = self._store.cancel(identifier)
        except AlreadyFinishedError:
            stored = self._store.find(identifier)
        if stored is None:
            abort(404)
        return self._answer(stored) if by_htmx() else _see(identifier)

    def _found(self, identifier: str) -> Stored:
        stored = self._store.find(identifier)
        if stored is None:
            abort(404)
        return stored

    def _page(self, stored: Stored) -> Response:
        answer = Recommendation.model_validate_json(stored.body)
        return rendered("advisor.html", **self._values(stored, answer))

    def _answer(self, stored: Stored) -> Response:
        answer = Recommendation.model_validate_json(stored.body)
        response = rendered("answer.html", **self._values(stored, answer))
        response.headers["HX-Retarget"] = "#answer"
        response.headers["HX-Reswap"] = "innerHTML"
        return response

    def _running(self, stored: Stored) -> Response:
        return rendered("probe.html", **self._values(stored, Recommendation.model_validate_json(stored.body)))

    def _values(self, stored: Stored, answer: Recommendation) -> dict[str, object]:
        return {
            **self._shown.answer(answer, kept=True),
            "form": form_view(form_values(answer.request), (), answer.assumptions),
            "quoting": self._quoting,
            "stored": stored,
            "status": answer.status,
            "pending": answer.status in _PENDING,
            "probe": probe_view(answer.probe) if answer.probe else None,
        }


def _see(identifier: str) -> Response:
    return redirect(url_for("recommendation_page", identifier=identifier), 303)  # type: ignore[return-value]


def register_recommendation_pages(app: Flask, services: Services) -> None:
    """Add /recommendations and a page below it for each kept answer."""
    pages = RecommendationPages(services)
    one = "/recommendations/<identifier>"
    app.add_url_rule("/recommendations", "keep", pages.create, methods=["POST"])
    app.add_url_rule(one, "recommendation_page", pages.read)
    app.add_url_rule(f"{one}/progress", "progress", pages.progress)
    app.add_url_rule(f"{one}/choice", "kept_choice", pages.choice)
    app.add_url_rule(f"{one}/cancel", "cancel", pages.cancel, methods=["POST"])

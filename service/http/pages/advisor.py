"""The front page: the form and its answer, the part that follows every change of the form, and the quote."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from flask import Flask, Response, redirect, request

from actwise.contract.answer import Recommendation
from actwise.contract.faults import ContractError
from actwise.contract.request import TaskDescription
from service.http.pages.rendering import by_htmx, rendered
from service.http.pages.shown import Shown
from service.http.services import Services
from service.pages.form import form_values, permalink
from service.pages.form_view import FormView, form_view
from service.pages.questions import Question, read_question
from service.pages.quote import quote_view

BLOCKS = "empty_blocks"
OWN = frozenset({BLOCKS, "place", "name"})
"""Parameters of our pages that are no fields of a request: blocks to fill in, and which choice is looked behind."""


class AdvisorPages:
    """The handlers. `advise` answers without keeping anything."""

    def __init__(self, services: Services, advise: Callable[[TaskDescription], Recommendation]) -> None:
        self._advise = advise
        self._quoting = services.quoting
        self._shown = Shown(services.reference)

    def home(self) -> Response:
        """The whole page; the address of a form that was sent without scripts is shortened to what it says."""
        question, answer = self._answered()
        if question.request and BLOCKS not in request.args and not all(request.args.values()):
            return redirect(permalink(question.request), 303)  # type: ignore[return-value]
        form = self._form(question, answer)
        values = self._shown.answer(answer, question.request) if answer else {}
        return rendered("advisor.html", 200 if answer else 422, form=form, quoting=bool(self._quoting), **values)

    def advice(self) -> Response:
        """The answer alone, with what is said at the fields."""
        question, answer = self._answered()
        form = self._form(question, answer)
        values = self._shown.answer(answer, question.request) if answer else {}
        response = rendered("advice.html", 200 if answer else 422, form=form, quoting=bool(self._quoting), **values)
        if question.request:
            response.headers["HX-Push-Url"] = permalink(question.request)
        return response

    def quote(self) -> Response:
        """What a probe would cost."""
        question = read_question(_pairs())
        if question.request is None or question.request.probe is None or self._quoting is None:
            return self._refused(question)
        try:
            found = quote_view(self._quoting(question.request))
        except ContractError as error:
            return self._refused(question.refused(error.faults))
        asked = question.request
        template = "quote.html" if by_htmx() else "quote_page.html"
        return rendered(template, quote=found, fields=form_values(asked), link=permalink(asked))

    def choice(self) -> Response:
        """What is behind one choice."""
        question, answer = self._answered()
        if question.request is None or answer is None:
            return self._refused(question)
        return self._shown.choice(answer, permalink(question.request))

    def _answered(self) -> tuple[Question, Recommendation | None]:
        question = read_question(_pairs())
        if question.request is None:
            return question, None
        try:
            return question, self._advise(question.request.model_copy(update={"probe": None}))
        except ContractError as error:
            return question.refused(error.faults), None

    def _form(self, question: Question, answer: Recommendation | None) -> FormView:
        empty = request.args.get(BLOCKS, "0")
        return form_view(
            question.values,
            question.faults,
            answer.assumptions if answer else (),
            int(empty) if empty.isdecimal() and len(empty) < 3 else 0,
        )

    def _refused(self, question: Question) -> Response:
        form = form_view(question.values, question.faults)
        if by_htmx():
            title = "This cannot be done yet"
            return rendered("faults.html", 422, form=form, title=title, title_id="refused-title")
        return rendered("advisor.html", 422, form=form, quoting=bool(self._quoting))


def _pairs() -> Iterator[tuple[str, str]]:
    return ((name, value) for name, value in request.args.items(multi=True) if name not in OWN)


def register_advisor(app: Flask, services: Services, advise: Callable[[TaskDescription], Recommendation]) -> None:
    """Add /, and the parts of it: /advice, /choice and /quote."""
    pages = AdvisorPages(services, advise)
    app.add_url_rule("/", "home", pages.home)
    app.add_url_rule("/advice", "advice", pages.advice)
    app.add_url_rule("/choice", "choice", pages.choice)
    app.add_url_rule("/quote", "quote_page", pages.quote)

"""Two answers side by side: kept ones by their ids, others by the links of their pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from flask import Flask, Response, request
from pydantic import Field

from actwise.contract.answer import Recommendation
from actwise.contract.faults import ContractError
from actwise.contract.request import TaskDescription
from service.http.pages.rendering import rendered
from service.http.query import Query, read_query
from service.http.services import Services
from service.pages.claims import Known
from service.pages.compare import compare_view
from service.pages.form import permalink
from service.pages.history import description_title
from service.pages.questions import read_question
from service.ports import Recommendations

Advise = Callable[[TaskDescription], Recommendation]

_LONGEST = 8_000
_ID = re.compile(r"(?:[^=]*/)?(rec_[0-9a-z]+)(?:[?#].*)?")


class CompareQuery(Query):
    """Two answers, each by its id or by the link of its page."""

    a: str = Field("", max_length=_LONGEST)
    b: str = Field("", max_length=_LONGEST)


@dataclass(frozen=True, slots=True)
class Side:
    """What was asked for on one side: the answer with its title and the page that shows it, or what is wrong."""

    sent: str
    answer: Recommendation | None = None
    title: str = ""
    link: str = ""
    faults: tuple[str, ...] = ()


def side(sent: str, store: Recommendations, advise: Advise | None) -> Side:
    """Look an answer up, or make it."""
    text = sent.strip()
    kept = _ID.fullmatch(text)
    if not text:
        return Side(sent)
    if kept:
        return _stored(sent, kept[1], store)
    if advise is None or "=" not in text:
        return Side(sent, faults=(f"{text[:80]!r} is neither the id of an answer nor the link of one",))
    return _answered(sent, text, advise)


def _stored(sent: str, identifier: str, store: Recommendations) -> Side:
    stored = store.find(identifier)
    if stored is None:
        return Side(sent, faults=(f"nothing is kept under {identifier[:80]}: it was deleted, or never kept here",))
    answer = Recommendation.model_validate_json(stored.body)
    return Side(sent, answer, description_title(answer.request), f"/recommendations/{identifier}")


def _answered(sent: str, text: str, advise: Advise) -> Side:
    query = urlsplit(text).query or text.removeprefix("?")
    question = read_question(parse_qsl(query))
    faults = question.faults
    if question.request is not None:
        asked = question.request.model_copy(update={"probe": None})
        try:
            return Side(sent, advise(asked), description_title(asked), permalink(asked))
        except ContractError as error:
            faults = error.faults
    return Side(sent, faults=tuple(f"{one.pointer}: {one.message}" for one in faults))


def register_compare(app: Flask, services: Services) -> None:
    """Add /compare."""
    reference = services.reference
    known = Known(
        frozenset(rule.id for rule in reference.rules),
        frozenset(one.key for one in reference.sources),
        frozenset(reference.activations),
    )

    def compare() -> Response:
        query = read_query(request, CompareQuery)
        first, second = (side(sent, services.recommendations, services.advise) for sent in (query.a, query.b))
        view = None
        if first.answer and second.answer:
            view = compare_view(first.answer, second.answer, known)
        status = 422 if first.faults or second.faults else 200
        return rendered("compare.html", status, first=first, second=second, view=view)

    app.add_url_rule("/compare", "compare", compare)

"""What the pages of an answer print: the values of `answer.html`, and of what is behind each choice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response, abort, request

from actwise.contract.answer import Recommendation
from actwise.contract.request import TaskDescription
from actwise.contract.situation import situations_of
from models.data.bundled import BUNDLED
from service.http.pages.rendering import by_htmx, rendered
from service.http.reference import Reference
from service.pages.answer import AnswerView, answer_view, choice_at
from service.pages.claims import Known
from service.pages.detail import FRAMEWORKS, detail
from service.pages.form import form_values
from service.pages.plots import Plot, curves_plot

_SECONDS = "20"


class Shown:
    """What answers are shown with: the rules, sources and activations that have pages."""

    def __init__(self, reference: Reference) -> None:
        self.reference = reference
        self.known = Known(
            frozenset(rule.id for rule in reference.rules),
            frozenset(one.key for one in reference.sources),
            frozenset(reference.activations),
        )

    def answer(
        self, answer: Recommendation, asked: TaskDescription | None = None, kept: bool = False
    ) -> dict[str, Any]:
        """The values that `answer.html` prints; `asked` is the request with the probe that the answer lacks."""
        view = answer_view(answer, self.known, kept)
        return {
            "view": view,
            "plots": dict(self._curves(view)),
            "frameworks": FRAMEWORKS,
            **probe_values(asked or answer.request),
        }

    def choice(self, answer: Recommendation, link: str) -> Response:
        """What is behind one choice of an answer: a part of its page, or a page of its own."""
        place, name = request.args.get("place", ""), request.args.get("name", "")
        found = choice_at(answer, place, name)
        if found is None:
            abort(404)
        template = "choice.html" if by_htmx() else "choice_page.html"
        return rendered(template, detail=detail(found, self.known), frameworks=FRAMEWORKS, link=link)

    def _curves(self, view: AnswerView) -> Iterator[tuple[str, Plot]]:
        """The curves of the first choices, by block."""
        for block in view.blocks:
            names = [card.name for card in block.ties[0].shown if card.name in self.reference.activations]
            found = curves_plot({name: self.reference.activations[name].curve for name in names})
            if found:
                yield block.anchor, found


def probe_values(asked: TaskDescription) -> dict[str, Any]:
    """What the panel of the probe starts from."""
    task = situations_of(asked)[0].task
    probe = asked.probe
    return {
        "description": form_values(asked.model_copy(update={"probe": None})),
        "seconds": f"{probe.seconds:g}" if probe else _SECONDS,
        "chosen": probe.data.name if probe and probe.data else None,
        "bundled": [name for name, one in BUNDLED.items() if task in one.tasks],
    }

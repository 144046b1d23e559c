"""An answer as the page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from actwise.contract.answer import BlockRanking, Flip, HiddenChoice, Recommendation
from actwise.contract.request import TaskDescription
from service.advice.neighbours import Change
from service.pages.choices import GateLine, HeadCard, Tie, gate_lines, heads, ties
from service.pages.claims import Known
from service.pages.form import permalink
from service.pages.words import field_words, value_words


@dataclass(frozen=True, slots=True)
class FlipLink:
    """A change that would change a first choice, and the page that shows what comes of it."""

    change: str
    then: str
    place: str
    sentence: str
    link: str


@dataclass(frozen=True, slots=True)
class BlockView:
    """One kind of hidden layers."""

    name: str
    anchor: str
    ties: tuple[Tie, ...]
    count: int
    gates: tuple[Tie, ...]
    by_gate: tuple[GateLine, ...]


@dataclass(frozen=True, slots=True)
class AnswerView:
    """The whole answer, ready for a template that only prints.

    `link` is its page, `detail` begins the address of what is behind a choice.
    """

    headline: str
    sentences: tuple[str, ...]
    blocks: tuple[BlockView, ...]
    heads: tuple[HeadCard, ...]
    flips: tuple[FlipLink, ...]
    assumed: tuple[tuple[str, str, str], ...]
    answer: Recommendation
    link: str
    detail: str


def answer_view(answer: Recommendation, known: Known, kept: bool = False) -> AnswerView:
    """Everything that the page says about an answer; `kept` when it is stored under its id."""
    headline, *sentences = answer.summary
    prefer = answer.request.prefer
    return AnswerView(
        headline=headline,
        sentences=tuple(sentences),
        blocks=tuple(_block(one, index, known, prefer) for index, one in enumerate(answer.hidden, start=1)),
        heads=heads(answer.output.ranking, known),
        flips=tuple(_flip(one, answer.request) for one in answer.flips),
        assumed=tuple((field_words(one.field), value_words(one.value), one.because) for one in answer.assumptions),
        answer=answer,
        link=permalink(answer.request),
        detail=f"/recommendations/{answer.id}/choice?" if kept else permalink(answer.request, "/choice") + "&",
    )


def _block(block: BlockRanking, index: int, known: Known, prefer: str) -> BlockView:
    return BlockView(
        name=block.block,
        anchor=f"block-{index}",
        ties=ties(block.ranking, known, prefer),
        count=len(block.ranking),
        gates=ties(block.gates, known, prefer) if block.gates else (),
        by_gate=gate_lines(block.by_gate),
    )


def _flip(flip: Flip, request: TaskDescription) -> FlipLink:
    return FlipLink(
        change=f"{field_words(flip.field)}: {value_words(flip.value)}",
        then=flip.then.replace("_", " ") if flip.block == "output" else flip.then,
        place="the output" if flip.block == "output" else flip.block,
        sentence=flip.sentence,
        link=permalink(changed(request, flip.field, flip.value)),
    )


def choice_at(answer: Recommendation, place: str, name: str) -> HiddenChoice | None:
    """The choice of this name in the ranking at a place: `block-1`, or `block-1-gates`; None where there is none."""
    for index, block in enumerate(answer.hidden, start=1):
        for anchor, ranking in ((f"block-{index}", block.ranking), (f"block-{index}-gates", block.gates or ())):
            if anchor == place:
                return next((one for one in ranking if one.activation == name), None)
    return None


def changed(request: TaskDescription, field: str, value: Any) -> TaskDescription:
    """The request with one field changed, as a flip names it; blocks by the name that the answer gives them."""
    place = None
    if field.startswith("layers.") and request.layers:
        name = field.removeprefix("layers.").rpartition(".")[0]
        several = len(request.layers) > 1
        names = [
            block.name or (f"{block.layer_type}-{index}" if several else block.layer_type)
            for index, block in enumerate(request.layers, start=1)
        ]
        place = names.index(name)
    return Change(field, value, 0, place).applied(request)

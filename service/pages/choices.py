"""Choices as cards, grouped by tie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from actwise.contract.answer import GateChoice, HiddenChoice, OutputChoice
from service.pages.claims import Known, Line, lines, matters, reason
from service.pages.detail import Detail, Snippet, chance, detail, snippets
from service.pages.interval import Interval, Scale, scale_of

SHOWN = 5
"""Cards of a tie that are shown at once; the rest is folded."""


@dataclass(frozen=True, slots=True)
class Card:
    """One hidden choice. Only the first of a ranking has its `detail` at hand; the others' are made on demand."""

    rank: int
    name: str
    sentence: str
    interval: Interval
    cost: str
    detail: Detail | None


@dataclass(frozen=True, slots=True)
class Tie:
    """Choices that cannot be told apart; `shown` at once, `folded` on demand."""

    number: int
    shown: tuple[Card, ...]
    folded: tuple[Card, ...]
    size: int
    names: str
    words: str


@dataclass(frozen=True, slots=True)
class HeadCard:
    """One output head, whole."""

    rank: int
    name: str
    sentence: str
    interval: Interval
    chance: str
    facts: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    cautions: tuple[str, ...]
    code: tuple[Snippet, ...]
    tied: bool


@dataclass(frozen=True, slots=True)
class GateLine:
    """The first choices for one gate."""

    gate: str
    choices: tuple[tuple[str, str, bool], ...]


def ties(ranking: Sequence[HiddenChoice], known: Known, prefer: str) -> tuple[Tie, ...]:
    """The ranking by tie group."""
    scale = scale_of([one.effect for one in ranking if one.tie_group == 1])
    found = []
    for number, group in groupby(ranking, key=lambda one: one.tie_group):
        cards = [_card(one, scale, known) for one in group]
        found.append(
            Tie(
                number,
                tuple(cards[:SHOWN]),
                tuple(cards[SHOWN:]),
                len(cards),
                ", ".join(card.name for card in cards),
                _tie_words(number, len(cards), prefer),
            )
        )
    return tuple(found)


def heads(ranking: Sequence[OutputChoice], known: Known) -> tuple[HeadCard, ...]:
    """The output heads."""
    scale = scale_of([one.effect for one in ranking])
    return tuple(_head(one, scale, known, first=ranking[0]) for one in ranking)


def gate_lines(by_gate: dict[str, tuple[GateChoice, ...]] | None) -> tuple[GateLine, ...]:
    """The first tie of each gate: name, chance to be best, whether it is tied with the first."""
    return tuple(
        GateLine(gate, tuple((one.activation, chance(one.probability_best), one.tie_group == 1) for one in choices))
        for gate, choices in (by_gate or {}).items()
    )


_INSIDE = {
    "balanced": "inside, what similar networks use comes first, less its price",
    "quality": "inside, the better expectation comes first, however small the lead",
    "convention": "inside, what similar networks use comes first",
}


def _tie_words(number: int, size: int, prefer: str) -> str:
    if prefer == "convention" and size == 1:
        return "Ordered by what similar networks use."
    if size == 1:
        return "Ahead of all others by more than matters." if number == 1 else "Told apart from those before and after."
    return f"Equal on what is known; {_INSIDE[prefer]}."


def _card(one: HiddenChoice, scale: Scale, known: Known) -> Card:
    first = one.rank == 1
    return Card(
        rank=one.rank,
        name=one.activation,
        sentence=reason(one.evidence) if first else matters(one.evidence),
        interval=scale.interval(one.effect),
        cost=f"{one.cost.relative:.2g}×",
        detail=detail(one, known) if first else None,
    )


def _head(one: OutputChoice, scale: Scale, known: Known, first: OutputChoice) -> HeadCard:
    weighty, rest = lines(one.evidence, known)
    return HeadCard(
        rank=one.rank,
        name=one.head.replace("_", " "),
        sentence=matters(one.evidence),
        interval=scale.interval(one.effect),
        chance=chance(one.probability_best),
        facts=(
            ("Units", one.units),
            ("Activation", one.activation),
            ("Loss", f"{one.loss}, {'on the raw output' if one.from_logits else 'on the prediction'}"),
            ("Target", one.target_transform),
            ("Bias starts at", one.bias_initialization),
            ("Prediction", one.at_inference),
        ),
        lines=(*weighty, *rest),
        cautions=one.cautions,
        code=snippets(one.code),
        tied=one.tie_group == first.tie_group,
    )

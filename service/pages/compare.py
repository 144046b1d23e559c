"""Two answers side by side, as the page shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from actwise.contract.answer import Recommendation
from actwise.contract.names import canonical_name
from actwise.differences import (
    ChoiceDifference,
    Differences,
    FieldDifference,
    RankingDifference,
    Standing,
    Told,
    differences,
)
from actwise.differing_evidence import Fired, Reason
from service.pages.claims import Known, speaker
from service.pages.words import field_words, value_words

_REASONS = 3
"""Reasons told for one choice: those that changed most."""

_FOREMOST = 5
"""Choices shown at once, with those that lead or left the first tie."""


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field of the descriptions; the notes say why a value was assumed."""

    name: str
    first: str
    first_note: str
    second: str
    second_note: str


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """Why a choice gained or lost; `size` in points, `link` leads to the rule where there is a page."""

    sign: str
    direction: str
    claim: str
    speaker: str
    link: str | None
    size: str


@dataclass(frozen=True, slots=True)
class ChoiceLine:
    """One choice in both answers; `move` is up, down, same, new or gone."""

    name: str
    link: str | None
    move: str
    move_words: str
    first: str
    second: str
    first_tie: str
    second_tie: str
    first_chance: str
    second_chance: str
    reasons: tuple[ReasonLine, ...]


@dataclass(frozen=True, slots=True)
class FiredLine:
    """What speaks in one answer alone."""

    claim: str
    speaker: str
    link: str | None
    favours: str
    against: str


@dataclass(frozen=True, slots=True)
class RankingView:
    """One ranking; `lead` says in a sentence what became of the first choice and of the first tie."""

    title: str
    lead: tuple[str, ...]
    shown: tuple[ChoiceLine, ...]
    folded: tuple[ChoiceLine, ...]
    only_first: tuple[FiredLine, ...]
    only_second: tuple[FiredLine, ...]

    @property
    def alike(self) -> bool:
        """Whether every choice has the same rank in both."""
        return all(line.move == "same" for line in (*self.shown, *self.folded))


@dataclass(frozen=True, slots=True)
class CompareView:
    """The page."""

    fields: tuple[FieldLine, ...]
    rankings: tuple[RankingView, ...]
    notes: tuple[str, ...]
    foretold: tuple[str, ...]

    @property
    def alike(self) -> bool:
        """Whether nothing at all is different."""
        return not self.fields and all(one.alike for one in self.rankings)


def compare_view(first: Recommendation, second: Recommendation, known: Known) -> CompareView:
    """What is different from the first answer to the second."""
    found = differences(first, second)
    hidden = (_ranking(one, _hidden_title(one), known) for one in found.hidden)
    return CompareView(
        fields=tuple(map(_field, found.fields)),
        rankings=(*hidden, _ranking(found.output, "Output", replace(known, activations=()))),
        notes=tuple(_notes(found, first, second)),
        foretold=found.foretold,
    )


_OTHERWISE = {
    "version": "A was answered by version {}, B by {}.",
    "rules": "They rest on different rules: what changed may come from these.",
    "learned": "They rest on different past probes.",
    "data": "Their probes trained on different data.",
}


def _notes(found: Differences, first: Recommendation, second: Recommendation) -> Iterable[str]:
    for one in found.circumstances:
        if one.field != "data" or (one.first and one.second):
            yield _OTHERWISE[one.field].format(one.first and one.first.value, one.second and one.second.value)
    if bool(first.probe) != bool(second.probe):
        yield f"Only {'A' if first.probe else 'B'} is backed by training runs."


def _hidden_title(one: RankingDifference) -> str:
    names = dict.fromkeys(name for name in (one.first_name, one.second_name) if name)
    title = " and ".join(map(value_words, names))
    return title[:1].upper() + title[1:] if title.startswith("gates of ") else f"Hidden layers: {title}"


def _field(one: FieldDifference) -> FieldLine:
    return FieldLine(field_words(one.field), *_told(one.first), *_told(one.second))


def _told(told: Told | None) -> tuple[str, str]:
    if told is None:
        return "not said", ""
    return value_words(told.value), f"assumed: {told.because}" if told.because else ""


def _ranking(one: RankingDifference, title: str, known: Known) -> RankingView:
    lines = [(_choice(choice, known), _foremost(choice)) for choice in one.choices]
    return RankingView(
        title=title,
        lead=tuple(_lead(one)),
        shown=tuple(line for line, foremost in lines if foremost),
        folded=tuple(line for line, foremost in lines if not foremost),
        only_first=tuple(_fired(each, known) for each in one.only_first),
        only_second=tuple(_fired(each, known) for each in one.only_second),
    )


def _foremost(choice: ChoiceDifference) -> bool:
    ranks = [standing.rank for standing in (choice.first, choice.second) if standing]
    return min(ranks) <= _FOREMOST


def _lead(one: RankingDifference) -> Iterable[str]:
    if one.first_name is None or one.second_name is None:
        yield f"Only the network of {'B' if one.first_name is None else 'A'} has such layers."
        return
    before, after = (name and _spelt(name) for name in one.leaders)
    if before == after:
        yield f"First choice in both: {before}."
    else:
        yield f"First choice: {before} in A, {after} in B."
    joined = [_spelt(each.name) for each in one.choices if _leads(each.second) and not _leads(each.first)]
    left = [_spelt(each.name) for each in one.choices if _leads(each.first) and not _leads(each.second)]
    if joined:
        yield f"New in B's first tie: {', '.join(joined)}."
    if left:
        yield f"No longer in B's first tie: {', '.join(left)}."
    if not joined and not left:
        several = sum(_leads(each.first) for each in one.choices) > 1
        yield "The same choices tie for the first place." if several else "Nothing ties with it in either."


def _leads(standing: Standing | None) -> bool:
    return standing is not None and standing.tie == 1


def _spelt(name: str) -> str:
    """Heads are spelt in words, activations as programs call them."""
    return name if canonical_name(name) else name.replace("_", " ")


def _choice(one: ChoiceDifference, known: Known) -> ChoiceLine:
    move, words = _move(one.first, one.second)
    return ChoiceLine(
        name=_spelt(one.name),
        link=f"/activations/{one.name}" if one.name in known.activations else None,
        move=move,
        move_words=words,
        first=_rank(one.first),
        second=_rank(one.second),
        first_tie=str(one.first.tie) if one.first else "–",
        second_tie=str(one.second.tie) if one.second else "–",
        first_chance=_chance(one.first),
        second_chance=_chance(one.second),
        reasons=tuple(_reason(reason, known) for reason in one.reasons[:_REASONS]),
    )


def _move(first: Standing | None, second: Standing | None) -> tuple[str, str]:
    if first is None or second is None:
        return ("new", "only in B") if first is None else ("gone", "only in A")
    steps = first.rank - second.rank
    if not steps:
        return "same", "no change"
    return ("up", f"up {steps}") if steps > 0 else ("down", f"down {-steps}")


def _rank(standing: Standing | None) -> str:
    return str(standing.rank) if standing else "–"


def _chance(standing: Standing | None) -> str:
    if standing is None:
        return "–"
    return f"{standing.chance:.0%}" if standing.chance >= 0.01 else "< 1%"


def _reason(reason: Reason, known: Known) -> ReasonLine:
    gained = reason.change > 0
    sizes = " → ".join("silent" if one is None else f"{one:+.2f}" for one in (reason.first, reason.second))
    return ReasonLine(
        sign="+" if gained else "−",
        direction="for" if gained else "against",
        claim=reason.claim,
        speaker=speaker(reason.source, known),
        link=_rule(reason.source, known),
        size=f"{sizes} points".replace("-", "−"),
    )


def _fired(one: Fired, known: Known) -> FiredLine:
    return FiredLine(
        claim=one.claim,
        speaker=speaker(one.source, known),
        link=_rule(one.source, known),
        favours=", ".join(one.favours),
        against=", ".join(one.against),
    )


def _rule(source: str, known: Known) -> str | None:
    return f"/docs/rules/{source}" if source in known.rules else None

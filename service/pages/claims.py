"""Evidence as lines to read: for and against, the one that matters first, each with links to what it rests on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from actwise.contract.evidence import Citation, Direction, Evidence
from service.pages.words import signed, value_words

SHOWN = 4
"""Claims that are shown at once."""

_HABIT = 0.3
_SIGNS: dict[Direction, str] = {"for": "+", "against": "−", "neutral": "·"}
_SPEAKERS = {
    "theory": "signal theory",
    "comparisons": "measured comparisons",
    "precedents": "published networks",
    "probe": "this probe",
    "past-probes": "past probes",
}


@dataclass(frozen=True, slots=True)
class Known:
    """Which rules, sources and activations have a page."""

    rules: Collection[str]
    sources: Collection[str]
    activations: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Cited:
    """One citation; `link` is our own page of the source where there is one, else the text itself, else nothing.

    `where` is the place in it where that is too long to be read beside a claim.
    """

    title: str
    where: str | None
    link: str | None
    outside: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One claim. `size` is its effect in words, empty for habit; `counted` is False where it adds nothing."""

    sign: str
    direction: Direction
    claim: str
    kind: str
    speaker: str
    link: str | None
    size: str
    counted: bool
    contested: bool
    scope: str
    cited: tuple[Cited, ...]


def lines(evidence: Sequence[Evidence], known: Known) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Every claim: the weightiest, with those for the choice first, and the rest in the same order."""
    weightiest = sorted(range(len(evidence)), key=lambda place: _weight(evidence[place]), reverse=True)[:SHOWN]
    order: dict[Direction, int] = {"for": 0, "against": 1, "neutral": 2}
    places = sorted(range(len(evidence)), key=lambda place: (order[evidence[place].direction], place))
    shown = tuple(_line(evidence[place], known) for place in places if place in weightiest)
    return shown, tuple(_line(evidence[place], known) for place in places if place not in weightiest)


def _weight(one: Evidence) -> float:
    """How far a claim moves the choice, in points; what similar networks use, which moves none, goes before what hardly
    does, and general habits go behind it."""
    if one.kind == "practice":
        return _HABIT if one.source == "precedents" else 0.0
    return abs(one.weight * one.effect.mean)


def matters(evidence: Sequence[Evidence]) -> str:
    """The claim that moves the choice most, or what is known of habit where none moves it."""
    if not evidence:
        return "Nothing speaks for or against it beyond what holds for all."
    claim = max(evidence, key=_weight).claim
    return claim[:1].upper() + claim[1:] + ("" if claim.endswith((".", ")")) else ".")


def reason(evidence: Sequence[Evidence]) -> str:
    """The weightiest claim that speaks for a choice, where there is one."""
    return matters([one for one in evidence if one.direction == "for"] or evidence)


def cited(citation: Citation, known: Known) -> Cited:
    """A citation with its link."""
    link = f"/docs/sources/{citation.source}" if citation.source in known.sources else citation.url
    words = ", ".join(filter(None, (citation.title, citation.where if link else None)))
    title = f"{words} ({citation.year})" if citation.year else words
    return Cited(title, None if link else citation.where, link, link is not None and not link.startswith("/"))


def speaker(source: str, known: Known) -> str:
    """Who says so: the id of a rule, or words for whatever else speaks."""
    return source if source in known.rules else _SPEAKERS.get(source, value_words(source))


def _line(one: Evidence, known: Known) -> Line:
    counts = one.kind != "practice"
    size = f"{signed(one.effect.mean)} points ({signed(one.effect.low)} to {signed(one.effect.high)})"
    return Line(
        sign=_SIGNS[one.direction],
        direction=one.direction,
        claim=one.claim,
        kind=one.kind,
        speaker=speaker(one.source, known),
        link=f"/docs/rules/{one.source}" if one.source in known.rules else None,
        size=(size + ("" if one.weight == 1 else f", counted {one.weight:.0%}")) if counts else "",
        counted=not counts or one.weight > 0,
        contested=one.contested,
        scope=one.scope,
        cited=tuple(cited(citation, known) for citation in one.citations),
    )

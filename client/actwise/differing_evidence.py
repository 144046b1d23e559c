"""The evidence of two answers side by side.

An answer shows the strongest evidence of each choice, so that what speaks in one answer alone may have been too weak to
be shown in the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from actwise.contract.answer import HiddenChoice, OutputChoice
from actwise.contract.evidence import Evidence

NEGLIGIBLE = 0.05
"""Points by which a contribution may differ without being told."""


@dataclass(frozen=True, slots=True)
class Reason:
    """What a piece of evidence contributes in each answer, in points as counted; None where it is not shown."""

    source: str
    kind: str
    claim: str
    first: float | None
    second: float | None

    @property
    def change(self) -> float:
        """Points gained from the first to the second answer."""
        return (self.second or 0.0) - (self.first or 0.0)


@dataclass(frozen=True, slots=True)
class Fired:
    """Evidence that is shown in one answer alone, and the choices that it speaks for and against there."""

    source: str
    kind: str
    claim: str
    favours: tuple[str, ...]
    against: tuple[str, ...]


def reasons(first: Sequence[Evidence], second: Sequence[Evidence]) -> tuple[Reason, ...]:
    """What counts differently for one choice, the largest change first."""
    one, other = ({(piece.source, piece.cause): piece for piece in evidence} for evidence in (first, second))
    found = (_reason(one.get(key), other.get(key)) for key in {**one, **other})
    told = [reason for reason in found if abs(reason.change) >= NEGLIGIBLE]
    return tuple(sorted(told, key=lambda reason: (-abs(reason.change), reason.source)))


def _reason(one: Evidence | None, other: Evidence | None) -> Reason:
    piece = other or one
    assert piece is not None
    return Reason(piece.source, piece.kind, piece.claim, _points(one), _points(other))


def _points(piece: Evidence | None) -> float | None:
    return None if piece is None else round(piece.weight * piece.effect.mean, 3)


def fired(
    here: Mapping[str, HiddenChoice | OutputChoice], there: Mapping[str, HiddenChoice | OutputChoice]
) -> tuple[Fired, ...]:
    """What speaks here and nowhere there, in the order in which it is met."""
    silent = {piece.source for choice in there.values() for piece in choice.evidence}
    found: dict[str, list[tuple[str, Evidence]]] = {}
    for name, choice in here.items():
        for piece in choice.evidence:
            if piece.source not in silent:
                found.setdefault(piece.source, []).append((name, piece))
    return tuple(_one_fired(source, told) for source, told in found.items())


def _one_fired(source: str, told: Sequence[tuple[str, Evidence]]) -> Fired:
    piece = told[0][1]
    favours = tuple(name for name, one in told if one.direction == "for")
    return Fired(
        source, piece.kind, piece.claim, favours, tuple(name for name, one in told if one.direction == "against")
    )

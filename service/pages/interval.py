"""An effect as a dot on a line, on the scale of its ranking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from actwise.contract.evidence import Effect
from service.pages.words import signed

WIDTH = 160
"""Of the drawing, in its own units; it is 16 high."""

_MARGIN = 6


@dataclass(frozen=True, slots=True)
class Interval:
    """Where dot and line stand, from 0 to WIDTH; `zero` is where the first choice's mean lies."""

    mean: float
    low: float
    high: float
    zero: float
    words: str


@dataclass(frozen=True, slots=True)
class Scale:
    """From points to places in the drawing."""

    low: float
    high: float
    first: float

    def interval(self, effect: Effect) -> Interval:
        """The drawing of one effect, and what it says in words, relative to the first choice."""
        return Interval(
            self._place(effect.mean),
            self._place(effect.low),
            self._place(effect.high),
            self._place(self.first),
            f"{signed(effect.mean - self.first)} points beside the first choice, 90 % interval "
            f"{signed(effect.low - self.first)} to {signed(effect.high - self.first)}",
        )

    def _place(self, points: float) -> float:
        share = min(1.0, max(0.0, (points - self.low) / (self.high - self.low)))
        return round(_MARGIN + share * (WIDTH - 2 * _MARGIN), 1)


def scale_of(found: Sequence[Effect], least: float = 1.0) -> Scale:
    """A scale on which all of these fit, the first of which is that of the first choice; at least so long.

    What lies beyond it is drawn at its ends.
    """
    low, high = min(one.low for one in found), max(one.high for one in found)
    return Scale(low, max(high, low + (least or 1e-12)), found[0].mean)

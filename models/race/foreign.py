"""Races whose networks are trained by somebody else: of a network we know only which scores it came to.

What the trivial predictor scores, and which difference does not matter, may be left open; the first rung then tells.
The trivial score is the lowest of the first rung that is not far out [Tukey 1977, the outer fence: three interquartile
ranges below the lower quartile], since learning rates that are too high bring networks there; the margin is one
hundredth of the way from there to the best.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import floor, log10
from typing import Self

import numpy as np
from pydantic import Field

from models.race.standing import Members
from models.race.terms import DIGITS, RaceTerms

SHORT = 9
"""Part of the full length that a training of the first rung has."""
POINT = 0.01
LEAST_MARGIN = 1e-30
"""Of scores that are all equal."""
_FENCE = 3.0


class ForeignPlan(RaceTerms):
    """A race of trainings that are reported. Steps are the trainer's own unit; learning rates may be factors of its
    usual one. An open `margin` or `baseline` holds until the first rung is complete."""

    entrants: tuple[str, ...] = Field(min_length=1, description="in order of prior belief, best first")
    margin_open: bool = False
    baseline_open: bool = False

    @property
    def candidates(self) -> tuple[str, ...]:
        return self.entrants

    @property
    def digits(self) -> int:
        """As many as show a thousandth of the margin: metrics of other people have any scale."""
        return max(DIGITS, 3 - floor(log10(self.margin)))

    def settled(self, first: Mapping[str, Members]) -> Self:
        """With what was left open read off the first rung; zero and one point of it when nothing could be trained."""
        scores = [
            member.score
            for members in first.values()
            for row in members.values()
            for member in row.values()
            if member.score is not None
        ]
        baseline = _lowest(scores) if self.baseline_open else self.baseline
        reach = max(scores, default=baseline) - baseline
        margin = max(LEAST_MARGIN, POINT * reach) if self.margin_open else self.margin
        return self.model_copy(update={"baseline": baseline, "margin": margin})


def foreign_rungs(length: int) -> tuple[int, ...]:
    """Lengths of the rungs for a full training of `length` units (at least 1); a single one cannot be shortened."""
    return (length,) if length == 1 else (max(1, length // SHORT), length)


def price(rungs: tuple[int, ...], rates: int, seeds: int) -> int:
    """Units that one candidate costs until it has been trained at full length with every seed."""
    return seeds * (rates * rungs[0] + sum(rungs[1:]))


def _lowest(scores: list[float]) -> float:
    if not scores:
        return 0.0
    lower, upper = np.quantile(scores, [0.25, 0.75])
    return min(score for score in scores if score >= lower - _FENCE * (upper - lower))

"""Differences to the leader without its luck.

The leader was chosen by the scores that are then compared, so plain differences to it are too large: with ten equal
candidates it seems one and a half standard errors better than it is. Shrinking all means towards their average takes
this back, and by how much the data tell [Efron and Morris 1973, the positive-part estimator of James and Stein]:

    B = max(0, 1 - (k - 1) / sum((mean_i - average)^2 / error_i^2)),    mean_i -> average + B (mean_i - average)

over the k contenders, those within REACH standard errors of the leader: the others' distance is not luck, and would
hide that the contenders' is. k - 1 is the mean of the sum when all differences are luck (the estimator of smallest
squared error has k - 3, and leaves two or three contenders theirs). Contenders come nearer to the leader by the factor
B; the others by as much as the leader moves. Intervals keep their width, since what shrinkage would save is about what
not knowing B costs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from models.race.statistics import Comparison

REACH = 4.0


def without_luck(
    comparisons: Mapping[str, Comparison], means: Mapping[str, float], errors: Mapping[str, float], leader: str
) -> dict[str, Comparison]:
    """The comparisons with their means and intervals moved; p-values stay, which allow for the choice by their level.

    Args:
        means: of all candidates that are compared, the leader included.
        errors: standard errors of these means, above 0.
    """
    inside = [name for name in means if _gap(name, means, leader) <= REACH * _error(name, errors, leader)]
    average, kept = _shrinkage([means[name] for name in inside], [errors[name] for name in inside])
    luck = (1 - kept) * (means[leader] - average)
    return {
        name: _moved(item, (kept - 1) * item.mean if name in inside else luck) for name, item in comparisons.items()
    }


def _gap(name: str, means: Mapping[str, float], leader: str) -> float:
    return means[leader] - means[name]


def _error(name: str, errors: Mapping[str, float], leader: str) -> float:
    return float((errors[name] ** 2 + errors[leader] ** 2) ** 0.5)


def _shrinkage(means: list[float], errors: list[float]) -> tuple[float, float]:
    """The precision-weighted average, and B."""
    weights = [1 / error**2 for error in errors]
    average = sum(weight * mean for weight, mean in zip(weights, means, strict=True)) / sum(weights)
    spread = sum(weight * (mean - average) ** 2 for weight, mean in zip(weights, means, strict=True))
    return average, max(0.0, 1 - (len(means) - 1) / spread) if spread > 0 else 0.0


def _moved(item: Comparison, by: float) -> Comparison:
    return replace(item, mean=item.mean + by, low=item.low + by, high=item.high + by)

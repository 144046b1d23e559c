"""What the race does after each rung: which learning rates and candidates go on, and when it is decided.

Short trainings are biased: they favour fast starters and high learning rates. So a candidate is dropped before the
last rung only when it is worse by more than it may still catch up: CATCH_UP times the distance that it made good over
the last rung, or that distances in the field usually moved where this is more. At the first rung, where nothing is
known of that, only candidates that could not be trained at all go.
The learning rate for the full length is chosen from short trainings of few seeds, so what all candidates say of the
rates counts half. And where a full training scores less than the short one did (it diverged, or learned its rows by
heart), the learning rate that the short one chose was too high: the next lower one gets its turn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.special import ndtr, stdtrit

from models.race.standing import Members, Standing, rate_means
from models.race.statistics import ALPHA, Comparison, excluded

CATCH_UP = 1.5
MOVED = 0.9
RATE_BAND = 2.0
RATES_KEPT = 2
OWN_SHARE = 0.5
SHORTFALL = 0.5
HARDLY = 0.05
"""Chance below which it is not worth training on for."""


def rates_to_keep(members: Members, baseline: float, margin: float) -> tuple[float, ...]:
    """The learning rates worth another short rung: the best, and the next when within RATE_BAND margins of it."""
    means = rate_means(members, baseline)
    best = max(means.values())
    near = [rate for rate, mean in means.items() if mean >= best - RATE_BAND * margin]
    return tuple(sorted(near[:RATES_KEPT]))


def rates_for_full(rung: Mapping[str, Members], baseline: float) -> dict[str, float]:
    """Per candidate, the learning rate for the full length: the lowest of those that lose least against its best, half
    as it says itself and half as the median of all candidates that ran the rate says."""
    losses = {name: _losses(members, baseline) for name, members in rung.items()}
    rates = {rate for row in losses.values() for rate in row}
    usual = {rate: float(np.median([row[rate] for row in losses.values() if rate in row])) for rate in rates}
    return {
        name: min(row, key=lambda rate: (OWN_SHARE * row[rate] + (1 - OWN_SHARE) * usual[rate], rate))
        for name, row in losses.items()
    }


def _losses(members: Members, baseline: float) -> dict[float, float]:
    means = rate_means(members, baseline)
    best = max(means.values())
    return {rate: best - mean for rate, mean in means.items()}


def shortfall(short: Members, full: Members, baseline: float) -> float:
    """By how much the full training stayed below what the short one had promised, in the metric."""
    return max(rate_means(short, baseline).values()) - max(rate_means(full, baseline).values())


def lower_rate(full: Members, grid: Sequence[float]) -> float | None:
    """The highest learning rate of the grid below all that were tried; None when there is none."""
    return max((rate for rate in grid if rate < min(full)), default=None)


def catch_up(before: Standing, now: Standing) -> dict[str, float]:
    """Per candidate, how much nearer to the leader it may come by the next rung, in the metric.

    What moved up to now is the only witness of what may move yet, and a candidate that fell back may come back: nobody
    is allowed less than the MOVED quantile of all movements.
    """
    gap_before = {name: before.means[before.leader] - mean for name, mean in before.means.items()}
    gap_now = {name: now.means[now.leader] - mean for name, mean in now.means.items()}
    nearer = {name: gap_before[name] - gap for name, gap in gap_now.items() if name in gap_before}
    usual = float(np.quantile(np.abs(list(nearer.values())), MOVED)) if nearer else 0.0
    return {name: CATCH_UP * max(usual, distance) for name, distance in nearer.items()}


def outside(comparisons: Mapping[str, Comparison], margin: float, family: int) -> set[str]:
    """Candidates that are worse than the leader beyond doubt, and by more than the margin as measured."""
    worse = excluded(comparisons, family)
    return {name for name in worse if comparisons[name].mean < -margin}


def undecided(comparisons: Mapping[str, Comparison], margin: float, family: int) -> tuple[str, ...]:
    """Candidates neither outside the tie group nor shown to be within the margin; the nearest to leaving first.

    As long as any of them is measured beyond the margin, only those are named: more seeds may show them out.
    """
    out = outside(comparisons, margin, family)
    open_ones = sorted(
        (
            item
            for name, item in comparisons.items()
            if name not in out and not (item.low > -margin and item.high < margin)
        ),
        key=lambda item: (item.mean, item.candidate),
    )
    beyond = [item for item in open_ones if item.mean < -margin]
    return tuple(item.candidate for item in beyond or open_ones)


def can_change(item: Comparison, seeds: int, margin: float, family: int) -> bool:
    """With so many seeds in all, an open candidate may overtake the leader, leave, or be shown to be within the margin.

    The mean over n' seeds, seen from n, is normal about the present one with variance s^2 (1/n - 1/n'): each of the
    three needs it on one side of a bound, and counts when its chance is HARDLY or more.
    """
    if seeds <= item.seeds:
        return False
    spread = item.sd * item.seeds**0.5
    later, degrees = spread / seeds**0.5, item.degrees + seeds - item.seeds
    moves = spread * (1 / item.seeds - 1 / seeds) ** 0.5
    leave = min(-margin, -later * float(stdtrit(degrees, 1 - ALPHA / family)))
    inner = margin - later * float(stdtrit(degrees, 0.95))
    below = [float(ndtr((bound - item.mean) / moves)) for bound in (leave, 0.0, inner, -inner)]
    chances = (below[0], 1 - below[1], below[2] - below[3] if inner > 0 else 0.0)
    return max(chances) >= HARDLY

"""From beliefs to ranks: tie groups first, and only inside a tie convention and cost.

Two candidates are tied when it is not credible that one is better by more than a margin that matters in practice.
The order inside a tie follows what the caller prefers:

    quality      the higher expected quality
    balanced     convention less the price of computing it, the latter weighed by the compute budget
    convention   convention alone, also across ties, among all that are not clearly worse; price where it is equal
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from service.advice.posterior import Belief, Floats

MARGIN = 1.0
"""Points below which a difference does not matter in practice."""

CREDIBLE = 0.7
"""Probability from which a difference beyond the margin is taken as real."""

CLEARLY_WORSE = 10.0
"""Points that convention may not cost."""

HALF_SHARE_FAN_IN = 256
"""Inputs per unit at which a dear activation (about 3 ns an element) takes as long as the matrix product that feeds it
(0.03 ns per multiply-add of one core, less what fused kernels save)."""

_COST_WEIGHT = {"low": 0.40, "medium": 0.25, "high": 0.10}
_LATENCY_FACTOR = 1.5
STRANGE = 0.1
"""What one point of strangeness of the start costs inside a tie, in shares of convention: one more thing to mind."""

_WORTH = {"balanced": (1.0, 1.0, 0.05), "convention": (1.0, 0.02, 0.01), "quality": (0.0, 0.0, 1.0)}
"""Inside a tie: how much practice, the price of computing, and one point of expected quality count."""


def cost_weight(compute_budget: str, latency_critical: bool, fan_in: int) -> float:
    """Price of one cost level, in shares of convention.

    A unit costs one activation and `fan_in` multiply-adds, so the activation's share of the whole falls as
    1 / (1 + fan_in / HALF_SHARE_FAN_IN).
    """
    urgency = _COST_WEIGHT[compute_budget] * (_LATENCY_FACTOR if latency_critical else 1.0)
    return urgency / (1.0 + fan_in / HALF_SHARE_FAN_IN)


def inside_tie(mean: Floats, support: Floats, burden: Floats, prefers: Sequence[str]) -> Floats:
    """What candidates are worth against those they are tied with; higher comes first.

    All [situations, candidates]: `support` is the share of published practice, 0-1; `burden` is the cost level times
    `cost_weight`, and what an unusual start costs, in the same unit. `prefers` says what the caller of each prefers.
    """
    habit, cost, quality = np.array([_WORTH[prefer] for prefer in prefers]).T[:, :, None]
    return np.asarray(habit * support - cost * burden + quality * mean)


def tied_with(leader: int, belief: Belief, margin: float = MARGIN) -> NDArray[np.bool_]:
    """Which candidates [candidates] are not credibly worse than `leader` by more than `margin` points."""
    gap = belief.mean[leader] - belief.mean - margin
    spread = np.sqrt(np.square(belief.sd[leader]) + np.square(belief.sd))
    tied: NDArray[np.bool_] = ndtr(gap / spread) < CREDIBLE
    tied[leader] = True
    return tied


def tie_groups(belief: Belief, prefer: str) -> NDArray[np.int64]:
    """The tie group [candidates] of each candidate, 1 for the best.

    The best expected candidate and all tied with it form the first group; the best of the rest leads the next.
    """
    margin = CLEARLY_WORSE if prefer == "convention" else MARGIN
    groups = np.zeros(len(belief.mean), dtype=np.int64)
    number = 0
    while (left := groups == 0).any():
        number += 1
        leader = int(np.argmax(np.where(left, belief.mean, -np.inf)))
        groups[tied_with(leader, belief, margin) & left] = number
    return groups


def order(groups: NDArray[np.int64], worth: Floats) -> list[int]:
    """Candidates from first to last: by tie group, then by worth inside it."""
    places: list[int] = np.lexsort((-np.round(worth, 6), groups)).tolist()
    return places


def first_choices(
    belief: Belief, allowed: NDArray[np.bool_], worth: Floats, margin: NDArray[np.float64]
) -> NDArray[np.int64]:
    """The first choice of each situation: what `order` would put first, for all situations at once.

    Args:
        belief: [situations, candidates].
        allowed: [situations, candidates]; where nothing is, the choice means nothing.
        worth: [situations, candidates], as from `inside_tie`.
        margin: [situations] points that do not matter.
    """
    leader = np.argmax(np.where(allowed, belief.mean, -np.inf), axis=1)
    rows = np.arange(len(leader))
    gap = belief.mean[rows, leader][:, None] - belief.mean - margin[:, None]
    spread = np.sqrt(np.square(belief.sd[rows, leader])[:, None] + np.square(belief.sd))
    tied = (ndtr(gap / spread) < CREDIBLE) & allowed
    tied[rows, leader] = True
    best: NDArray[np.int64] = np.argmax(np.where(tied, np.round(worth, 6), -np.inf), axis=1)
    return best


@lru_cache(maxsize=1)
def _nodes() -> tuple[Floats, Floats]:
    points, weights = np.polynomial.legendre.leggauss(64)
    return points, weights


def probability_best(belief: Belief) -> Floats:
    """Probability [candidates] that each is the best: the integral of phi_i(x) prod_{j != i} Phi_j(x).

    By Gauss-Legendre quadrature over the range that matters; the result sums to one.
    """
    mean, sd = belief.mean, belief.sd
    low, high = float((mean - 6 * sd).max()), float((mean + 6 * sd).max())
    points, weights = _nodes()
    z = ((0.5 * (high - low) * points + 0.5 * (high + low))[:, None] - mean) / sd
    below = np.maximum(ndtr(z), 1e-12)
    density = np.exp(-0.5 * np.minimum(np.square(z), 1400.0)) / sd
    mass: Floats = (weights * below.prod(axis=1)) @ (density / below)
    share: Floats = mass / mass.sum()
    return share

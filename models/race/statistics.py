"""Paired comparisons across few seeds: which candidates are worse than the leader, and by how much.

All candidates share initial draws and batches per seed, so the difference d_s of two candidates at seed s cancels
what the seed did to both. With n = 2 to 5 seeds a variance estimated from one candidate's differences alone is
worthless (t quantiles of 6 to 13), and one variance for all would be blind to candidates that are unstable. So each
variance is shrunk towards the typical one (the moderated t of Smyth 2004, with a fixed prior weight d0):

    s_i^2 = (d0 s_0^2 + (n - 1) v_i) / (d0 + n - 1),    (mean d_i) / (s_i / sqrt n) ~ t with d0 + n - 1 degrees

where v_i is the sample variance of candidate i's differences and s_0^2 that of two ordinary candidates: twice the
median, over all candidates, of the variance left without candidate and seed effects, times k / (k - 1), since with k
candidates the seed effects take 1/k of it. A few unstable candidates cannot move it, nor can a leader whose few scores
happen to lie close. Each variance is first divided by the median of chi-square / degrees (0.45 for two seeds), so that
the median of skewed variances is no underestimate.

The prior weight d0 is fixed, since ten variances of two seeds each cannot tell it. Fitted to tables of 24 seeds
(`python -m benchmarks.racing`) it is 4 to 5 in the median task. It is never more than the degrees of freedom that the
other candidates bring: two candidates alone are compared by the plain paired t.

The leader is the best of k, so its lead is partly luck: a candidate is excluded when its one-sided p-value is below
alpha / (k - 1). Whoever leads, the chance that the truly best candidate is excluded is then at most alpha a look, by
the union over the k - 1 others that may lead; a step-down procedure would lose this, since who leads depends on the
same data. (Of many equal candidates some may leave; that one stays is what matters.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincinv, stdtr, stdtrit

PRIOR_DEGREES = 4.0
ALPHA = 0.05
"""Chance, at each look, that the best is excluded, at most. Looks share most of their scores: in whole races it
happened two or three times in a hundred (`python -m benchmarks.racing`)."""

Scores = Mapping[str, Mapping[int, float]]
"""Per candidate, the score at each seed; higher is better."""


@dataclass(frozen=True)
class Comparison:
    """A candidate less the leader, in the metric: `mean`, its standard error `sd`, 5th and 95th percentile, and the
    one-sided p-value of being no more than the allowed distance below a leader who was not chosen by its scores."""

    candidate: str
    seeds: int
    mean: float
    sd: float
    degrees: float
    low: float
    high: float
    p_value: float


def adjusted_means(scores: Scores) -> dict[str, float]:
    """Mean score per candidate as if all had run the same seeds (additive model of candidate and seed).

    Least squares by alternating projections, until nothing moves; candidates that ran every seed keep their plain
    means up to a constant that all share.
    """
    seeds = sorted({seed for row in scores.values() for seed in row})
    shift = dict.fromkeys(seeds, 0.0)
    means: dict[str, float] = {}
    for _ in range(50):
        before = means
        means = {
            name: _mean([score - shift[seed] for seed, score in sorted(row.items())]) for name, row in scores.items()
        }
        if all(abs(mean - before.get(name, np.inf)) <= 1e-12 * (1 + abs(mean)) for name, mean in means.items()):
            break
        residual = {seed: [row[seed] - means[name] for name, row in scores.items() if seed in row] for seed in seeds}
        shift = {seed: _mean(values) for seed, values in residual.items()}
        centre = _mean(list(shift.values()))
        shift = {seed: value - centre for seed, value in shift.items()}
    return means


def leader_of(means: Mapping[str, float], order: Sequence[str]) -> str:
    """The candidate of `order` with the best mean; equal ones in the given order."""
    return max(order, key=lambda name: (means[name], -order.index(name)))


def compare(
    scores: Scores, leader: str, floor_sd: float, allowed: Mapping[str, float] | None = None
) -> dict[str, Comparison]:
    """Every other candidate against the leader, over the seeds that both ran (at least one).

    Args:
        floor_sd: smallest standard deviation believed of a difference, above 0: identical scores at all seeds
            are a sign of a coarse score, not of perfect knowledge.
        allowed: distance below the leader that the p-value forgives, per candidate; 0 unless given.
    """
    differences = {name: _paired(row, scores[leader]) for name, row in scores.items() if name != leader}
    typical = _typical(scores, floor_sd)
    allowed = allowed or {}
    return {
        name: _comparison(name, values, typical, floor_sd, allowed.get(name, 0.0))
        for name, values in differences.items()
    }


def spreads(scores: Scores, floor_sd: float) -> dict[str, float]:
    """Standard deviation over seeds of each candidate's score, without what the seed did to all, moderated as above."""
    typical = _typical(scores, floor_sd)
    shift, taken = _seed_shifts(scores), _taken_by_seeds(scores)
    found = {}
    for name, row in scores.items():
        left = [score - shift.get(seed, 0.0) for seed, score in sorted(row.items())]
        variance, _ = typical.moderate(2 * taken * float(np.var(left, ddof=1)) if len(left) > 1 else 0.0, len(left))
        found[name] = float(np.sqrt(max(floor_sd**2, variance) / 2))
    return found


def excluded(comparisons: Mapping[str, Comparison], family: int, alpha: float = ALPHA) -> set[str]:
    """The candidates that are worse than the leader beyond doubt, out of a family of so many comparisons."""
    return {name for name, item in comparisons.items() if item.p_value <= alpha / max(1, family)}


def _paired(row: Mapping[int, float], other: Mapping[int, float]) -> list[float]:
    return [row[seed] - other[seed] for seed in sorted(row) if seed in other]


@dataclass(frozen=True)
class _Typical:
    """Variance of the difference of two ordinary candidates, and the degrees of freedom that all scores leave it."""

    variance: float
    degrees: int

    def moderate(self, variance: float, seeds: int) -> tuple[float, float]:
        """One candidate's own variance over so many seeds shrunk towards this one, and its degrees of freedom."""
        own = seeds - 1
        prior = min(PRIOR_DEGREES, max(0.0, self.degrees - own))
        if prior + own == 0:
            return self.variance, 1.0
        return (prior * self.variance + own * variance) / (prior + own), prior + own


def _typical(scores: Scores, floor_sd: float) -> _Typical:
    """Twice the median of what is left of each one's scores without its own mean and what the seed did to all."""
    shift = _seed_shifts(scores)
    repeated = [row for row in scores.values() if len(row) > 1]
    left = [[score - shift[seed] for seed, score in sorted(row.items())] for row in repeated]
    if not left:
        return _Typical(floor_sd**2, 0)
    variance = 2 * _taken_by_seeds(scores) * float(np.median([unbiased_variance(row) for row in left]))
    return _Typical(max(floor_sd**2, variance), sum(len(row) - 1 for row in left) - (len(shift) - 1))


def _taken_by_seeds(scores: Scores) -> float:
    """k / (k - 1), what gives variances back their size after the seed effects of k candidates are taken out."""
    repeated = sum(len(row) > 1 for row in scores.values())
    return repeated / (repeated - 1) if repeated > 1 else 1.0


def _seed_shifts(scores: Scores) -> dict[int, float]:
    """By seed, the median over candidates of their distance from their own means: what the seed did to all."""
    means = {name: _mean(list(row.values())) for name, row in scores.items() if len(row) > 1}
    seeds = {seed for name in means for seed in scores[name]}
    return {
        seed: float(np.median([scores[name][seed] - mean for name, mean in means.items() if seed in scores[name]]))
        for seed in sorted(seeds)
    }


def unbiased_variance(values: list[float]) -> float:
    """A sample variance whose median over samples is the true variance."""
    half = (len(values) - 1) / 2
    return float(np.var(values, ddof=1) * half / gammaincinv(half, 0.5))


def _comparison(name: str, values: list[float], typical: _Typical, floor_sd: float, allowed: float) -> Comparison:
    own = float(np.var(values, ddof=1)) if len(values) > 1 else 0.0
    variance, degrees = typical.moderate(own, len(values))
    mean, sd = _mean(values), float(np.sqrt(max(floor_sd**2, variance) / len(values)))
    reach = float(stdtrit(degrees, 0.95)) * sd
    p_value = float(stdtr(degrees, (mean + allowed) / sd))
    return Comparison(name, len(values), mean, sd, degrees, mean - reach, mean + reach, p_value)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)

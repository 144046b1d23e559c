"""How the candidates stand at one rung: each at its own best learning rate, compared with the leader.

A member that diverged, or that scores less than the trivial predictor, counts as the trivial predictor: how
far below uselessness a network fell says nothing about the candidate, and would rule every mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from models.race.shrinkage import without_luck
from models.race.statistics import Comparison, adjusted_means, compare, leader_of, spreads
from models.training.task import MemberResult

Members = dict[float, dict[int, MemberResult]]
"""Results of one candidate at one rung: by learning rate, then by seed."""


@dataclass(frozen=True)
class Standing:
    """One rung: the learning rate and the scores per seed of every candidate, the leader, and its lead without luck."""

    rates: Mapping[str, float]
    scores: Mapping[str, Mapping[int, float]]
    means: Mapping[str, float]
    leader: str
    comparisons: Mapping[str, Comparison]


def counted(member: MemberResult, baseline: float) -> float:
    """The score that a member counts for."""
    return baseline if member.score is None else max(member.score, baseline)


def rate_means(members: Members, baseline: float) -> dict[float, float]:
    """Mean score per learning rate, the best rate first; equal ones by the middle of the grid outwards."""
    rates = sorted(members)
    middle = rates[len(rates) // 2]
    means = {rate: _mean(counted(member, baseline) for member in members[rate].values()) for rate in rates}
    order = sorted(rates, key=lambda rate: (-means[rate], abs(rates.index(rate) - rates.index(middle)), rate))
    return {rate: means[rate] for rate in order}


def best_rate(members: Members, baseline: float) -> float:
    """The learning rate with the best mean among those that ran the most seeds."""
    most = max(len(row) for row in members.values())
    return next(iter(rate_means({rate: row for rate, row in members.items() if len(row) == most}, baseline)))


def standing(
    rung: Mapping[str, Members],
    order: Sequence[str],
    baseline: float,
    floor_sd: float,
    allowed: Mapping[str, float] | None = None,
    leaders: Sequence[str] | None = None,
) -> Standing:
    """The standing at a rung. `order` lists the candidates (all in `rung`), best prior first; `leaders` those of them
    that may lead, all when None or empty."""
    rates = {name: best_rate(rung[name], baseline) for name in order}
    scores = {
        name: {seed: counted(member, baseline) for seed, member in sorted(rung[name][rates[name]].items())}
        for name in order
    }
    means = adjusted_means(scores)
    leader = leader_of(means, leaders or order)
    errors = {name: spread / len(scores[name]) ** 0.5 for name, spread in spreads(scores, floor_sd).items()}
    found = without_luck(compare(scores, leader, floor_sd, allowed), means, errors, leader)
    return Standing(rates, scores, means, leader, found)


def all_diverged(members: Members) -> bool:
    """No network of this candidate could be trained at any learning rate."""
    return all(member.score is None for row in members.values() for member in row.values())


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed)

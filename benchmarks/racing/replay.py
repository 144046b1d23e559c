"""Races replayed from a table, and how they compare with the seeds that they have not seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.racing.table import RATES, RUNGS, SEEDS, ScoreTable
from benchmarks.racing.tasks import Contest
from models.race.plan import RacePlan, plan_race

Numbers = NDArray[np.float64]
EXHAUSTIVE_SEEDS = 5
"""Seeds per candidate and learning rate of the grid search whose steps are the measure of all budgets."""


@dataclass(frozen=True)
class Reference:
    """Mean scores [rungs, candidates, rates] over seeds that the race has not seen, their variances, and the winner."""

    names: tuple[str, ...]
    means: Numbers
    baseline: float
    margin: float

    @property
    def best(self) -> Numbers:
        """Score of each candidate at full length and its best learning rate."""
        top: Numbers = self.means[-1].max(axis=-1)
        return top

    @property
    def winner(self) -> str:
        return self.names[int(self.best.argmax())]

    def regret(self, candidate: str, rate: float | None) -> float:
        """What the choice loses against the winner, in the metric; at the choice's own learning rate if it has one."""
        row = self.means[-1, self.names.index(candidate)]
        got = row.max() if rate is None else row[RATES.index(rate)]
        return float(self.best.max() - got)

    def points(self, difference: float) -> float:
        """A difference in hundredths of the way from the trivial predictor to the winner."""
        return 100 * difference / max(float(self.best.max()) - self.baseline, 1e-9)


def counted_scores(table: ScoreTable, baseline: float) -> Numbers:
    """Final scores as the race counts them: at least the trivial predictor's."""
    return np.fmax(table.final, baseline)


def reference_of(table: ScoreTable, contest: Contest, unseen: list[int]) -> Reference:
    """What exhaustive training with so many other seeds finds."""
    scores = counted_scores(table, contest.judged.baseline)[..., unseen]
    return Reference(table.candidates, scores.mean(axis=-1), contest.judged.baseline, contest.judged.margin)


def draws(replays: int, used: int, root: int = 0) -> Iterator[tuple[dict[int, int], list[int]]]:
    """Per replay, the table's seeds that stand for a race's seeds 0 .. used - 1, and those left for the reference."""
    for replay in range(replays):
        order = np.random.default_rng([root, replay]).permutation(SEEDS).tolist()
        yield dict(enumerate(order[:used])), order[used:]


def exhaustive_steps(contest: Contest) -> int:
    """Network-steps of the full grid."""
    return len(contest.entrants) * len(RATES) * EXHAUSTIVE_SEEDS * RUNGS[-1]


def plan_of(contest: Contest, share: float, rungs: Sequence[int] | None = None) -> RacePlan:
    """The race that a share of the exhaustive steps buys; `rungs`: some of the table's, or a race's own."""
    planned = plan_race(
        "hidden-0",
        "dense",
        contest.entrants,
        contest.network,
        10**9,
        most_steps=RUNGS[-1],
        batch_size=contest.batch_size,
        margin=contest.judged.margin,
        metric=contest.judged.metric,
        baseline=contest.judged.baseline,
    )
    budget = int(share * exhaustive_steps(contest))
    return planned.model_copy(update={"budget": budget, "rungs": tuple(rungs or planned.rungs)})

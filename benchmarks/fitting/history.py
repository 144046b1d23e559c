"""Makes the history that Actwise starts with: small probes, run by the probe's own machinery.

    python -m benchmarks.fitting.history [--only dense-] [--check] [--every 10]

Every description of `benchmarks.fitting.history_tasks` is planned, raced and kept as a finished probe of a caller would
be: dense ones with all hidden candidates, other layer types with nine. Tasks found in `models/prior/history.json` are
kept, so that an interrupted run goes on where it was; delete the file to begin anew. `--check` trains every so many of
the shipped tasks again (`--every`) and compares: 1 when one differs by more than its noise explains. The whole takes
about forty minutes on a core. Then `python -m benchmarks.fitting.prior` fits the model.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from math import hypot
from pathlib import Path
from statistics import fmean

from actwise.contract.situation import situations_of
from benchmarks.fitting.history_tasks import NUMBERS, Drawn, candidates, descriptions
from models.prior.past import HISTORY, Outcome, PastRace, read_race
from service.learning.rows import past_races
from service.probing.calibration import Calibration
from service.probing.data import load
from service.probing.inline import run_inline
from service.probing.plan import plan_probe
from service.probing.run import ProbeRun

NOMINAL = Calibration()
"""Budgets are in network-steps: speed decides nothing here."""

_BY_CHANCE = 3.0
"""Standard deviations by which a repetition may differ in the mean over the candidates of a task."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Train what is missing and write the file after every task; or check."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="tasks whose name begins with this, such as conv-")
    parser.add_argument("--check", action="store_true", help="train some again and compare instead of writing")
    parser.add_argument("--every", type=int, default=10, help="with --check: each so-manieth task")
    options = parser.parse_args(arguments)
    known = {race.id: race for race in _shipped(HISTORY)}
    tasks = [task for kind in NUMBERS for task in descriptions(kind) if task.name.startswith(options.only)]
    if options.check:
        return _check([task for task in tasks if _id(task.name) in known][:: options.every], known)
    for task in tasks:
        if _id(task.name) not in known:
            race = run(task)
            print(task.name, "told nothing" if race is None else f"{race.steps} network-steps", flush=True)
            if race is not None:
                known[race.id] = race
                _write(HISTORY, _ordered(known))
    return 0


def run(task: Drawn) -> PastRace | None:
    """One task; None when the probe cannot train its layer type, or when nothing was learned in it."""
    (situation,) = situations_of(task.told)
    names = {situation.block: candidates(situation.layer_type)}
    plan = plan_probe(task.told, [situation], names, NOMINAL, task.files.__getitem__)
    if plan.data is None or not plan.races or plan.races[0].network.family != situation.layer_type:
        return None
    data = load(plan.data, task.files.__getitem__)
    report = run_inline(ProbeRun(plan), data)
    return next(iter(past_races(task.name, [situation], plan, report, len(data.x_train))), None)


def _id(name: str) -> str:
    return f"{name}/hidden-0"


def _shipped(path: Path) -> list[PastRace]:
    return [read_race(one) for one in json.loads(path.read_text("utf-8"))] if path.exists() else []


def _ordered(known: dict[str, PastRace]) -> Iterator[PastRace]:
    """In the order of the list, so that the file does not tell the order of making."""
    names = [_id(task.name) for kind in NUMBERS for task in descriptions(kind)]
    return (known[name] for name in names if name in known)


def _write(path: Path, races: Iterator[PastRace]) -> None:
    """One line per task, so that a change can be read."""
    lines = ",\n".join(json.dumps(race.plain(), separators=(",", ":")) for race in races)
    path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def _check(tasks: Sequence[Drawn], known: dict[str, PastRace]) -> int:
    far = 0
    for task in tasks:
        again, shipped = run(task), known[_id(task.name)]
        distance = float("inf") if again is None else _distance(shipped, again)
        far += distance > _BY_CHANCE
        print(f"{task.name}: {distance:.2f} standard deviations apart", flush=True)
    return int(far > 0)


def _distance(first: PastRace, second: PastRace) -> float:
    """Mean over the candidates of the difference in units of its noise; equal trainings give 0."""
    if set(first.outcomes) != set(second.outcomes):
        return float("inf")
    return fmean(_apart(one, second.outcomes[name]) for name, one in first.outcomes.items())


def _apart(one: Outcome, other: Outcome) -> float:
    return abs(one.bent - other.bent) / max(0.1, hypot(one.noise, other.noise))


if __name__ == "__main__":
    raise SystemExit(main())

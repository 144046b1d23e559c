"""Prints what the race's statistics are worth and what its allocations cost, beside Optuna and the full grid.

    python -m benchmarks.racing [--quick | --families] [--root 0] [--cache FOLDER] [--replays 10] [--workers 2]

On each of 44 cheap tasks every candidate is trained at every learning rate, rung and 24 seeds (about 13 minutes of
one core, kept in the cache folder, and made anew when the trainer gives other scores). A replay gives a contestant 5
of the seeds; the other 19 are the reference, which is exhaustive. With --families ten tasks of convolutional,
recurrent, attention and graph networks take the place of the 44 dense ones (an hour of one core).

    steps      network-steps, as a share of the grid: all candidates, learning rates and 5 seeds at full length
    regret     what the choice loses against the reference's winner, in points, at its own learning rate
    within     how often that is no more than the margin of practical equivalence
    holds      how often the tie group holds the reference's winner;   group: its size
    coverage   how many 90 % intervals hold the reference's difference to the same leader, its own error allowed for
               (plain: not allowed for)

The exit code is 1 when, at either budget, coverage is not 85 to 95 %, or the group holds the winner less than 95 times
in a hundred.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from joblib import Parallel, delayed, parallel_config

from benchmarks.racing.contestants import RACES, Contestant, grid
from benchmarks.racing.families import FamilyTask, family_tasks
from benchmarks.racing.measures import Measures, average, measure, standard_error
from benchmarks.racing.peer import contestants
from benchmarks.racing.table import ScoreTable, table_of
from benchmarks.racing.tasks import CheapTask, Contest, cheap_tasks

SHARES = (0.125, 0.2)
DEFAULT = next(iter(RACES))
FEWER = 4
"""Optuna's replays are so many times fewer: its sampler is slow."""

Task = CheapTask | FamilyTask
Tables = list[tuple[ScoreTable, Contest]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the tables, replay, print; 0 when the statistics keep what they promise."""
    options = _options(arguments)
    with parallel_config("loky", n_jobs=options.workers, inner_max_num_threads=1):
        tasks = family_tasks(options.root) if options.families else cheap_tasks(options.quick, options.root)
        tables = _tables(tasks, options.cache)
        found = {share: _compare(tables, share, options.replays) for share in SHARES}
    _print_tasks([contest.name for _, contest in tables], found[SHARES[0]])
    verdicts = [_print_verdict(share, rows) for share, rows in found.items()]
    return 0 if all(verdicts) else 1


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="every fifth task only")
    parser.add_argument("--families", action="store_true", help="tasks of the other layer types")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "actwise-racing")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument("--root", type=int, default=0, help="of the tasks' rows; another one makes other tasks")
    parser.add_argument("--replays", type=int, default=10, help="per task")
    return parser.parse_args(arguments)


def _tables(tasks: Sequence[Task], cache: Path) -> Tables:
    tables, started = [], time.perf_counter()
    made = Parallel(return_as="generator", batch_size=1)(delayed(_table)(task, cache) for task in tasks)
    for table, contest in made:
        tables.append((table, contest))
        print(f"table {len(tables):2d}: {contest.name} ({time.perf_counter() - started:.0f} s)", flush=True)
    return tables


def _table(task: Task, cache: Path) -> tuple[ScoreTable, Contest]:
    contest = task.contest()
    return table_of(contest, cache), contest


def _compare(tables: Tables, share: float, replays: int) -> list[Measures]:
    """Print all contestants at one budget; the default race, task by task."""
    print(f"\n{len(tables)} tasks, {replays} replays each, budget {share:.1%} of the full grid's network-steps")
    print(
        f"{'contestant':32}{'steps':>7}{'regret':>14}{'within':>8}{'holds':>8}{'group':>7}{'coverage':>10}{'plain':>7}"
    )
    default = _row(DEFAULT, RACES[DEFAULT], tables, share, replays)
    for name, contestant in list(RACES.items())[1:]:
        _row(name, contestant, tables, share, replays)
    peers = contestants()
    for name, contestant in peers.items():
        _row(name, contestant, tables, share, max(1, replays // FEWER))
    if not peers:
        print("Optuna is left out, since it is not installed here: pip install 'optuna>=4'")
    _row("full grid, 5 seeds", grid, tables, share, replays)
    return default


def _row(name: str, contestant: Contestant, tables: Tables, share: float, replays: int) -> list[Measures]:
    replayed = (delayed(measure)(contestant, table, contest, share, replays) for table, contest in tables)
    rows: list[Measures] = list(Parallel()(replayed))
    mean, error = average(rows), standard_error([row.regret for row in rows])
    cells = f"{mean.share:7.1%}{mean.regret:7.2f} ± {error:4.2f}{mean.within:8.1%}"
    print(f"{name:32}{cells}{_cell(mean.holds, '8.1%')}{_group(mean)}{_coverage(mean)}", flush=True)
    return rows


def _cell(value: float | None, form: str) -> str:
    return format(value, form) if value is not None else " " * int(form.partition(".")[0])


def _group(mean: Measures) -> str:
    return _cell(mean.group, "7.1f")


def _coverage(mean: Measures) -> str:
    return _cell(mean.coverage, "10.1%") + _cell(mean.plain_coverage, "7.1%")


def _print_tasks(names: Sequence[str], default: Sequence[Measures]) -> None:
    """The default race at the smaller budget, task by task."""
    head = f"{'task':22}{'coverage':>10}{'plain':>7}{'holds':>8}{'group':>7}{'regret':>8}"
    print(f"\n{DEFAULT}, {SHARES[0]:.1%}\n{head}")
    for name, row in zip(names, default, strict=True):
        print(f"{name:22}{_coverage(row)}{_cell(row.holds, '8.1%')}{_group(row)}{row.regret:8.2f}")


def _print_verdict(share: float, default: Sequence[Measures]) -> bool:
    """Whether the default race keeps its promises at a budget."""
    mean = average(default)
    coverages = [row.coverage for row in default if row.coverage is not None]
    error = standard_error(coverages)
    print(f"\n{DEFAULT}, {share:.1%}")
    checks = {
        f"90 % intervals cover {mean.coverage or 0:.1%} ± {error:.1%}, to be 85 to 95 %": 0.85
        <= (mean.coverage or 0)
        <= 0.95,
        f"the tie group holds the winner {mean.holds or 0:.1%}, to be 95 % or more": (mean.holds or 0) >= 0.95,
    }
    for sentence, kept in checks.items():
        print(f"{'yes' if kept else 'NO '} {sentence}")
    return all(checks.values())


if __name__ == "__main__":
    raise SystemExit(main())

"""What the compiled kernels weigh and bring: network-steps per second with them, without, and how they are built.

Run: PYTHONPATH=client:. python -m benchmarks.kernels [--rounds 5]

Each way trains the same populations in a process of its own, on one thread; the two take turns, and the median round
counts. Time is that of the processor.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from statistics import median

from threadpoolctl import threadpool_limits

from benchmarks.layers.common import CANDIDATES, CLASSES, normal_rows, population, stepping
from benchmarks.trainer import timed
from models.kernels.build import build, library_path
from models.kernels.library import SWITCH, library
from models.networks.shapes import AttentionShape, ConvShape, DenseShape, Network, RecurrentShape

ROWS, BATCH, MEMBERS = 1024, 64, 6
SHAPES: dict[str, Network] = {
    "dense, 4 of 32": DenseShape(features=64, outputs=CLASSES, depth=4, width=32),
    "dense, 4 of 64": DenseShape(features=64, outputs=CLASSES, depth=4, width=64),
    "dense, 4 of 128": DenseShape(features=64, outputs=CLASSES, depth=4, width=128),
    "conv 8 x 8 x 1, 4 of 16": ConvShape(features=64, outputs=CLASSES, depth=4, width=16, sizes=(8, 8, 1)),
    "conv 8 x 8 x 16, 4 of 16": ConvShape(features=1024, outputs=CLASSES, depth=4, width=16, sizes=(8, 8, 16)),
    "LSTM 32, 30 steps": RecurrentShape(features=240, outputs=CLASSES, depth=1, width=32, sizes=(30, 8), cell="lstm"),
    "GRU 32, 30 steps": RecurrentShape(features=240, outputs=CLASSES, depth=1, width=32, sizes=(30, 8), cell="gru"),
    "Elman 32, 30 steps": RecurrentShape(features=240, outputs=CLASSES, depth=1, width=32, sizes=(30, 8), cell="rnn"),
    "attention, 2 of 32, 30 steps": AttentionShape(features=240, outputs=CLASSES, depth=2, width=32, sizes=(30, 8)),
}
ROUND_SECONDS = 0.15


def main() -> None:
    """Measure and print; a worker process answers rates instead."""
    options = _arguments()
    if options.worker:
        _work()
        return
    if not _weigh():
        return
    with ExitStack() as stack:
        ways = [stack.enter_context(_worker(switch)) for switch in ("on", "off")]
        print(f"\n{'':30}" + "".join(f"{name:>22}" for name in CANDIDATES))
        for shape in SHAPES:
            print(f"{shape:30}" + "".join(_compared(ways, f"{shape}|{name}", options.rounds) for name in CANDIDATES))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Compare training with and without compiled kernels on one core.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def _weigh() -> bool:
    """Build anew, and print how long it took and what came of it; whether there is anything to compare."""
    library_path().unlink(missing_ok=True)
    started = time.perf_counter()
    said, built = build(), library_path().exists()
    weight = f", {library_path().stat().st_size / 2**10:.0f} KiB" if built else ""
    print(f"{said}: {time.perf_counter() - started:.1f} s{weight}")
    return built


def _worker(switch: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "benchmarks.kernels", "--worker"]
    environment = {**os.environ, SWITCH: switch}
    return subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _compared(ways: list[subprocess.Popen[str]], case: str, rounds: int) -> str:
    """Network-steps per second with kernels, and how many times as many as without."""
    rates: list[list[float]] = [[], []]
    for _ in range(rounds):
        for way, found in zip(ways, rates, strict=True):
            assert way.stdin is not None
            assert way.stdout is not None
            print(case, file=way.stdin, flush=True)
            found.append(float(way.stdout.readline()))
    fast, plain = map(median, rates)
    return f"{fast:12,.0f}{fast / plain:8.2f} x"


def _work() -> None:
    """Answer the rate of each case that is asked for on standard input."""
    assert (library() is None) == (os.environ[SWITCH] == "off")
    with threadpool_limits(1):
        for rate in _rates():
            print(rate, flush=True)


def _rates() -> Iterator[float]:
    case, run, turns = "", None, 1
    for line in sys.stdin:
        if line.strip() != case or run is None:
            case = line.strip()
            shape, _, activation = case.partition("|")
            network = SHAPES[shape]
            run = stepping(population(network, activation, MEMBERS, normal_rows(ROWS, network.features, BATCH)))
            run(3)
            turns = max(1, int(ROUND_SECONDS / max(1e-6, timed(run, 3) / 3)))
        yield MEMBERS * turns / timed(run, turns)


if __name__ == "__main__":
    main()

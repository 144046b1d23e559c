"""How long does a full answer take in process, flips included, over distinct descriptions?

    python -m benchmarks.answers [--count 500] [--seed 0]

Prints the median, 99th percentile and maximum in milliseconds, of reading the request, answering it and encoding the
answer; the cold start of the engine (rules read, checked and compiled, weights and precedents read, in a new process
after its imports); and the time from the start of a process to its first answer. The garbage collector is set as in a
worker of the service.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from random import Random
from statistics import median
from typing import Any

from actwise.contract.faults import ContractError
from actwise.contract.reading import read_request
from actwise.contract.vocabulary import COMPUTE_BUDGETS, LAYER_TYPES, MODALITIES, NORMALIZATIONS, TASKS
from service.advice.advisor import Advisor, recommendation_json
from service.processes.application import settle_memory

Description = dict[str, Any]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; always 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=500, help="distinct descriptions")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    described = descriptions(options.count, options.seed)
    advisor = Advisor()
    settle_memory()
    requests = [read_request(one) for one in described]
    answers = [advisor.recommend(one) for one in requests[:20]]
    print(f"{len(described)} distinct descriptions, milliseconds each (median, 99th percentile, maximum)")
    _row("read the request", _times(lambda one: read_request(one), described))
    _row("answer, flips included", _times(advisor.recommend, requests))
    _row("encode as JSON", _times(recommendation_json, answers * 10))
    print(f"{'bytes per answer':28}{median(len(recommendation_json(one)) for one in answers):10.0f}")
    print(f"{'cold start of the engine':28}{_cold_start(_ENGINE):10.0f} ms")
    print(f"{'start to first answer':28}{_cold_start(_ANSWER):10.0f} ms, imports included")
    return 0


def descriptions(count: int, seed: int) -> list[Description]:
    """So many different valid descriptions."""
    draw = Random(seed)
    found: list[Description] = []
    while len(found) < count:
        one = _description(draw)
        if one not in found and _valid(one):
            found.append(one)
    return found


def _description(draw: Random) -> Description:
    optional: Description = {
        "width": draw.choice((16, 64, 256, 1024)),
        "normalization": draw.choice(NORMALIZATIONS),
        "residual": draw.random() < 0.5,
        "modality": draw.choice(MODALITIES),
        "rows": draw.choice((100, 10_000, 1_000_000)),
        "gated_ffn": draw.random() < 0.2,
        "prefer": draw.choice(("balanced", "quality", "convention")),
        "deployment": {"int8": draw.random() < 0.3},
    }
    return {
        "task": draw.choice(TASKS),
        "layer_type": draw.choice(LAYER_TYPES),
        "depth": draw.randint(1, 64),
        "compute_budget": draw.choice(COMPUTE_BUDGETS),
    } | {name: value for name, value in optional.items() if draw.random() < 0.4}


def _valid(one: Description) -> bool:
    try:
        read_request(one)
    except ContractError:
        return False
    return True


def _times(work: Callable[[Any], Any], items: Sequence[Any]) -> list[float]:
    for item in items[:20]:
        work(item)
    times = []
    for item in items:
        start = time.perf_counter()
        work(item)
        times.append(1e3 * (time.perf_counter() - start))
    return sorted(times)


def _row(name: str, times: list[float]) -> None:
    print(f"{name:28}{median(times):10.2f}{times[int(0.99 * len(times))]:10.2f}{times[-1]:10.2f}")


_ENGINE = (
    "import time; from service.advice.advisor import Advisor; import models.heads, models.theory, yaml; "
    "start = time.perf_counter(); Advisor(); print(1e3 * (time.perf_counter() - start))"
)
_ANSWER = (
    "import time; start = time.perf_counter(); from service.advice.advisor import Advisor; "
    "from actwise.contract.reading import read_request; "
    "Advisor().recommend(read_request(dict(task='classification', layer_type='conv', depth=8, compute_budget='low'))); "
    "print(1e3 * (time.perf_counter() - start))"
)


def _cold_start(code: str) -> float:
    """Milliseconds that the code prints in a new process, the best of three."""
    environ = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    runs = (subprocess.run([sys.executable, "-c", code], check=True, env=environ, capture_output=True) for _ in "123")
    return min(float(run.stdout) for run in runs)


if __name__ == "__main__":
    sys.exit(main())

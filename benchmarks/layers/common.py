"""What the measurements of all families share: our population, PyTorch's step, turns, and the table.

Contestants take turns in every round and the median round counts, so that a busy machine disturbs all alike; time is
that of the processor. A network-step is one optimiser step of one network, gathering, loss and update included.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from benchmarks.trainer import Contestant, peak_of
from models.activations import get
from models.heads import get_loss
from models.networks.shapes import Network
from models.training.objective import Objective
from models.training.population import Population
from models.training.task import TrainingTask

CLASSES = 10
CANDIDATES = ("relu", "silu", "gelu", "tanh")
RATES = 3
"""Learning rates in a population, which share their seeds' batches."""


@dataclass(frozen=True)
class Rows:
    """Rows x [n, features] float32 and classes y [n] to train on; `batch` rows a step."""

    x: NDArray[np.float32]
    y: NDArray[np.int64]
    batch: int


def normal_rows(count: int, features: int, batch: int) -> Rows:
    """Standard normal rows with random classes: the speed does not depend on them."""
    rng = np.random.default_rng(0)
    return Rows(rng.standard_normal((count, features)).astype(np.float32), rng.integers(0, CLASSES, count), batch)


def population(network: Network, activation: str, members: int, rows: Rows) -> Population:
    """Our members of one shape, ready to step."""
    seeds = tuple(range(max(1, members // RATES)))
    task = TrainingTask(
        id="benchmark",
        candidate=activation,
        activation=activation,
        head="softmax_cross_entropy",
        network=network,
        gain=1.0,
        learning_rates=(1e-3,) * (members // len(seeds)),
        seeds=seeds,
        steps=10**9,
        batch_size=rows.batch,
    )
    bias = np.zeros(CLASSES, np.float32)
    objective = Objective(rows.x, rows.y, rows.x[:1], get_loss("cross_entropy"), bias, lambda raw: raw)
    return Population(task, get(activation), objective, task.learning_rates, seeds, lambda: False)


def stepping(trained: Population) -> Callable[[int], None]:
    """A function that takes n steps of a population."""
    steps = count(1)

    def run(turns: int) -> None:
        with np.errstate(all="ignore"):
            for _ in range(turns):
                trained.step(next(steps))

    return run


def torch_stepping(
    model: Callable[[Any], Any], parameters: Sequence[Any], rows: Rows, copies: int = 1
) -> Callable[[int], None]:
    """A function that takes n steps of fused Adam; a batched model gives [copies, batch, classes] for one batch."""
    import torch

    optimizer = torch.optim.Adam(parameters, 1e-3, fused=True)
    x, y = torch.from_numpy(rows.x), torch.from_numpy(rows.y)
    starts = range(0, len(x) - rows.batch + 1, rows.batch)
    steps = count()

    def run(turns: int) -> None:
        for _ in range(turns):
            start = starts[next(steps) % len(starts)]
            end = start + rows.batch
            optimizer.zero_grad()
            raw = model(x[start:end]).reshape(-1, CLASSES)
            loss = torch.nn.functional.cross_entropy(raw, y[start:end].repeat(copies)) * copies
            loss.backward()
            optimizer.step()

    return run


def products(height: int, inner: int, width: int, many: int) -> Contestant:
    """Batched float32 products [many, height, inner] x [many, inner, width]: the machine's rate at a family's sizes."""
    rng = np.random.default_rng(0)
    left = rng.standard_normal((many, height, inner)).astype(np.float32)
    right = rng.standard_normal((many, inner, width)).astype(np.float32)
    out = np.empty((many, height, width), np.float32)

    def run(turns: int) -> None:
        for _ in range(turns):
            np.matmul(left, right, out=out)

    return Contestant("matrix product", "", run, many)


def take_turns(contestants: Sequence[Contestant], rounds: int) -> None:
    """Let all take turns, on one thread."""
    with threadpool_limits(1):
        for contestant in contestants:
            contestant.calibrate()
        for _ in range(rounds):
            for contestant in contestants:
                contestant.take_turn()


def report(contestants: Sequence[Contestant], flops: float, limit: float) -> None:
    """Print rates, the share of the `limit` in FLOP/s that steps of `flops` reach, and how much faster ours is."""
    print(f"\n{'library':28}{'variant':22}{'steps/s':>9}{'GFLOP/s':>9}{'share':>8}{'ours is':>10}")
    ours = {entry.variant: entry.rate for entry in contestants if entry.library == "actwise"}
    for entry in contestants:
        factor = f"{ours[entry.variant] / entry.rate:.2f} x" if entry.variant in ours else ""
        speed = f"{entry.rate:9,.0f}{entry.rate * flops / 1e9:9.1f}"
        print(f"{entry.library:28}{entry.variant:22}{speed}{entry.rate * flops / limit:8.0%}{factor:>10}")


def peak_megabytes(make: Callable[[], Population]) -> float:
    """Peak memory while a population is made and takes two steps."""
    return peak_of(lambda: stepping(make()))

"""Network-steps per second and core: the population trainer, PyTorch, scikit-learn, and the rate of matrix products.

Run: PYTHONPATH=client:. python -m benchmarks.trainer [--depth 4 --widths 32 64 128 --batch 128 --members 12]

Every contestant trains dense networks with Adam and cross-entropy on one thread: 64 features, 10 classes. A
network-step is one optimiser step of one network, the batch's gathering, loss and update included. Contestants take
turns in every round, and the median round counts, so that a busy machine disturbs all alike; time is that of the
processor, not of the wall clock. The share is that of the arithmetic of a step's matrix products in the measured rate
of products of [batch, width] by [width, width]. PyTorch takes part when it is installed.
"""

from __future__ import annotations

import argparse
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from importlib.util import find_spec
from itertools import count, pairwise
from statistics import median
from typing import Any

import numpy as np
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

from models.activations import get
from models.heads import get_loss
from models.networks.shapes import DenseShape, NormalizationKind
from models.training.objective import Objective
from models.training.population import Population
from models.training.task import TrainingTask

FEATURES, CLASSES, ROWS = 64, 10, 2048
ROUND_SECONDS = 0.08
TORCH_MODULES = {"relu": "ReLU", "silu": "SiLU", "gelu": "GELU", "tanh": "Tanh"}
SKLEARN = ("relu", "tanh")


@dataclass
class Contestant:
    """One way of training: `run(n)` takes n turns of `steps` network-steps each."""

    library: str
    variant: str
    run: Callable[[int], None]
    steps: int = 1
    turns: int = 1
    seconds: list[float] = field(default_factory=list)

    def calibrate(self) -> None:
        """Warm up, and choose the turns that fill a round."""
        self.run(2)
        self.turns = max(1, int(ROUND_SECONDS / max(1e-7, timed(self.run, 2) / 2)))

    def take_turn(self) -> None:
        """One round."""
        self.seconds.append(timed(self.run, self.turns) / self.turns / self.steps)

    @property
    def rate(self) -> float:
        """Network-steps per second."""
        return 1 / median(self.seconds)


def timed(run: Callable[[int], None], turns: int) -> float:
    """Processor seconds of `turns` turns."""
    start = time.process_time()
    run(turns)
    return time.process_time() - start


def peak_of(make: Callable[[], Callable[[int], None]]) -> float:
    """Peak MiB that Python's allocator sees while what takes turns is made and takes two."""
    tracemalloc.start()
    make()(2)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20


def main() -> None:
    """Measure and print a table for each width."""
    options = _arguments()
    with threadpool_limits(1):
        for width in options.widths:
            _compare(argparse.Namespace(**vars(options), width=width))


def _compare(shape: argparse.Namespace) -> None:
    products = Contestant("matrix product", "", _products(shape))
    contestants = [*_ours(shape), *_torch(shape), *_sklearn(shape)]
    for contestant in (products, *contestants):
        contestant.calibrate()
    for _ in range(shape.rounds):
        for contestant in (products, *contestants):
            contestant.take_turn()
    _report(shape, products.rate, contestants)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Compare training speed on one core.")
    for name, default in {"depth": 4, "batch": 128, "members": 12, "rounds": 15}.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--widths", type=int, nargs="+", default=[32, 64, 128])
    return parser.parse_args()


def _step_flops(shape: argparse.Namespace) -> int:
    """Multiplications and additions of one step's matrix products: forward, weight gradients, input gradients."""
    first = FEATURES * shape.width
    rest = shape.width * shape.width * (shape.depth - 1) + shape.width * CLASSES
    return int(2 * shape.batch * (2 * first + 3 * rest))


def _products(shape: argparse.Namespace) -> Callable[[int], None]:
    rng = np.random.default_rng(0)
    left, right = (rng.standard_normal((rows, shape.width)).astype(np.float32) for rows in (shape.batch, shape.width))
    out = np.empty_like(left)

    def run(turns: int) -> None:
        for _ in range(turns):
            np.matmul(left, right, out=out)

    return run


def _rows() -> tuple[Any, Any]:
    rng = np.random.default_rng(0)
    return rng.standard_normal((ROWS, FEATURES)).astype(np.float32), rng.integers(0, CLASSES, ROWS)


def _ours(shape: argparse.Namespace) -> Iterator[Contestant]:
    for activation in TORCH_MODULES:
        yield Contestant("actwise", activation, _population(shape, activation, "none"), shape.members)
    for normalization in ("batch", "layer"):
        run = _population(shape, "relu", normalization)
        yield Contestant("actwise", f"relu, {normalization} normalisation", run, shape.members)


def _population(shape: argparse.Namespace, activation: str, normalization: NormalizationKind) -> Callable[[int], None]:
    network = DenseShape(
        features=FEATURES, outputs=CLASSES, depth=shape.depth, width=shape.width, normalization=normalization
    )
    seeds = tuple(range(max(1, shape.members // 3)))
    task = TrainingTask(
        id="benchmark",
        candidate=activation,
        activation=activation,
        head="softmax_cross_entropy",
        network=network,
        gain=1.4,
        learning_rates=(1e-3,) * (shape.members // len(seeds)),
        seeds=seeds,
        steps=10**9,
        batch_size=shape.batch,
    )
    x, y = _rows()
    objective = Objective(x, y, x[:1], get_loss("cross_entropy"), np.zeros(CLASSES, np.float32), lambda raw: raw)
    population = Population(task, get(activation), objective, task.learning_rates, seeds, lambda: False)
    steps = count(1)

    def run(turns: int) -> None:
        with np.errstate(all="ignore"):
            for _ in range(turns):
                population.step(next(steps))

    return run


def _torch(shape: argparse.Namespace) -> Iterator[Contestant]:
    if find_spec("torch") is None:
        return
    import torch

    torch.set_num_threads(1)
    for activation in TORCH_MODULES:
        yield Contestant("torch, fused Adam", activation, _torch_module(shape, activation, "none", fused=True))
    for normalization in ("batch", "layer"):
        run = _torch_module(shape, "relu", normalization, fused=True)
        yield Contestant("torch, fused Adam", f"relu, {normalization} normalisation", run)
    yield Contestant("torch, default Adam", "relu", _torch_module(shape, "relu", "none", fused=None))
    yield Contestant("torch, batched", "relu", _torch_batched(shape), shape.members)


def _torch_module(
    shape: argparse.Namespace, activation: str, normalization: str, fused: bool | None
) -> Callable[[int], None]:
    import torch
    from torch import nn

    norms = {"none": nn.Identity, "batch": nn.BatchNorm1d, "layer": nn.LayerNorm}
    sizes = [FEATURES] + [shape.width] * shape.depth
    parts: list[Any] = []
    for inputs, outputs in pairwise(sizes):
        parts.append(nn.Linear(inputs, outputs))
        if normalization != "none":
            parts.append(norms[normalization](outputs))
        parts.append(getattr(nn, TORCH_MODULES[activation])())
    model = nn.Sequential(*parts, nn.Linear(shape.width, CLASSES))
    optimizer = torch.optim.Adam(model.parameters(), 1e-3, fused=fused)
    return _torch_steps(shape, model, optimizer, lambda raw, y: nn.functional.cross_entropy(raw, y))


def _torch_batched(shape: argparse.Namespace) -> Callable[[int], None]:
    """All members in one module, as batched products."""
    import torch
    from torch import nn

    members = shape.members
    sizes = [FEATURES] + [shape.width] * shape.depth + [CLASSES]
    weights = [nn.Parameter(torch.randn(members, i, o) * (2 / i) ** 0.5) for i, o in pairwise(sizes)]
    biases = [nn.Parameter(torch.zeros(members, 1, o)) for o in sizes[1:]]

    def model(x: Any) -> Any:
        h = x.expand(members, *x.shape)
        for layer, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
            h = torch.baddbmm(bias, h, weight)
            h = h if layer == shape.depth else torch.relu(h)
        return h

    def loss(raw: Any, y: Any) -> Any:
        repeated = y.expand(members, len(y)).reshape(-1)
        return nn.functional.cross_entropy(raw.reshape(-1, CLASSES), repeated) * members

    return _torch_steps(shape, model, torch.optim.Adam([*weights, *biases], 1e-3, fused=True), loss)


def _torch_steps(
    shape: argparse.Namespace, model: Callable[[Any], Any], optimizer: Any, loss: Callable[[Any, Any], Any]
) -> Callable[[int], None]:
    import torch

    x, y = map(torch.from_numpy, _rows())
    starts = list(range(0, ROWS - shape.batch + 1, shape.batch)) or [0]
    steps = count()

    def run(turns: int) -> None:
        for _ in range(turns):
            start = starts[next(steps) % len(starts)]
            optimizer.zero_grad()
            loss(model(x[start : start + shape.batch]), y[start : start + shape.batch]).backward()
            optimizer.step()

    return run


def _sklearn(shape: argparse.Namespace) -> Iterator[Contestant]:
    x, y = _rows()
    for activation in SKLEARN:
        model = MLPClassifier((shape.width,) * shape.depth, activation=activation, batch_size=shape.batch, alpha=0)
        model.partial_fit(x, y, classes=np.arange(CLASSES))
        steps = -(-ROWS // shape.batch)
        yield Contestant("scikit-learn", activation, partial(_passes, model, x, y), steps)


def _passes(model: MLPClassifier, x: Any, y: Any, turns: int) -> None:
    for _ in range(turns):
        model.partial_fit(x, y)


def _report(shape: argparse.Namespace, product_rate: float, contestants: list[Contestant]) -> None:
    limit = product_rate * 2 * shape.batch * shape.width * shape.width
    flops = _step_flops(shape)
    memory = peak_of(lambda: _population(shape, "relu", "none"))
    print(f"\ndense depth {shape.depth}, width {shape.width}, batch {shape.batch}, Adam; ", end="")
    print(f"population of {shape.members}, peak memory {memory:.0f} MB")
    print(f"matrix products [{shape.batch}, {shape.width}] x [{shape.width}, {shape.width}]: {limit / 1e9:.1f} GFLOP/s")
    print(f"\n{'library':22}{'variant':28}{'steps/s':>9}{'GFLOP/s':>9}{'share':>8}{'ours is':>10}")
    ours = {entry.variant: entry.rate for entry in contestants if entry.library == "actwise"}
    for entry in contestants:
        share = entry.rate * flops / limit
        factor = f"{ours[entry.variant] / entry.rate:.1f} x"
        speed = f"{entry.rate:9,.0f}{entry.rate * flops / 1e9:9.1f}"
        print(f"{entry.library:22}{entry.variant:28}{speed}{share:8.0%}{factor:>10}")


if __name__ == "__main__":
    main()

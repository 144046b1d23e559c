"""Measuring this machine: the only part of a probe that reads a clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import count
from typing import Literal

import numpy as np
from threadpoolctl import threadpool_limits

from models.activations import get, hidden_candidates
from models.data.rows import Graph
from models.heads import get_loss
from models.kernels.activations import fastest
from models.networks.shapes import AttentionShape, ConvShape, DenseShape, GraphShape, Network, RecurrentShape
from models.training.objective import Objective
from models.training.population import Population
from models.training.task import TrainingTask
from service.passports.costs import measured
from service.probing.calibration import ACTIVATION, Calibration, measure

Cell = Literal["rnn", "lstm", "gru"]
_SECONDS_PER_SIZE, _SECONDS_PER_LOOK = 0.08, 0.03
_FIRST_STEPS = 4
_ROWS = 512
_OUTPUTS = 4


def _recurrent(cell: Cell) -> tuple[Network, ...]:
    """Long rows in one layer, and short ones of different lengths in two."""
    return (
        RecurrentShape(features=120, outputs=_OUTPUTS, depth=1, width=32, sizes=(30, 4), cell=cell),
        RecurrentShape(
            features=40, outputs=_OUTPUTS, depth=2, width=16, sizes=(10, 4), cell=cell, variable_lengths=True
        ),
    )


SIZES: tuple[Network, ...] = (
    DenseShape(features=16, outputs=_OUTPUTS, depth=2, width=16),
    DenseShape(features=64, outputs=_OUTPUTS, depth=2, width=64),
    DenseShape(features=64, outputs=_OUTPUTS, depth=12, width=32),
    DenseShape(features=32, outputs=_OUTPUTS, depth=4, width=64),
    ConvShape(features=64, outputs=_OUTPUTS, depth=2, width=16, sizes=(8, 8, 1), normalization="batch"),
    ConvShape(features=192, outputs=_OUTPUTS, depth=6, width=8, sizes=(8, 8, 3), normalization="batch"),
    ConvShape(features=192, outputs=_OUTPUTS, depth=2, width=8, sizes=(24, 8)),
    *_recurrent("rnn"),
    *_recurrent("lstm"),
    *_recurrent("gru"),
    AttentionShape(features=64, outputs=_OUTPUTS, depth=2, width=32, sizes=(8, 8)),
    AttentionShape(features=96, outputs=_OUTPUTS, depth=1, width=16, sizes=(24, 4)),
    GraphShape(features=1, outputs=_OUTPUTS, depth=2, width=16, node_features=8, nodes=300, edges=1_500),
    GraphShape(
        features=1, outputs=_OUTPUTS, depth=2, width=32, node_features=4, nodes=400, edges=1_600, normalization="batch"
    ),
)
"""A few sizes of every kind, shallow and deep, narrow and wide."""


def calibrate(workers: int = 1, batch_size: int = 64) -> Calibration:
    """Time all sizes for a few seconds, on one thread."""
    with threadpool_limits(1):
        found = measure(time_network, SIZES, batch_size, workers, time_look)
        return found.model_copy(update={"costs": activation_costs()})


def activation_costs() -> dict[str, float]:
    """Seconds per number, forward and backward together, of every hidden activation as it is computed in training."""
    activations = [fastest(activation, np.dtype(np.float32)) for activation in hidden_candidates()]
    return {one.name: 1e-9 * sum(cost) for one, cost in zip(activations, measured(*activations), strict=True)}


def time_network(network: Network, members: int, batch_size: int) -> float:
    """Seconds per step of so many members side by side."""
    population, steps = _population(network, members, batch_size), count(1)
    return _seconds(lambda: population.step(next(steps)), _SECONDS_PER_SIZE)


def time_look(network: Network, members: int, rows: int) -> float:
    """Seconds of a pass in use over so many rows, or over all nodes of a graph, of so many members side by side."""
    made = _population(network, members, rows).network
    x = made.prepared(_objective(network, rows).x_train)
    return _seconds(lambda: made.infer(x), _SECONDS_PER_LOOK)


def _seconds(call: Callable[[], object], within: float) -> float:
    """Of one call: a few to warm up and to guess, then as many as fit."""

    def run(calls: int) -> float:
        started = time.perf_counter()
        with np.errstate(all="ignore"):
            for _ in range(calls):
                call()
        return (time.perf_counter() - started) / calls

    run(_FIRST_STEPS)
    guess = run(_FIRST_STEPS)
    return run(int(np.clip(within / guess, _FIRST_STEPS, 2_000)))


def _population(network: Network, members: int, batch_size: int) -> Population:
    seeds = (0, 1)
    task = TrainingTask(
        id="speed",
        candidate=ACTIVATION,
        activation=ACTIVATION,
        head="softmax_cross_entropy",
        network=network,
        gain=1.0,
        learning_rates=(1e-3,) * (members // len(seeds)),
        seeds=seeds,
        steps=10**9,
        batch_size=batch_size,
    )
    return Population(task, get(ACTIVATION), _objective(network), task.learning_rates, seeds, lambda: False)


def _objective(network: Network, rows: int = _ROWS) -> Objective:
    """Random rows: how long a step takes does not depend on what they say."""
    rng = np.random.default_rng(0)
    if isinstance(network, GraphShape):
        graph, x = _graph(network, rng), np.arange(network.nodes, dtype=np.float32)[:, None]
    else:
        graph, x = None, rng.standard_normal((rows, network.features)).astype(np.float32)
    targets = rng.integers(0, network.outputs, len(x))
    bias = np.zeros(network.outputs, np.float32)
    return Objective(x, targets, x[:1], get_loss("cross_entropy"), bias, lambda raw: raw, graph)


def _graph(network: GraphShape, rng: np.random.Generator) -> Graph:
    features = rng.standard_normal((network.nodes, network.node_features)).astype(np.float32)
    return Graph(features, rng.integers(0, network.nodes, (2, network.edges)))

"""Measuring this machine: the only part of a probe that reads a clock."""

from __future__ import annotations

import time
from functools import cache

import numpy as np
from threadpoolctl import threadpool_limits

from models.data.prepared import PreparedData, prepare
from models.data.proxy import ProxySpec, proxy_table
from models.heads import heads_for
from models.networks.shapes import Network
from models.training.run import run_task
from models.training.task import TrainingTask
from service.probing.calibration import Calibration, measure

_SECONDS_PER_SIZE = 0.2
_FIRST_STEPS = 20
_ACTIVATION = "silu"
"""Neither the cheapest candidate nor the dearest."""


def calibrate(workers: int = 1, batch_size: int = 64) -> Calibration:
    """Time a few sizes of network for about a second, on one thread."""
    with threadpool_limits(1):
        return measure(time_network, batch_size, workers)


def time_network(network: Network, batch_size: int) -> float:
    """Seconds per network-step: a short run to warm up and to guess, then one of about a fifth of a second."""
    _timed(network, batch_size, _FIRST_STEPS)
    guess = _timed(network, batch_size, _FIRST_STEPS)
    steps = int(np.clip(_FIRST_STEPS * _SECONDS_PER_SIZE / guess, _FIRST_STEPS, 2_000))
    task = _task(network, batch_size, steps)
    return _timed(network, batch_size, steps) / (steps * len(task.members))


def _timed(network: Network, batch_size: int, steps: int) -> float:
    task, data = _task(network, batch_size, steps), _data(network.features, network.outputs)
    started = time.perf_counter()
    run_task(task, data)
    return time.perf_counter() - started


@cache
def _data(features: int, outputs: int) -> PreparedData:
    kind = "regression" if outputs == 1 else "multiclass_classification"
    spec = ProxySpec(task=kind, features=features, classes=outputs if outputs > 1 else None, rows=1_000)
    return prepare(proxy_table(spec), kind)


def _task(network: Network, batch_size: int, steps: int) -> TrainingTask:
    kind = "regression" if network.outputs == 1 else "multiclass_classification"
    return TrainingTask(
        id="speed",
        candidate=_ACTIVATION,
        activation=_ACTIVATION,
        head=heads_for(kind)[0].id,
        network=network,
        gain=1.5,
        learning_rates=(3e-4, 1e-3, 3e-3, 1e-2, 3e-2),
        seeds=(0, 1),
        steps=steps,
        batch_size=batch_size,
        evaluations=1,
    )

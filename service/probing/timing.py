"""Times this machine's trainer: the only place where a probe meets a clock."""

from __future__ import annotations

from time import perf_counter

from models.data.prepared import PreparedData, prepare
from models.data.proxy import ProxySpec, proxy_table
from models.training.run import run_task
from models.training.task import Network, TrainingTask
from service.probing.calibration import Calibration, measure

MEMBERS = 8
_STEPS = 40
_REPETITIONS = 3
_LEARNING_RATE = 1e-3


def calibrate(workers: int) -> Calibration:
    """Measure this machine for about a second, one BLAS thread, and fit its speed."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        return measure(seconds_per_network_step, workers=workers)


def seconds_per_network_step(network: Network, batch_size: int) -> float:
    """Median seconds of one optimiser step of one network in a population with ReLU."""
    data, task = _data(network), _task(network, batch_size)
    run_task(task.model_copy(update={"steps": 2}), data)
    times = sorted(_timed(task, data) for _ in range(_REPETITIONS))
    return times[len(times) // 2]


def _timed(task: TrainingTask, data: PreparedData) -> float:
    start = perf_counter()
    result = run_task(task, data)
    return (perf_counter() - start) / max(1, result.network_steps)


def _task(network: Network, batch_size: int) -> TrainingTask:
    return TrainingTask(
        id="calibration",
        candidate="relu",
        activation="relu",
        head="softmax_cross_entropy" if network.outputs > 1 else "identity_squared",
        network=network,
        gain=1.0,
        learning_rates=(_LEARNING_RATE,),
        seeds=tuple(range(MEMBERS)),
        steps=_STEPS,
        batch_size=batch_size,
        evaluations=1,
    )


def _data(network: Network) -> PreparedData:
    task = "multiclass_classification" if network.outputs > 1 else "regression"
    classes = network.outputs if network.outputs > 1 else None
    spec = ProxySpec(task=task, rows=600, features=network.features, classes=classes)
    return prepare(proxy_table(spec, 0), task, 0)

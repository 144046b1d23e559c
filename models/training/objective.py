"""What members are trained and judged on: the head's loss and targets, and the score on the validation rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.activations.base import Array
from models.data.prepared import PreparedData
from models.data.rows import Graph
from models.heads import Loss, get_head, get_score, score_for
from models.networks.shapes import Network
from models.training.task import TrainingTask


@dataclass(frozen=True)
class Objective:
    """The arrays and functions of one task.

    x_train [n, F]; targets [n] or [n, T] as the loss takes them; x_valid [v, F]; output_bias [K]; `score` turns raw
    outputs [M, v, K] on the validation rows into one number per member, higher is better, NaN where an output is not
    finite. `graph` is what rows that are nodes lie in.
    """

    x_train: NDArray[np.float32]
    targets: NDArray[Any]
    x_valid: NDArray[np.float32]
    loss: Loss
    output_bias: NDArray[np.float32]
    score: Callable[[Array], NDArray[Any]]
    graph: Graph | None = None


def make_objective(task: TrainingTask, data: PreparedData) -> Objective:
    """The objective of a task on prepared data.

    Scales and the output bias come from the training targets, bounds from the task where it knows them. Raises
    ValueError when the network does not fit the data or the head, NotTrainable for a head that cannot be trained
    here.
    """
    head = get_head(task.head)
    _check_sizes(task.network, data, head.unit_count(data.classes, data.outputs), head.id)
    scale = head.scale(data.y_train, data.classes, task.target_low, task.target_high)
    judge = get_score(task.metric) if task.metric else score_for(data.task, _all_targets(data))
    return Objective(
        x_train=data.x_train,
        targets=head.transform(data.y_train, scale),
        x_valid=data.x_valid,
        loss=head.loss_function,
        output_bias=head.initial_bias(data.y_train, scale),
        score=lambda raw: judge.score(head, raw, data.y_valid, scale),
        graph=data.row.graph,
    )


def _all_targets(data: PreparedData) -> NDArray[Any]:
    return np.concatenate([data.y_train, data.y_valid])


def _check_sizes(network: Network, data: PreparedData, units: int, head: str) -> None:
    if network.features != data.features:
        raise ValueError(f"the network takes {network.features} features, the data {data.name!r} have {data.features}")
    if network.outputs != units:
        raise ValueError(
            f"the network gives {network.outputs} raw outputs, the head {head} needs {units} on these data"
        )

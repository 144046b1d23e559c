"""Trained accuracy on bundled data: shallow, deep and plain, early, with noise, and what training leaves dead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from models.experiments.base import Experiment, Parameters, Scores, Value
from models.experiments.starts import STARTS, start_of

if TYPE_CHECKING:
    from models.data.prepared import PreparedData
    from models.training.task import TaskResult

_TASKS = {
    "digits": "multiclass_classification",
    "wine": "multiclass_classification",
    "breast_cancer": "binary_classification",
    "diabetes": "regression",
}
_HEADS = {
    "multiclass_classification": "softmax_cross_entropy",
    "binary_classification": "sigmoid_bce",
    "regression": "identity_squared",
}
_COMMON: dict[str, Value | tuple[str, ...]] = {
    "data": ("digits", "wine", "breast_cancer", "diabetes"),
    "depth": 3,
    "width": 64,
    "normalization": ("none", "batch", "layer"),
    "residual": False,
    "start": STARTS,
    "optimizer": ("adam", "sgd"),
    "rows": 100_000,
    "steps": 150,
}
_RATES = {"adam": (0.001, 0.003, 0.01), "sgd": (0.01, 0.05, 0.2)}
_DEEP = 10


class ShallowAccuracy(Experiment):
    """Trained skill of a network of few layers, at the best of three learning rates."""

    id = "shallow-accuracy"
    runs = "digits (or another bundled set), 3 dense layers of 64, 150 steps, the best of three learning rates"
    measures = "accuracy on held-out rows, from 0 for the majority class to 100 for perfect"
    unit = "points"
    negligible = 0.5
    replicates = 6
    parameters: ClassVar[dict[str, Value | tuple[str, ...]]] = _COMMON

    def measure(self, candidate: str, parameters: Parameters, seeds: Sequence[int]) -> Scores:
        return trained_points(candidate, parameters, seeds, _data(parameters))


class PlainDepthAccuracy(ShallowAccuracy):
    """The same many layers deep."""

    id = "plain-depth-accuracy"
    runs = "digits, 20 plain dense layers of 64, 150 steps, the best of two learning rates and the published start"
    replicates = 3
    parameters: ClassVar[dict[str, Value | tuple[str, ...]]] = _COMMON | {"depth": 20, "steps": 150}


class LearningSpeed(ShallowAccuracy):
    """The same after few steps."""

    id = "learning-speed"
    runs = "digits, 6 plain dense layers of 64, stopped after 40 steps, the best of three learning rates"
    parameters: ClassVar[dict[str, Value | tuple[str, ...]]] = _COMMON | {"depth": 6, "steps": 40}


class NoisyInputs(ShallowAccuracy):
    """The same where the inputs to be judged are noisy."""

    id = "noisy-inputs"
    runs = "digits, 3 dense layers of 64; Gaussian noise on the held-out inputs, in deviations of a feature"
    parameters: ClassVar[dict[str, Value | tuple[str, ...]]] = _COMMON | {"level": 1.0}

    def measure(self, candidate: str, parameters: Parameters, seeds: Sequence[int]) -> Scores:
        clean = _data(parameters)
        noise = np.random.default_rng(5).standard_normal(clean.x_valid.shape) * float(parameters["level"])
        noisy = replace(clean, x_valid=clean.x_valid + noise.astype(np.float32))
        return trained_points(candidate, parameters, seeds, noisy)


class DeadShare(Experiment):
    """How many units training leaves without any gradient."""

    id = "dead-share"
    runs = "digits, 6 plain dense layers of 64, stochastic gradient descent with large steps"
    measures = "minus the share of hidden units that pass no gradient on any held-out row, in per cent"
    unit = "per cent of units"
    negligible = 0.25
    replicates = 4
    parameters: ClassVar[dict[str, Value | tuple[str, ...]]] = _COMMON | {
        "depth": 6,
        "optimizer": ("sgd", "adam"),
    }

    def measure(self, candidate: str, parameters: Parameters, seeds: Sequence[int]) -> Scores:
        members = _run(candidate, parameters, seeds, _data(parameters)).members
        shares = np.array([np.nan if one.dead_share is None else one.dead_share for one in members])
        by_seed = shares.reshape(-1, len(seeds))
        alive = np.isfinite(by_seed)
        return np.asarray(-100 * np.where(alive, by_seed, 0.0).sum(axis=0) / np.maximum(alive.sum(axis=0), 1))


class SmallDataAccuracy(ShallowAccuracy):
    """The same on a hundred rows."""

    id = "small-data-accuracy"
    runs = "breast cancer, 2 dense layers of 64 trained on 100 rows, a split for each seed, the best of three rates"
    replicates = 10
    parameters: ClassVar[dict[str, Value | tuple[str, ...]]] = _COMMON | {
        "data": ("breast_cancer", "wine", "digits", "diabetes"),
        "depth": 2,
        "rows": 100,
    }

    def measure(self, candidate: str, parameters: Parameters, seeds: Sequence[int]) -> Scores:
        name, rows = str(parameters["data"]), int(parameters["rows"])
        scores = [trained_points(candidate, parameters, [seed], prepared(name, rows, seed)) for seed in seeds]
        return np.concatenate(scores)


def trained_points(candidate: str, parameters: Parameters, seeds: Sequence[int], data: PreparedData) -> Scores:
    """Skill in points per seed, at the learning rate that is best on average; 0 where training diverged."""
    members = _run(candidate, parameters, seeds, data).members
    trivial = float(np.bincount(data.y_valid).max() / len(data.y_valid)) if data.classes else 0.0
    scores = np.array([trivial if one.score is None else one.score for one in members])
    points = 100 * (np.maximum(scores, trivial) - trivial) / (1 - trivial)
    by_rate = points.reshape(-1, len(seeds))
    return np.asarray(by_rate[by_rate.mean(axis=1).argmax()])


def _run(candidate: str, parameters: Parameters, seeds: Sequence[int], data: PreparedData) -> TaskResult:
    from models.heads import get_head
    from models.training.run import run_task
    from models.training.task import TrainingTask

    shape: dict[str, Any] = {name: parameters[name] for name in ("depth", "width", "normalization", "residual")}
    chosen = start_of(
        candidate, str(parameters["start"]), shape["depth"], shape["normalization"], bool(shape["residual"])
    )
    head = get_head(_HEADS[data.task])
    units = head.unit_count(data.classes, data.outputs)
    return run_task(
        TrainingTask.model_validate(
            {
                "id": "experiment",
                "candidate": candidate,
                "activation": candidate,
                "head": head.id,
                "network": shape | {"features": data.features, "outputs": units},
                "gain": chosen.gain,
                "input_gain": chosen.input_gain,
                "centred": chosen.centred,
                "optimizer": parameters["optimizer"],
                "learning_rates": _RATES[str(parameters["optimizer"])][: 2 if shape["depth"] >= _DEEP else None],
                "seeds": tuple(seeds),
                "steps": parameters["steps"],
                "batch_size": 64,
                "clip_norm": 1.0,
                "evaluations": 1,
            }
        ),
        data,
    )


def _data(parameters: Parameters) -> PreparedData:
    return prepared(str(parameters["data"]), int(parameters["rows"]))


@lru_cache(maxsize=32)
def prepared(name: str, rows: int = 100_000, split: int = 0) -> PreparedData:
    """A bundled data set, its training part cut to a random `rows` where it has more."""
    from models.data.bundled import bundled_table
    from models.data.prepared import prepare

    task = _TASKS[name]
    found = prepare(bundled_table(name, task), task, split)
    if rows >= len(found.x_train):
        return found
    kept = np.random.default_rng([split, 4]).permutation(len(found.x_train))[:rows]
    return replace(found, x_train=found.x_train[kept], y_train=found.y_train[kept])

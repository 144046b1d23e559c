"""Estimates of class and label probabilities."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.heads.estimates.base import Estimate, Targets, single_precision
from models.heads.losses.distributions import cumulative_logits
from models.heads.numerics import FloatArray, inverse_softplus, logit, sigmoid, softmax
from models.heads.scale import TargetScale, columns, fit_scale


class ClassProbabilities(Estimate):
    """One unit per class, softmax; predictions [..., C]."""

    def units(self, classes: int | None, outputs: int) -> int:
        return classes or max(outputs, 2)

    def scale(
        self, targets: Targets, classes: int | None = None, low: float | None = None, high: float | None = None
    ) -> TargetScale:
        return TargetScale(classes=classes or int(np.max(targets)) + 1)

    def transform(self, targets: Targets, scale: TargetScale) -> Targets:
        return np.asarray(targets).astype(np.int64)

    def initial_bias(self, targets: Targets, scale: TargetScale) -> NDArray[np.float32]:
        """ln of each class's share of the rows, every class counted once more so that none is empty."""
        return single_precision(np.log(class_shares(targets, scale)))

    def predict(self, raw: FloatArray, scale: TargetScale) -> FloatArray:
        return softmax(raw)


def class_shares(targets: Targets, scale: TargetScale) -> NDArray[np.float64]:
    """Share of rows in each class, [C], with one more row in each."""
    counts = np.bincount(np.asarray(targets, dtype=np.int64), minlength=scale.classes or 0) + 1.0
    shares: NDArray[np.float64] = counts / counts.sum()
    return shares


class BinaryProbability(ClassProbabilities):
    """One unit, sigmoid; predictions [..., 2], the probabilities of class 0 and of class 1."""

    def units(self, classes: int | None, outputs: int) -> int:
        return 1

    def transform(self, targets: Targets, scale: TargetScale) -> Targets:
        return columns(targets).astype(np.float32)

    def initial_bias(self, targets: Targets, scale: TargetScale) -> NDArray[np.float32]:
        return single_precision(logit(columns(targets).mean(axis=0)))

    def predict(self, raw: FloatArray, scale: TargetScale) -> FloatArray:
        second = sigmoid(raw)
        return np.concatenate([1 - second, second], axis=-1)


class LabelProbabilities(BinaryProbability):
    """One unit per label, each with its own sigmoid; predictions [..., L]."""

    def units(self, classes: int | None, outputs: int) -> int:
        return max(outputs, classes or 1)

    def predict(self, raw: FloatArray, scale: TargetScale) -> FloatArray:
        return sigmoid(raw)


class OrderedClasses(ClassProbabilities):
    """C - 1 units, cumulative logits that fall from level to level; predictions [..., C]."""

    def units(self, classes: int | None, outputs: int) -> int:
        return max((classes or 2) - 1, 1)

    def initial_bias(self, targets: Targets, scale: TargetScale) -> NDArray[np.float32]:
        reached = 1 - np.cumsum(class_shares(targets, scale))[:-1]
        cumulative = logit(reached)
        return single_precision(np.concatenate([cumulative[:1], inverse_softplus(-np.diff(cumulative))]))

    def predict(self, raw: FloatArray, scale: TargetScale) -> FloatArray:
        reached = sigmoid(cumulative_logits(raw))
        edge = np.ones_like(reached[..., :1])
        bounds = np.concatenate([edge, reached, 0 * edge], axis=-1)
        shares: FloatArray = bounds[..., :-1] - bounds[..., 1:]
        return shares


class LevelNumber(ClassProbabilities):
    """The class number as a number, standardised; predictions [..., C], all on the nearest class."""

    def units(self, classes: int | None, outputs: int) -> int:
        return 1

    def scale(
        self, targets: Targets, classes: int | None = None, low: float | None = None, high: float | None = None
    ) -> TargetScale:
        known = super().scale(targets, classes).classes
        return fit_scale("standardize", targets, classes=known)

    def transform(self, targets: Targets, scale: TargetScale) -> Targets:
        return scale.to_training(targets)

    def initial_bias(self, targets: Targets, scale: TargetScale) -> NDArray[np.float32]:
        return single_precision(scale.to_training(targets).mean(axis=0))

    def predict(self, raw: FloatArray, scale: TargetScale) -> FloatArray:
        classes = np.arange(scale.classes or 2)
        nearest = np.clip(np.rint(scale.to_target_units(raw)), 0, classes[-1])
        return np.asarray(nearest == classes, dtype=raw.dtype)


class Shares(Estimate):
    """One unit per part, softmax; targets and predictions are shares [..., T] that add up to one."""

    def units(self, classes: int | None, outputs: int) -> int:
        return max(outputs, classes or 1)

    def initial_bias(self, targets: Targets, scale: TargetScale) -> NDArray[np.float32]:
        return single_precision(np.log(np.maximum(columns(targets).mean(axis=0), 1e-4)))

    def predict(self, raw: FloatArray, scale: TargetScale) -> FloatArray:
        return softmax(raw)

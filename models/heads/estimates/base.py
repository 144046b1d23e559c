"""The contract of an estimate: what raw outputs stand for, and how targets, bias and predictions follow."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.heads.numerics import FloatArray
from models.heads.scale import Scaling, TargetScale, fit_scale

Targets = NDArray[Any]
QUANTILE_LEVELS = (0.1, 0.5, 0.9)


class Estimate(ABC):
    """How a head is run by the trainer. Stateless: all that comes from data is in the TargetScale."""

    scaling: Scaling = "none"

    @abstractmethod
    def units(self, classes: int | None, outputs: int) -> int:
        """Raw outputs of the last layer, for that many classes (None: a target of numbers) and targets at once."""

    def scale(
        self, targets: Targets, classes: int | None = None, low: float | None = None, high: float | None = None
    ) -> TargetScale:
        """What the training targets [N] or [N, T] say about the scale."""
        return fit_scale(self.scaling, targets, low, high, classes)

    def transform(self, targets: Targets, scale: TargetScale) -> Targets:
        """Targets as the head's loss takes them: int64 [N], or float32 [N, T]."""
        return scale.to_training(targets)

    @abstractmethod
    def initial_bias(self, targets: Targets, scale: TargetScale) -> NDArray[np.float32]:
        """Bias [K] with which a network of zero weights predicts the best constant."""

    @abstractmethod
    def predict(self, raw: FloatArray, scale: TargetScale) -> FloatArray:
        """Predictions [..., P] in target units from raw outputs [..., K]; `raw` is not changed."""


def single_precision(values: Any) -> NDArray[np.float32]:
    """Values as a flat float32 array."""
    return np.asarray(values, dtype=np.float32).ravel()

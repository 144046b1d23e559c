"""Scores of class, label and level probabilities."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.heads.scale import columns
from models.heads.scores.base import Numbers, Score, column_means

PROBABILITY_FLOOR = 1e-7


class Accuracy(Score):
    """Share of rows whose most probable class is right; of equal probabilities the first counts."""

    name = "accuracy"
    unit = "share of rows classified right"
    perfect = 1.0

    def of(self, prediction: Numbers, target: NDArray[Any]) -> Numbers:
        right: Numbers = (prediction.argmax(axis=-1) == target).mean(axis=-1)
        return right

    def constant(self, target: NDArray[Any]) -> Numbers:
        return np.bincount(target).astype(np.float64)

    def margin(self, target: NDArray[Any]) -> float:
        """One hundredth of the rows, whatever the trivial accuracy."""
        return 0.01


class LogLoss(Score):
    """Mean of ln p(true class)."""

    name = "log_loss"
    unit = "nats per row"

    def of(self, prediction: Numbers, target: NDArray[Any]) -> Numbers:
        index = np.broadcast_to(target, prediction.shape[:2])[..., None]
        picked = np.take_along_axis(prediction, index, axis=-1)
        scores: Numbers = np.log(np.maximum(picked, PROBABILITY_FLOOR)).mean(axis=(1, 2))
        return scores

    def constant(self, target: NDArray[Any]) -> Numbers:
        counts = np.bincount(target)
        shares: Numbers = counts / counts.sum()
        return shares


class LabelLogLoss(Score):
    """Mean over rows and labels of ln p where the label is true and ln(1 - p) where not."""

    name = "label_log_loss"
    unit = "nats per label"

    def of(self, prediction: Numbers, target: NDArray[Any]) -> Numbers:
        labels = columns(target)
        chance = labels * prediction + (1 - labels) * (1 - prediction)
        scores: Numbers = np.log(np.maximum(chance, PROBABILITY_FLOOR)).mean(axis=(1, 2))
        return scores

    def constant(self, target: NDArray[Any]) -> Numbers:
        return column_means(target)


class LevelError(Score):
    """Minus the mean |median level - true level|: absolute error judges medians."""

    name = "level_error"
    unit = "levels"

    def of(self, prediction: Numbers, target: NDArray[Any]) -> Numbers:
        median = (np.cumsum(prediction, axis=-1) >= 0.5 - 1e-9).argmax(axis=-1)
        distance: Numbers = np.abs(median - target).mean(axis=-1)
        return -distance

    def constant(self, target: NDArray[Any]) -> Numbers:
        counts = np.bincount(target)
        shares: Numbers = counts / counts.sum()
        return shares

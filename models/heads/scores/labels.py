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


class MacroF1(Score):
    """Mean over the classes of the rows scored of 2 TP / (2 TP + FP + FN): a rare class weighs as much as a common one.

    A class that no row has does not count by itself; rows wrongly put there are missed by their own class.
    """

    name = "macro_f1"
    unit = "mean F1 of the classes"
    perfect = 1.0

    def of(self, prediction: Numbers, target: NDArray[Any]) -> Numbers:
        chosen = prediction.argmax(axis=-1)
        scores: Numbers = np.mean([_f1(chosen == code, target == code) for code in np.unique(target)], axis=0)
        return scores

    def constant(self, target: NDArray[Any]) -> Numbers:
        return np.bincount(target).astype(np.float64)

    def margin(self, target: NDArray[Any]) -> float:
        """One hundredth of F1, whatever the trivial one."""
        return 0.01


class AreaUnderCurve(Score):
    """Chance that a row of a class is given more of that class than a row of another; equal ones count half.

    Mean over the classes that some rows have and others not, each against the rest; 0.5 where there is none.
    """

    name = "auc"
    unit = "area under the ROC curve"
    perfect = 1.0

    def of(self, prediction: Numbers, target: NDArray[Any]) -> Numbers:
        codes = [code for code in np.unique(target) if not (target == code).all()]
        if not codes:
            return np.full(len(prediction), 0.5)
        areas: Numbers = np.mean([_area(prediction[..., code], target == code) for code in codes], axis=0)
        return areas

    def constant(self, target: NDArray[Any]) -> Numbers:
        return np.ones(int(target.max()) + 1)


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


def _f1(chosen: NDArray[np.bool_], true: NDArray[np.bool_]) -> Numbers:
    """F1 [M] of rows chosen [M, B] against those that are [B], at least one."""
    right = (chosen & true).sum(axis=-1)
    return np.asarray(2 * right / (chosen.sum(axis=-1) + true.sum()), dtype=np.float64)


def _area(prediction: Numbers, true: NDArray[np.bool_]) -> Numbers:
    """Mann-Whitney U over its largest value, [M], of predictions [M, B]."""
    from scipy.stats import rankdata  # half a second to import, and only this score needs it

    positives = int(true.sum())
    ranks = rankdata(prediction, axis=-1)[:, true].sum(axis=-1)
    pairs = positives * (true.size - positives)
    return np.asarray((ranks - positives * (positives + 1) / 2) / pairs, dtype=np.float64)

"""Losses that are closed formulas of raw outputs and targets: computed in float64, for checks more than for speed."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.heads.losses.base import Loss, TargetArray
from models.heads.numerics import FloatArray

Wide = NDArray[np.float64]


class ClosedLoss(Loss):
    """A loss that the probe does not train, because its targets are more than one column per unit or class.

    Same contract as every Loss, with targets [M or 1, B, ...] in the shape that the class tells.
    """

    @abstractmethod
    def evaluate(self, raw: Wide, target: NDArray[Any]) -> tuple[Wide, Wide]:
        """Mean loss [M] and its derivative by each raw output, shape of `raw`."""

    def value_and_gradient(self, raw: FloatArray, target: TargetArray, gradient: FloatArray) -> FloatArray:
        wide = target if target.dtype.kind == "i" else target.astype(np.float64)
        loss, slopes = self.evaluate(raw.astype(np.float64), wide)
        gradient[...] = slopes
        return loss.astype(raw.dtype)


class RowLoss(ClosedLoss):
    """A loss whose value is the mean of one term per row."""

    @abstractmethod
    def rows(self, raw: Wide, target: NDArray[Any]) -> tuple[Wide, Wide]:
        """One term per row [M, B], and its derivative by that row's raw outputs [M, B, K]."""

    def evaluate(self, raw: Wide, target: NDArray[Any]) -> tuple[Wide, Wide]:
        values, slopes = self.rows(raw, target)
        return values.mean(axis=1), slopes / raw.shape[1]


def one_hot(labels: NDArray[Any], classes: int) -> NDArray[np.bool_]:
    """Class numbers [...] as flags [..., classes]."""
    flags: NDArray[np.bool_] = labels[..., None] == np.arange(classes)
    return flags


def log_sum_exp(values: Wide) -> Wide:
    """ln sum e**v over the last axis."""
    top = values.max(axis=-1, keepdims=True)
    result: Wide = np.log(np.exp(values - top).sum(axis=-1)) + top[..., 0]
    return result


def halves(raw: Wide) -> tuple[Wide, Wide]:
    """The first and the second half of the units."""
    half = raw.shape[-1] // 2
    return raw[..., :half], raw[..., half:]

"""The contract of a loss: from raw outputs and targets to a mean loss per member and its gradient."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.heads.numerics import FloatArray

TargetArray = NDArray[Any]


class Loss(ABC):
    """A loss that takes raw outputs, for a whole population of networks at once.

    Attributes: `name` as in the catalogue of heads; `formula` of one example's loss, z being the raw
    output and y the target; `integer_target` when targets are class numbers of shape [M, B] and not
    numbers of shape [M, B, K]; `lower_bound` of the mean loss, -inf when there is none.
    """

    name: str
    formula: str
    integer_target: bool = False
    lower_bound: float = 0.0

    @abstractmethod
    def value_and_gradient(self, raw: FloatArray, target: TargetArray, gradient: FloatArray) -> FloatArray:
        """Mean loss of each member, shape [M], in the dtype of `raw`.

        `raw` has shape [M, B, K] (members, examples, units); `target` has a first axis of M or of 1.
        The derivative of each member's own mean loss by `raw` is written into `gradient` (shape of
        `raw`, not `raw` itself). Finite for |raw| <= 1e4 in float32. Non-finite input gives
        non-finite output.
        """

    def value(self, raw: FloatArray, target: TargetArray) -> FloatArray:
        """The mean loss of each member alone."""
        return self.value_and_gradient(raw, target, np.empty_like(raw))


class ElementwiseLoss(Loss):
    """A loss that is the mean over examples and units of a term that each raw output has for itself."""

    @abstractmethod
    def terms(self, raw: FloatArray, target: FloatArray, gradient: FloatArray) -> FloatArray:
        """One term per raw output, a new array; its derivative goes into `gradient`."""

    def value_and_gradient(self, raw: FloatArray, target: TargetArray, gradient: FloatArray) -> FloatArray:
        values = self.terms(raw, target, gradient)
        gradient *= 1.0 / (raw.shape[1] * raw.shape[2])
        return mean_per_member(values)


def mean_per_member(values: FloatArray) -> FloatArray:
    """Mean over all axes but the first, in the dtype of `values`."""
    flat = values.reshape(len(values), -1)
    total: FloatArray = np.add.reduce(flat, axis=1)
    total *= 1.0 / flat.shape[1]
    return total


def units_first(values: FloatArray) -> FloatArray:
    """A copy [K, ...] of values [..., K]: sums over a few units are several times faster down the first axis."""
    return np.array(np.moveaxis(values, -1, 0), order="C")

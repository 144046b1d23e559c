"""Closed losses for ordered levels from one logit per step: all steps (CORAL), or those reached (CORN)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.heads.losses.closed.base import ClosedLoss, RowLoss, Wide
from models.heads.numerics import sigmoid, softplus


class LevelwiseCrossEntropy(RowLoss):
    """sum_k softplus(z_k) - [y >= k] z_k over the K steps between K + 1 levels [Cao et al. 2020].

    The rank stays consistent where all steps share one weight vector. Levels 0..K, [M, B].
    """

    name = "levelwise_cross_entropy"
    formula = "sum_k ln(1 + exp(z_k)) - [y >= k] z_k"
    integer_target = True

    def rows(self, raw: Wide, target: NDArray[Any]) -> tuple[Wide, Wide]:
        passed = target[..., None] >= np.arange(1, raw.shape[-1] + 1)
        values: Wide = np.asarray(softplus(raw) - passed * raw).sum(axis=-1)
        return values, np.asarray(sigmoid(raw) - passed, dtype=np.float64)


class ConditionalLevels(ClosedLoss):
    """CORN: step k is judged on the rows that reached it, y >= k - 1; sigmoid(z_k) = P(y >= k | y >= k - 1).

    The mean is over all pairs of a row and a step that it reached, as in coral-pytorch. Levels 0..K, [M, B].
    """

    name = "conditional_levels"
    formula = "mean over y >= k - 1 of ln(1 + exp(z_k)) - [y >= k] z_k"
    integer_target = True

    def evaluate(self, raw: Wide, target: NDArray[Any]) -> tuple[Wide, Wide]:
        level = np.arange(1, raw.shape[-1] + 1)
        passed, reached = target[..., None] >= level, target[..., None] >= level - 1
        return at_risk_mean(raw, passed, reached)


def at_risk_mean(raw: Wide, event: NDArray[Any], at_risk: NDArray[Any]) -> tuple[Wide, Wide]:
    """Binary cross-entropy averaged over the entries at risk; 0 where there are none."""
    shares = at_risk / np.maximum(at_risk.sum(axis=(1, 2), keepdims=True), 1)
    return (shares * (softplus(raw) - event * raw)).sum(axis=(1, 2)), shares * (sigmoid(raw) - event)

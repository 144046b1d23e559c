"""Closed losses for labels: smoothed, sparse, capped and margin cross-entropy, and a policy's."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.heads.losses.closed.base import RowLoss, Wide, log_sum_exp, one_hot
from models.heads.numerics import softmax

SMOOTHING = 0.1
LOGIT_CAP = 30.0
ARC_SCALE, ARC_MARGIN = 30.0, 0.5
COSINE_EDGE = 1e-4


class SmoothedCrossEntropy(RowLoss):
    """Cross-entropy with a target that keeps 0.9 and shares 0.1 among all K classes [Szegedy et al. 2016].

    Derivative softmax(z) - target; class numbers [M, B].
    """

    name = "smoothed_cross_entropy"
    formula = "ln(sum_k exp(z_k)) - sum_k t_k z_k, t_k = 0.1/K + 0.9 [k = y]"
    integer_target = True

    def rows(self, raw: Wide, target: NDArray[Any]) -> tuple[Wide, Wide]:
        shares = SMOOTHING / raw.shape[-1] + (1 - SMOOTHING) * one_hot(target, raw.shape[-1])
        logits = raw - raw.max(axis=-1, keepdims=True)
        return log_sum_exp(logits) - (shares * logits).sum(axis=-1), softmax(raw) - shares


class Sparsemax(RowLoss):
    """(1 + sum_S (z_k**2 - tau**2)) / 2 - z_y over the support S of sparsemax(z); derivative sparsemax(z) - onehot(y).

    Shifting all logits changes nothing, so the largest is taken off first: within the support
    they then lie in [-1, 0] and nothing cancels [Martins and Astudillo 2016]. Class numbers [M, B].
    """

    name = "sparsemax"
    formula = "(1 + sum_S (z_k^2 - tau^2))/2 - z_y, S where sparsemax(z) > 0"
    integer_target = True

    def rows(self, raw: Wide, target: NDArray[Any]) -> tuple[Wide, Wide]:
        logits = raw - raw.max(axis=-1, keepdims=True)
        threshold = sparsemax_threshold(logits)
        supported = logits > threshold
        squares = np.where(supported, logits * logits - threshold * threshold, 0).sum(axis=-1)
        label = one_hot(target, raw.shape[-1])
        values = 0.5 * (1 + squares) - np.where(label, logits, 0).sum(axis=-1)
        return values, np.maximum(logits - threshold, 0) - label


def sparsemax_threshold(logits: Wide) -> Wide:
    """The tau with sum max(z - tau, 0) = 1 over the last axis, [..., 1]: the projection onto the simplex."""
    falling = -np.sort(-logits, axis=-1)
    excess = np.cumsum(falling, axis=-1) - 1
    ranks = np.arange(1, logits.shape[-1] + 1)
    threshold: Wide = (excess / ranks).max(axis=-1, keepdims=True)
    return threshold


class CappedCrossEntropy(RowLoss):
    """Cross-entropy on c tanh(z / c), c = 30; the derivative carries 1 - tanh(z / c)**2. Class numbers [M, B]."""

    name = "capped_cross_entropy"
    formula = "ln(sum_k exp(c_k)) - c_y, c = 30 tanh(z/30)"
    integer_target = True

    def rows(self, raw: Wide, target: NDArray[Any]) -> tuple[Wide, Wide]:
        bent = np.tanh(raw / LOGIT_CAP)
        label = one_hot(target, raw.shape[-1])
        values = log_sum_exp(LOGIT_CAP * bent) - np.where(label, LOGIT_CAP * bent, 0).sum(axis=-1)
        return values, (softmax(LOGIT_CAP * bent) - label) * (1 - bent * bent)


class AngularMargin(RowLoss):
    """Cross-entropy on 30 cos(theta_k + 0.5 [k = y]), with cosines for raw outputs [ArcFace: Deng et al. 2019].

    Cosines are kept 1e-4 away from -1 and 1, where the arc cosine has no slope; beyond, the gradient is 0.
    cos(a + m) is cos a cos m - sin a sin m. Class numbers [M, B].
    """

    name = "angular_margin"
    formula = "cross-entropy of 30 cos(arccos(z_k) + 0.5 [k = y])"
    integer_target = True

    def rows(self, raw: Wide, target: NDArray[Any]) -> tuple[Wide, Wide]:
        cosine = np.clip(raw, COSINE_EDGE - 1, 1 - COSINE_EDGE)
        label = one_hot(target, raw.shape[-1])
        sine = np.sqrt(1 - cosine * cosine)
        logits = ARC_SCALE * np.where(label, cosine * np.cos(ARC_MARGIN) - sine * np.sin(ARC_MARGIN), cosine)
        steepness = np.where(label, np.cos(ARC_MARGIN) + cosine / sine * np.sin(ARC_MARGIN), 1)
        values = log_sum_exp(logits) - np.where(label, logits, 0).sum(axis=-1)
        return values, ARC_SCALE * steepness * (softmax(logits) - label) * (cosine == raw)


class PolicyGradient(RowLoss):
    """-sum_k y_k ln softmax(z)_k: y is the advantage in the column of the action taken, else 0 [M, B, K].

    Derivative softmax(z) sum_k y_k - y. Advantages have both signs, so that there is no lower bound.
    """

    name = "policy_gradient"
    formula = "-A ln softmax(z)_a"
    lower_bound = -np.inf

    def rows(self, raw: Wide, target: NDArray[Any]) -> tuple[Wide, Wide]:
        logits = raw - raw.max(axis=-1, keepdims=True)
        values = -(target * (logits - log_sum_exp(logits)[..., None])).sum(axis=-1)
        return values, softmax(raw) * target.sum(axis=-1, keepdims=True) - target

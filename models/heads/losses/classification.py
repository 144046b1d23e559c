"""Losses for labels, from logits: cross-entropy, binary cross-entropy, focal, and soft cross-entropy."""

from __future__ import annotations

import numpy as np

from models.heads.losses.base import ElementwiseLoss, Loss, TargetArray, mean_per_member, units_first
from models.heads.numerics import FloatArray, softplus_and_sigmoid


class CrossEntropy(Loss):
    """ln sum_k e**z_k - z_y, the negative logarithm of softmax(z)_y; derivative softmax(z) - onehot(y).

    The largest logit is taken off first, so that no exponential is above 1. Targets are class numbers
    [M, B] in 0..K-1. With one unit the softmax is always 1: loss and gradient are 0.
    """

    name = "cross_entropy"
    formula = "ln(sum_k exp(z_k)) - z_y"
    integer_target = True

    def value_and_gradient(self, raw: FloatArray, target: TargetArray, gradient: FloatArray) -> FloatArray:
        logits = units_first(raw)
        logits -= np.maximum.reduce(logits, axis=0)
        flat = logits.reshape(-1)
        places = np.broadcast_to(target, raw.shape[:2]).reshape(-1) * (flat.size // raw.shape[-1])
        places += np.arange(len(places))
        loss = -flat[places]
        total = _exponentiate(logits)
        loss += np.log(total).reshape(-1)
        flat[places] -= 1
        np.multiply(np.moveaxis(logits, 0, -1), 1.0 / raw.shape[1], out=gradient)
        return mean_per_member(loss.reshape(raw.shape[:2]))


def _exponentiate(logits: FloatArray) -> FloatArray:
    """Logits [K, M, B] become probabilities in place; the sums of their exponentials are returned, [M, B]."""
    np.exp(logits, out=logits)
    total: FloatArray = np.add.reduce(logits, axis=0)
    logits /= total
    return total


class SoftCrossEntropy(Loss):
    """sum_k y_k (ln sum_j e**z_j - z_k) for target shares y_k that add up to 1.

    Derivative softmax(z) - y. The lowest value is the entropy of the target, not 0.
    """

    name = "soft_cross_entropy"
    formula = "ln(sum_k exp(z_k)) - sum_k y_k z_k, sum y = 1"

    def value_and_gradient(self, raw: FloatArray, target: TargetArray, gradient: FloatArray) -> FloatArray:
        logits, shares = units_first(raw), units_first(target)
        logits -= np.maximum.reduce(logits, axis=0)
        loss = -np.add.reduce(logits * shares, axis=0)
        loss += np.log(_exponentiate(logits))
        logits -= shares
        np.multiply(np.moveaxis(logits, 0, -1), 1.0 / raw.shape[1], out=gradient)
        return mean_per_member(loss)


class BinaryCrossEntropy(ElementwiseLoss):
    """softplus(z) - y z, the negative log-likelihood of y in {0, 1} or of a share in [0, 1]; derivative sigmoid(z) - y.

    Several units are labels that can be true at once: the mean is over labels too. From a logit of
    -120 it gives 120 for y = 1, where the logarithm of a rounded probability is minus infinity. The sigmoid is
    taken as (1 + tanh(z / 2)) / 2, exact to one rounding of 1.
    """

    name = "binary_cross_entropy"
    formula = "ln(1 + exp(z)) - y z"

    def terms(self, raw: FloatArray, target: FloatArray, gradient: FloatArray) -> FloatArray:
        values = np.abs(raw)
        np.negative(values, out=values)
        np.exp(values, out=values)
        values += 1
        np.log(values, out=values)
        values += np.maximum(raw, 0)
        values -= target * raw
        np.multiply(raw, 0.5, out=gradient)
        np.tanh(gradient, out=gradient)
        gradient *= 0.5
        gradient += 0.5
        gradient -= target
        return values


class Focal(ElementwiseLoss):
    """a_t sigmoid(-u)**gamma softplus(-u), u = z for y = 1 and -z for y = 0 [Lin et al. 2017].

    Since the derivative of sigmoid(-u) is -sigmoid(u) sigmoid(-u), the derivative by u is
    -a_t sigmoid(-u)**gamma (gamma sigmoid(u) softplus(-u) + sigmoid(-u)). `alpha` weighs y = 1 and
    1 - alpha weighs y = 0; gamma = 0 is the weighted binary cross-entropy. Targets are 0 or 1.
    """

    name = "focal"
    formula = "a_t sigmoid(-u)^2 ln(1 + exp(-u)), u = z if y = 1 else -z, a_1 = 0.25, a_0 = 0.75"

    def __init__(self, gamma: float = 2.0, alpha: float = 0.25) -> None:
        self.gamma = gamma
        self.alpha = alpha

    def terms(self, raw: FloatArray, target: FloatArray, gradient: FloatArray) -> FloatArray:
        sign = (2 * target - 1).astype(raw.dtype, copy=False)
        weight = (1 - self.alpha + (2 * self.alpha - 1) * target).astype(raw.dtype, copy=False)
        miss = np.empty_like(raw)
        entropy = softplus_and_sigmoid(-sign * raw, miss)
        weight = weight * miss**self.gamma
        gradient[...] = -sign * weight * (self.gamma * (1 - miss) * entropy + miss)
        return weight * entropy

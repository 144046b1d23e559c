"""Closed losses for numbers in an interval and for shares of a whole: beta and Dirichlet likelihoods."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, psi

from models.heads.losses.closed.base import RowLoss, Wide, halves
from models.heads.numerics import sigmoid, softplus

CONCENTRATION_FLOOR = 1e-3


class BetaNLL(RowLoss):
    """-ln Beta(y; m p, (1 - m) p) with mean m = sigmoid(z_1), precision p = softplus(z_2) + 0.001 [Ferrari 2004].

    ln G(a) is taken as ln G(1 + a) - ln a with ln a = ln p - softplus(-z_1), finite where the mean
    rounds to 0 or 1. Targets [M, B, T] lie strictly between 0 and 1; the mean is over them too.
    """

    name = "beta"
    formula = "-ln Beta(y; m p, (1 - m) p), m = sigmoid(z_1), p = ln(1 + exp(z_2)) + 0.001"
    lower_bound = -np.inf

    def rows(self, raw: Wide, target: NDArray[Any]) -> tuple[Wide, Wide]:
        logit, spread = halves(raw)
        mean, rest, precision = sigmoid(logit), sigmoid(-logit), softplus(spread) + CONCENTRATION_FLOOR
        first, second = mean * precision, rest * precision
        low, high = np.log(target), np.log1p(-target)
        values = gammaln(1 + first) + gammaln(1 + second) - gammaln(1 + precision)
        values = values + softplus(-logit) + softplus(logit) - np.log(precision)
        values = values - (first - 1) * low - (second - 1) * high
        pull, push = psi(1 + first) - low, psi(1 + second) - high
        by_logit = first * rest * pull - rest - second * mean * push + mean
        by_spread = mean * pull + rest * push - psi(1 + precision) - 1 / precision
        slopes = np.concatenate([by_logit, by_spread * sigmoid(spread)], axis=-1) / logit.shape[-1]
        return values.mean(axis=-1), slopes


class DirichletNLL(RowLoss):
    """-ln Dirichlet(y; a) with concentrations a_k = softplus(z_k) + 0.001.

    sum_k ln G(a_k) - ln G(sum a) - sum_k (a_k - 1) ln y_k; derivative by a_k: psi(a_k) - psi(sum a) - ln y_k.
    Shares [M, B, K] add up to 1 and none is 0.
    """

    name = "dirichlet"
    formula = "-ln Dirichlet(y; a), a = ln(1 + exp(z)) + 0.001"
    lower_bound = -np.inf

    def rows(self, raw: Wide, target: NDArray[Any]) -> tuple[Wide, Wide]:
        weight = softplus(raw) + CONCENTRATION_FLOOR
        total, low = weight.sum(axis=-1, keepdims=True), np.log(target)
        values = (gammaln(weight) - (weight - 1) * low).sum(axis=-1) - gammaln(total[..., 0])
        return values, (psi(weight) - psi(total) - low) * sigmoid(raw)

"""Closed losses for counts with more zeros than their distribution has: zero-inflated Poisson and negative binomial."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, psi

from models.heads.losses.closed.base import RowLoss, Wide
from models.heads.losses.distributions import LOG_SIZE_LIMIT
from models.heads.numerics import extended_exp, sigmoid, softplus


class ZeroInflatedPoisson(RowLoss):
    """Extra zeros with probability sigmoid(z_1), else Poisson with rate l = exp(z_2) [Lambert 1992].

    y = 0: softplus(z_1) - ln(e**z_1 + e**-l); y > 0: softplus(z_1) + l - y z_2 + ln y!. Of the zeros, the share
    sigmoid(z_1 + l) is extra. Targets [M, B, T]: whole numbers; the units hold T logits, then T log-rates.
    """

    name = "zero_inflated_poisson"
    formula = "-ln(p [y = 0] + (1 - p) Poisson(y; exp(z_2))), p = sigmoid(z_1)"

    def rows(self, raw: Wide, target: NDArray[Any]) -> tuple[Wide, Wide]:
        extra, log_rate = np.split(raw, 2, axis=-1)
        slope = np.empty_like(log_rate)
        rate = np.asarray(extended_exp(log_rate, slope), dtype=np.float64)
        counted = rate - target * log_rate + gammaln(target + 1)
        return _inflated(extra, counted, (slope - target,), target)


class ZeroInflatedNegativeBinomial(RowLoss):
    """Extra zeros with probability sigmoid(z_1), else negative binomial of mean e**z_2, size e**b, b = 8 tanh(z_3 / 8).

    As NegativeBinomialNLL for the counts, with the same bound on the size. Targets [M, B, T]: whole numbers; the units
    hold T logits, T log-means, T log-sizes.
    """

    name = "zero_inflated_negative_binomial"
    formula = "-ln(p [y = 0] + (1 - p) NB(y; exp(z_2), exp(8 tanh(z_3/8)))), p = sigmoid(z_1)"

    def rows(self, raw: Wide, target: NDArray[Any]) -> tuple[Wide, Wide]:
        extra, log_mean, free = np.split(raw, 3, axis=-1)
        bent = np.tanh(free / LOG_SIZE_LIMIT)
        size = np.exp(LOG_SIZE_LIMIT * bent)
        excess = log_mean - LOG_SIZE_LIMIT * bent
        growth = softplus(excess)
        counted = gammaln(size) + gammaln(target + 1) - gammaln(target + size)
        counted = counted + size * growth + target * softplus(-excess)
        by_mean = size * sigmoid(excess) - target * sigmoid(-excess)
        by_size = size * (psi(size) - psi(target + size) + growth) - by_mean
        return _inflated(extra, counted, (by_mean, by_size * (1 - bent * bent)), target)


def _inflated(extra: Wide, counted: Wide, slopes: tuple[Wide, ...], target: NDArray[Any]) -> tuple[Wide, Wide]:
    """The loss with extra zeros, from the loss of the count distribution and its slopes; row means over targets."""
    zero = target == 0
    values = softplus(extra) + np.where(zero, -np.logaddexp(extra, -counted), counted)
    added = np.where(zero, sigmoid(extra + counted), 0)
    parts = [sigmoid(extra) - added, *((1 - added) * slope for slope in slopes)]
    return values.mean(axis=-1), np.concatenate(parts, axis=-1) / extra.shape[-1]

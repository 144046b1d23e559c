"""Closed losses for numbers: Student-t, a mixture of Gaussians, logarithmic error, and a weighting of losses."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, psi

from models.heads.losses.closed.base import RowLoss, Wide, log_sum_exp
from models.heads.losses.distributions import HALF_LOG_TWO_PI
from models.heads.numerics import extended_exp, sigmoid, softmax, softplus

SCALE_FLOOR = 1e-6
DEVIATION_FLOOR = 1e-3


class StudentT(RowLoss):
    """-ln t(y; location z_1, scale softplus(z_2) + 1e-6, degrees of freedom n = 2 + softplus(z_3)).

    With t = (y - m) / s: ln G(n/2) - ln G((n+1)/2) + ln(n pi)/2 + ln s + (n+1)/2 ln(1 + t**2/n). The pull of a far
    target on the location falls as 1/t. Targets [M, B, T]; the units hold T locations, T scales, T degrees.
    """

    name = "student_t"
    formula = "-ln t_n((y - z_1)/s) + ln s, s = ln(1 + exp(z_2)) + 1e-6, n = 2 + ln(1 + exp(z_3))"
    lower_bound = -np.inf

    def rows(self, raw: Wide, target: NDArray[Any]) -> tuple[Wide, Wide]:
        location, width, freedom = np.split(raw, 3, axis=-1)
        scale, degrees = softplus(width) + SCALE_FLOOR, 2 + softplus(freedom)
        far = (target - location) / scale
        squared = far * far
        stretch = np.log1p(squared / degrees)
        values = gammaln(degrees / 2) - gammaln((degrees + 1) / 2) + 0.5 * np.log(degrees * np.pi)
        values = values + np.log(scale) + 0.5 * (degrees + 1) * stretch
        pull = (degrees + 1) / (degrees + squared)
        by_scale = (1 - pull * squared) / scale
        by_degrees = 0.5 * (psi(degrees / 2) - psi((degrees + 1) / 2) + (1 - pull * squared) / degrees + stretch)
        slopes = [-pull * far / scale, by_scale * sigmoid(width), by_degrees * sigmoid(freedom)]
        return values.mean(axis=-1), np.concatenate(slopes, axis=-1) / location.shape[-1]


class MixtureDensity(RowLoss):
    """-logsumexp_k(ln w_k + ln N(y; m_k, s_k)) with log-weights, means and deviations s = exp(z) + 0.001 [Bishop 1994].

    With the share r_k of component k in the density, the derivatives are softmax(w) - r, r (m - y) / s**2 and
    r (1/s - (y - m)**2 / s**3) exp(z). One target per row, [M, B, 1]; the units hold K log-weights, K means, K spreads.
    """

    name = "mixture_density"
    formula = "-ln sum_k softmax(w)_k N(y; m_k, exp(v_k) + 0.001)"
    lower_bound = -np.inf

    def rows(self, raw: Wide, target: NDArray[Any]) -> tuple[Wide, Wide]:
        weights, means, spreads = np.split(raw, 3, axis=-1)
        slope = np.empty_like(spreads)
        deviation = np.asarray(extended_exp(spreads, slope), dtype=np.float64) + DEVIATION_FLOOR
        far = (target - means) / deviation
        joint = weights - 0.5 * far * far - np.log(deviation) - HALF_LOG_TWO_PI
        share = softmax(joint)
        by_spread = share * (1 - far * far) / deviation * slope
        slopes = np.concatenate([softmax(weights) - share, -share * far / deviation, by_spread], axis=-1)
        return log_sum_exp(weights) - log_sum_exp(joint), slopes


class SquaredLog(RowLoss):
    """(ln(1 + max(z, 0)) - ln(1 + y))**2: without gradient for z below 0. Targets [M, B, T] not below 0."""

    name = "squared_log"
    formula = "(ln(1 + max(z, 0)) - ln(1 + y))^2"

    def rows(self, raw: Wide, target: NDArray[Any]) -> tuple[Wide, Wide]:
        mean = np.maximum(raw, 0)
        residual = np.log1p(mean) - np.log1p(target)
        return (residual * residual).mean(axis=-1), 2 * residual / (1 + mean) * (raw > 0) / raw.shape[-1]


class LearnedWeights(RowLoss):
    """(e**-s_k L_k + s_k) / 2, mean over the losses L_k [M, B, K] of several heads, s_k learned [Kendall et al. 2018].

    Lowest at s_k = ln L_k, where loss k counts by 1 / L_k: targets of any unit weigh alike. The losses are not below 0.
    """

    name = "learned_weights"
    formula = "(exp(-s) L + s)/2"
    lower_bound = -np.inf

    def rows(self, raw: Wide, target: NDArray[Any]) -> tuple[Wide, Wide]:
        slope = np.empty_like(raw)
        weight = extended_exp(-raw, slope)
        values: Wide = 0.5 * (weight * target + raw)
        return values.mean(axis=-1), 0.5 * (1 - slope * target) / raw.shape[-1]

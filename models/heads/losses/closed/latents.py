"""Closed losses of Gaussians: a flow's layer, a latent's distance from its prior, policies of continuous actions."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.heads.losses.closed.base import RowLoss, Wide, halves
from models.heads.losses.distributions import HALF_LOG_TWO_PI
from models.heads.numerics import extended_exp, softplus

LOG_SCALE_LIMIT = 3.0
LOG_DEVIATION_RANGE = (-5.0, 2.0)


class AffineFlow(RowLoss):
    """u**2 / 2 + ln(2 pi) / 2 - s, u = y e**s + z_2, s = 3 tanh(z_1 / 3): one affine layer to a normal [Dinh 2017].

    Half the squared length minus the log-determinant, mean over targets [M, B, T]; the units hold T log-scales, then T
    shifts. The bound keeps e**s between 0.05 and 20.
    """

    name = "affine_flow"
    formula = "u^2/2 + ln(2 pi)/2 - s, u = y exp(s) + z_2, s = 3 tanh(z_1/3)"
    lower_bound = -np.inf

    def rows(self, raw: Wide, target: NDArray[Any]) -> tuple[Wide, Wide]:
        free, shift = halves(raw)
        bent = np.tanh(free / LOG_SCALE_LIMIT)
        stretched = target * np.exp(LOG_SCALE_LIMIT * bent)
        noise = stretched + shift
        values = 0.5 * noise * noise + HALF_LOG_TWO_PI - LOG_SCALE_LIMIT * bent
        slopes = np.concatenate([(noise * stretched - 1) * (1 - bent * bent), noise], axis=-1)
        return values.mean(axis=-1), slopes / shift.shape[-1]


class GaussianDivergence(RowLoss):
    """((m - y)**2 + e**s - 1 - s) / 2 summed over dimensions: KL of N(m, e**s) from the prior N(y, 1).

    Targets [M, B, T] are the prior's means, 0 for a standard normal; the units hold T means, then T log-variances. The
    exponential goes on as its tangent above s = 30.
    """

    name = "gaussian_divergence"
    formula = "sum ((m - y)^2 + exp(s) - 1 - s)/2"

    def rows(self, raw: Wide, target: NDArray[Any]) -> tuple[Wide, Wide]:
        mean, log_variance = halves(raw)
        slope = np.empty_like(log_variance)
        variance = extended_exp(log_variance, slope)
        values: Wide = 0.5 * ((mean - target) ** 2 + variance - 1 - log_variance)
        return values.sum(axis=-1), np.concatenate([mean - target, 0.5 * (slope - 1)], axis=-1)


class GaussianPolicy(RowLoss):
    """-A ln N(a; m, e**s) with s = clip(z_2, -5, 2), summed over action dimensions; squashed or not.

    Squashed by tanh the log-probability loses 2 (ln 2 - a - softplus(-2 a)) = ln(1 - tanh(a)**2) per dimension, where
    the naive form is ln 0 in float32 from a = 10 on [Haarnoja et al. 2018]. Targets [M, B, T + 1]: the T sampled
    actions before tanh, and the advantage A. The units hold T means, then T log-deviations, which have no gradient
    beyond their clip.
    """

    lower_bound = -np.inf

    def __init__(self, squashed: bool) -> None:
        self.squashed = squashed
        self.name = "squashed_gaussian_policy" if squashed else "gaussian_policy"
        self.formula = "-A sum ln N(a; z_1, exp(clip(z_2, -5, 2)))"
        if squashed:
            self.formula += " - 2 (ln 2 - a - ln(1 + exp(-2 a)))"

    def rows(self, raw: Wide, target: NDArray[Any]) -> tuple[Wide, Wide]:
        mean, free = halves(raw)
        action, advantage = target[..., :-1], target[..., -1:]
        log_deviation = np.clip(free, *LOG_DEVIATION_RANGE)
        far = (action - mean) * np.exp(-log_deviation)
        log_density = -0.5 * far * far - log_deviation - HALF_LOG_TWO_PI
        if self.squashed:
            log_density = log_density - 2 * (np.log(2) - action - softplus(-2 * action))
        by_mean, by_spread = far * np.exp(-log_deviation), (far * far - 1) * (free == log_deviation)
        slopes = -advantage * np.concatenate([by_mean, by_spread], axis=-1)
        return (-advantage * log_density).sum(axis=-1), slopes

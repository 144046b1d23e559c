"""Losses for means that are positive: Poisson, gamma and Tweedie deviance parts, each behind exp or softplus.

All are written in t = ln(mean). Behind the exp link t is the raw output; behind softplus it is
ln softplus(z), whose slope sigmoid(z) / softplus(z) lies between 0 and 1.
"""

from __future__ import annotations

from abc import abstractmethod

import numpy as np

from models.heads.losses.base import ElementwiseLoss
from models.heads.numerics import FloatArray, extended_exp, log_softplus


class LogMeanLoss(ElementwiseLoss):
    """A loss of the logarithm of the mean, behind the exp link or behind softplus."""

    family: str
    of_log_mean: str

    def __init__(self, link: str) -> None:
        self.softplus = link == "softplus"
        self.name = f"{self.family}_{link}"
        self.formula = f"{self.of_log_mean}, t = {'ln(softplus(z))' if self.softplus else 'z'}"

    @abstractmethod
    def of(self, log_mean: FloatArray, target: FloatArray, gradient: FloatArray) -> FloatArray:
        """One term per log-mean, a new array; its derivative by the log-mean goes into `gradient`."""

    def terms(self, raw: FloatArray, target: FloatArray, gradient: FloatArray) -> FloatArray:
        if not self.softplus:
            return self.of(raw, target, gradient)
        slope = np.empty_like(raw)
        values = self.of(log_softplus(raw, slope), target, gradient)
        gradient *= slope
        return values


class Poisson(LogMeanLoss):
    """e**t - y t, the Poisson negative log-likelihood without its constant ln y!; derivative e**t - y.

    Targets are counts, or any numbers not below zero (then a quasi-likelihood of the mean). The
    exponential goes on as its tangent above t = 30.
    """

    family = "poisson"
    of_log_mean = "exp(t) - y t"
    lower_bound = -np.inf

    def of(self, log_mean: FloatArray, target: FloatArray, gradient: FloatArray) -> FloatArray:
        values = extended_exp(log_mean, gradient)
        values -= target * log_mean
        gradient -= target
        return values


class Gamma(LogMeanLoss):
    """t + y e**-t, the gamma negative log-likelihood of the mean, shape fixed; derivative 1 - y e**-t.

    Targets are positive. The exponential goes on as its tangent below t = -30.
    """

    family = "gamma"
    of_log_mean = "t + y exp(-t)"
    lower_bound = -np.inf

    def of(self, log_mean: FloatArray, target: FloatArray, gradient: FloatArray) -> FloatArray:
        values = extended_exp(-log_mean, gradient)
        values *= target
        values += log_mean
        gradient *= -target
        gradient += 1
        return values


class Tweedie(LogMeanLoss):
    """2 e**(t/2) + 2 y e**(-t/2), the Tweedie deviance part of power 1.5; derivative e**(t/2) - y e**(-t/2).

    From e**((2-p) t) / (2-p) - y e**((1-p) t) / (1-p) with p = 3/2: between Poisson (1) and gamma (2), for
    amounts that are often exactly zero. Both exponentials go on as tangents beyond |t| = 60.
    """

    family = "tweedie"
    of_log_mean = "2 exp(t/2) + 2 y exp(-t/2)"

    def of(self, log_mean: FloatArray, target: FloatArray, gradient: FloatArray) -> FloatArray:
        half = 0.5 * log_mean
        falling = np.empty_like(half)
        values = extended_exp(half, gradient)
        values += target * extended_exp(-half, falling)
        values *= 2
        falling *= target
        gradient -= falling
        return values

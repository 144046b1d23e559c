"""Scores of means, medians, quantiles and Gaussian forecasts."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, xlogy

from models.heads.estimates import QUANTILE_LEVELS
from models.heads.scale import columns
from models.heads.scores.base import Numbers, Score, column_means

MEAN_FLOOR = 0.01
"""Predicted means at or below zero count as this share of the mean of the rows scored."""


class VarianceExplained(Score):
    """1 - squared error / variance, per target."""

    name = "variance_explained"
    unit = "share of the target's variance"
    perfect = 1.0

    def of(self, prediction: Numbers, target: NDArray[Any]) -> Numbers:
        values = columns(target)
        error = ((prediction - values) ** 2).mean(axis=1)
        return _skill(error, values.var(axis=0))

    def constant(self, target: NDArray[Any]) -> Numbers:
        return column_means(target)


class RootMeanSquare(Score):
    """Minus the root mean square error, in units of the target; mean over targets."""

    name = "rmse"
    unit = "units of the target"

    def of(self, prediction: Numbers, target: NDArray[Any]) -> Numbers:
        error: Numbers = np.sqrt(((prediction - columns(target)) ** 2).mean(axis=1)).mean(axis=-1)
        return -error

    def constant(self, target: NDArray[Any]) -> Numbers:
        return column_means(target)


class AbsoluteSkill(Score):
    """1 - absolute error / absolute error of the median, per target: for heavy tails."""

    name = "absolute_skill"
    unit = "share of the absolute error of the median"
    perfect = 1.0

    def of(self, prediction: Numbers, target: NDArray[Any]) -> Numbers:
        values = columns(target)
        trivial = np.abs(values - np.median(values, axis=0)).mean(axis=0)
        return _skill(np.abs(prediction - values).mean(axis=1), trivial)

    def constant(self, target: NDArray[Any]) -> Numbers:
        median: Numbers = np.median(columns(target), axis=0)
        return median


class PoissonDeviance(Score):
    """Minus the mean of 2 (y ln(y / mu) - y + mu). Targets are not below zero; mu is floored, see MEAN_FLOOR."""

    name = "poisson_deviance"
    unit = "Poisson deviance per row"

    def of(self, prediction: Numbers, target: NDArray[Any]) -> Numbers:
        values = columns(target)
        mean = _floored(prediction, values)
        deviance: Numbers = (2 * (xlogy(values, values / mean) - values + mean)).mean(axis=(1, 2))
        return -deviance

    def constant(self, target: NDArray[Any]) -> Numbers:
        return column_means(target)


class GammaDeviance(Score):
    """Minus the mean of 2 ((y - mu) / mu - ln(y / mu)). Targets are positive; mu is floored, see MEAN_FLOOR."""

    name = "gamma_deviance"
    unit = "gamma deviance per row"

    def of(self, prediction: Numbers, target: NDArray[Any]) -> Numbers:
        values = columns(target)
        if values.min() <= 0:
            raise ValueError(
                f"the gamma deviance needs positive targets, and {values.min():g} was found: use poisson_deviance"
            )
        ratio = values / _floored(prediction, values)
        deviance: Numbers = (2 * (ratio - 1 - np.log(ratio))).mean(axis=(1, 2))
        return -deviance

    def constant(self, target: NDArray[Any]) -> Numbers:
        return column_means(target)


class PinballSkill(Score):
    """1 - pinball loss of the quantiles 0.1, 0.5 and 0.9 / that of the empirical ones, per target."""

    name = "pinball_skill"
    unit = "share of the pinball loss of constant quantiles"
    perfect = 1.0

    def of(self, prediction: Numbers, target: NDArray[Any]) -> Numbers:
        values = columns(target)
        constant = self.constant(target)[None, None]
        return _skill(_pinball(prediction, values), _pinball(constant, values)[0])

    def constant(self, target: NDArray[Any]) -> Numbers:
        quantiles: Numbers = np.quantile(columns(target), QUANTILE_LEVELS, axis=0).T.ravel()
        return quantiles


class CrpsSkill(Score):
    """1 - CRPS / CRPS of the constant Gaussian, per target, from means and deviations [..., 2 T].

    CRPS of N(m, s) at y, w = (y - m) / s: s (w (2 Phi(w) - 1) + 2 phi(w) - 1 / sqrt(pi)) [Gneiting and Raftery
    2007]; for means alone [..., T] it is the absolute error.
    """

    name = "crps_skill"
    unit = "share of the CRPS of a constant Gaussian"
    perfect = 1.0

    def of(self, prediction: Numbers, target: NDArray[Any]) -> Numbers:
        values = columns(target)
        constant = self.constant(target)[None, None]
        return _skill(gaussian_crps(prediction, values), gaussian_crps(constant, values)[0])

    def constant(self, target: NDArray[Any]) -> Numbers:
        values = columns(target)
        return np.concatenate([values.mean(axis=0), values.std(axis=0)])


def _skill(error: Numbers, trivial: Numbers) -> Numbers:
    """1 - error [M, T] / trivial [T], mean over targets; a trivial error of zero counts as 1."""
    skill: Numbers = (1 - error / np.where(trivial > 0, trivial, 1.0)).mean(axis=-1)
    return skill


def _floored(prediction: Numbers, values: Numbers) -> Numbers:
    return np.asarray(np.maximum(prediction, np.maximum(MEAN_FLOOR * values.mean(axis=0), 1e-12)))


def _pinball(prediction: Numbers, values: Numbers) -> Numbers:
    """Pinball loss [M, T] of predictions [M, B or 1, levels x T], mean over rows and levels."""
    levels = np.array(QUANTILE_LEVELS)
    grouped = prediction.reshape(*prediction.shape[:-1], values.shape[1], len(levels))
    above = values[..., None] - grouped
    loss: Numbers = np.maximum(levels * above, (levels - 1) * above).mean(axis=(1, 3))
    return loss


def gaussian_crps(prediction: Numbers, values: Numbers) -> Numbers:
    """CRPS [M, T] of predictions [M, B or 1, T or 2 T], mean over rows."""
    count = values.shape[1]
    distance = values - prediction[..., :count]
    if prediction.shape[-1] == count:
        return np.asarray(np.abs(distance).mean(axis=1))
    deviation = np.maximum(prediction[..., count:], 1e-9 * (1 + np.abs(distance)))
    w = distance / deviation
    density = np.exp(-0.5 * np.minimum(w * w, 1400)) / np.sqrt(2 * np.pi)
    crps: Numbers = (deviation * (w * (2 * ndtr(w) - 1) + 2 * density - 1 / np.sqrt(np.pi))).mean(axis=1)
    return crps

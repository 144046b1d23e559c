"""Estimates of numbers: means and medians behind a link, quantiles, mean and deviation, counts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.heads.estimates.base import QUANTILE_LEVELS, Estimate, Targets, single_precision
from models.heads.links import IDENTITY, Link
from models.heads.losses.distributions import LOG_SIZE_LIMIT
from models.heads.losses.regression import OrderedQuantile
from models.heads.numerics import FloatArray, extended_exp, inverse_softplus
from models.heads.scale import Scaling, TargetScale, columns


class Centre(Estimate):
    """One unit per target: its mean (or median) behind a link; predictions [..., T]."""

    def __init__(self, link: Link = IDENTITY, scaling: Scaling = "standardize", median: bool = False) -> None:
        self.link = link
        self.scaling = scaling
        self.median = median

    def units(self, classes: int | None, outputs: int) -> int:
        return outputs

    def initial_bias(self, targets: Targets, scale: TargetScale) -> NDArray[np.float32]:
        trained = scale.to_training(targets).astype(np.float64)
        centre = np.median(trained, axis=0) if self.median else trained.mean(axis=0)
        return single_precision(self.link.inverse(centre))

    def predict(self, raw: FloatArray, scale: TargetScale) -> FloatArray:
        return scale.to_target_units(self.link.value(raw))


class ClippedCentre(Centre):
    """A mean on the unit interval from a linear output; what leaves the interval is clipped when predicting."""

    def __init__(self) -> None:
        super().__init__(scaling="interval")

    def predict(self, raw: FloatArray, scale: TargetScale) -> FloatArray:
        return scale.to_target_units(np.clip(raw, 0, 1))


class Quantiles(Estimate):
    """Three units per target, its quantiles 0.1, 0.5 and 0.9; predictions [..., 3 T], those of a target together."""

    scaling: Scaling = "standardize"

    def __init__(self, ordered: bool) -> None:
        self.ordered = ordered

    def units(self, classes: int | None, outputs: int) -> int:
        return outputs * len(QUANTILE_LEVELS)

    def initial_bias(self, targets: Targets, scale: TargetScale) -> NDArray[np.float32]:
        quantiles = np.quantile(scale.to_training(targets).astype(np.float64), QUANTILE_LEVELS, axis=0).T
        if self.ordered:
            steps = inverse_softplus(np.diff(quantiles, axis=1))
            quantiles = np.concatenate([quantiles[:, :1], steps], axis=1)
        return single_precision(quantiles)

    def predict(self, raw: FloatArray, scale: TargetScale) -> FloatArray:
        quantiles = OrderedQuantile(QUANTILE_LEVELS).quantiles(raw) if self.ordered else raw
        grouped = quantiles.reshape(*raw.shape[:-1], -1, len(QUANTILE_LEVELS))
        by_target = np.swapaxes(scale.to_target_units(np.swapaxes(grouped, -1, -2)), -1, -2)
        return by_target.reshape(raw.shape)


class MeanAndDeviation(Estimate):
    """Two units per target, its mean and the spread; predictions [..., 2 T]: means, then standard deviations.

    The spread unit is the log-variance, or gives the variance through softplus.
    """

    scaling: Scaling = "standardize"

    def __init__(self, link: Link) -> None:
        self.link = link

    def units(self, classes: int | None, outputs: int) -> int:
        return 2 * outputs

    def initial_bias(self, targets: Targets, scale: TargetScale) -> NDArray[np.float32]:
        trained = scale.to_training(targets).astype(np.float64)
        variance = np.maximum(trained.var(axis=0), 1e-4)
        return single_precision([trained.mean(axis=0), self.link.inverse(variance)])

    def predict(self, raw: FloatArray, scale: TargetScale) -> FloatArray:
        half = raw.shape[-1] // 2
        deviation = np.sqrt(self.link.value(raw[..., half:])) * np.asarray(scale.spread, dtype=raw.dtype)
        return np.concatenate([scale.to_target_units(raw[..., :half]), deviation], axis=-1)


class CountMean(Estimate):
    """Two units per target, the logarithms of a count's mean and of its size; predictions [..., T]: the means."""

    def units(self, classes: int | None, outputs: int) -> int:
        return 2 * outputs

    def initial_bias(self, targets: Targets, scale: TargetScale) -> NDArray[np.float32]:
        """ln of the mean, and the size m**2 / (variance - m) that gives the observed variance."""
        values = columns(targets)
        mean = np.maximum(values.mean(axis=0), 1e-4)
        excess = np.maximum(values.var(axis=0) - mean, 1e-3 * mean)
        log_size = np.clip(np.log(mean * mean / excess), -6, 6)
        return single_precision([np.log(mean), LOG_SIZE_LIMIT * np.arctanh(log_size / LOG_SIZE_LIMIT)])

    def predict(self, raw: FloatArray, scale: TargetScale) -> FloatArray:
        return extended_exp(raw[..., : raw.shape[-1] // 2])

"""The scale on which a head is trained: an affine map per target, after a logarithm for some heads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from models.heads.numerics import FloatArray, extended_exp

Scaling = Literal[
    "none", "standardize", "relative", "interval", "symmetric_interval", "log_standardize", "log1p_standardize"
]
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class TargetScale:
    """What training targets say about the scale of a head: trained value = (t(y) - location) / spread.

    `location` and `spread` have one number per target and `t` is the identity, ln or ln(1 + y). `floor` is the
    value that takes the place of targets at or below zero before ln. `classes` is for labels only. Plain data.
    """

    scaling: Scaling = "none"
    location: tuple[float, ...] = (0.0,)
    spread: tuple[float, ...] = (1.0,)
    floor: float = 1.0
    classes: int | None = None

    def to_training(self, targets: NDArray[Any]) -> NDArray[np.float32]:
        """Targets [N] or [N, T] in target units as [N, T] float32 on the training scale."""
        scaled = (self._curve(columns(targets)) - np.array(self.location)) / np.array(self.spread)
        if self.scaling in _CLIPPED:
            scaled = np.clip(scaled, *_CLIPPED[self.scaling])
        return np.asarray(scaled, dtype=np.float32)

    def to_target_units(self, values: FloatArray) -> FloatArray:
        """Values [..., T] on the training scale back in target units, in the dtype of `values`."""
        location, spread = (np.asarray(part, dtype=values.dtype) for part in (self.location, self.spread))
        if self.scaling == "log_standardize":
            return np.exp(location) * extended_exp(values * spread)
        if self.scaling == "log1p_standardize":
            return np.exp(location) * extended_exp(values * spread) - 1
        return location + values * spread

    def _curve(self, values: Numbers) -> Numbers:
        if self.scaling == "log_standardize":
            return np.log(np.maximum(values, self.floor))
        return np.log1p(np.maximum(values, 0)) if self.scaling == "log1p_standardize" else values


_CLIPPED: dict[str, tuple[float, float]] = {"interval": (0.0, 1.0), "symmetric_interval": (-1.0, 1.0)}


def columns(targets: NDArray[Any]) -> Numbers:
    """Targets [N] or [N, T] as float64 [N, T]."""
    values = np.asarray(targets, dtype=np.float64)
    return values[:, None] if values.ndim == 1 else values


def fit_scale(
    scaling: Scaling,
    targets: NDArray[Any],
    low: float | None = None,
    high: float | None = None,
    classes: int | None = None,
) -> TargetScale:
    """The scale of training targets. `low` and `high` bound the target where known, else the data do.

    A target without spread (constant, or all zero) gets spread 1, so that it trains and predicts as it is.
    """
    values = columns(targets)
    positive = values[values > 0]
    floor = float(positive.min()) / 2 if positive.size else 1.0
    if scaling in ("log_standardize", "log1p_standardize"):
        values = TargetScale(scaling, floor=floor)._curve(values)
    least = values.min(axis=0) if low is None else np.full(values.shape[1], low)
    most = values.max(axis=0) if high is None else np.full(values.shape[1], high)
    location, spread = _PARTS[scaling](values, least, most)
    spread = np.where(spread > 1e-12 * np.maximum(np.abs(location), 1e-30), spread, 1.0)
    return TargetScale(scaling, tuple(location.tolist()), tuple(spread.tolist()), floor, classes)


_Part = Callable[[Numbers, Numbers, Numbers], tuple[Numbers, Numbers]]


def _unscaled(_: Numbers, low: Numbers, high: Numbers) -> tuple[Numbers, Numbers]:
    return np.zeros_like(low), np.ones_like(high)


def _standardized(values: Numbers, _low: Numbers, _high: Numbers) -> tuple[Numbers, Numbers]:
    return values.mean(axis=0), values.std(axis=0)


def _relative(values: Numbers, low: Numbers, _high: Numbers) -> tuple[Numbers, Numbers]:
    return np.zeros_like(low), np.abs(values).mean(axis=0)


def _interval(_: Numbers, low: Numbers, high: Numbers) -> tuple[Numbers, Numbers]:
    return low, high - low


def _symmetric(_: Numbers, low: Numbers, high: Numbers) -> tuple[Numbers, Numbers]:
    return (low + high) / 2, (high - low) / 2


_PARTS: dict[Scaling, _Part] = {
    "none": _unscaled,
    "standardize": _standardized,
    "relative": _relative,
    "interval": _interval,
    "symmetric_interval": _symmetric,
    "log_standardize": _standardized,
    "log1p_standardize": _standardized,
}

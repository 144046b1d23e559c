"""Synthetic data that match a description, for when the caller's own data are not at hand.

Inputs are Gaussian with a few shared directions, as in most tables. The target comes from a teacher: a random
network whose hidden units are half tanh and half ReLU, so that neither smooth nor kinked students are at home. The
teacher's output has mean 0 and variance 1; the noise is set so that no student is perfect and every one can
learn. The proxy tells how signals and gradients fare at a given depth and size; it knows nothing of images,
words or the caller's own field.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from models.data.table import DataRefused, Table
from models.data.targets import TRAINABLE_TASKS

NOISE = {"low": 0.05, "medium": 0.2, "high": 0.5}
_TEACHER_WIDTH = 16
_FACTORS = 6

Array = NDArray[np.float64]


class ProxySpec(BaseModel):
    """What the synthetic data must match. `noise`: standard deviation beside a signal of standard deviation 1."""

    model_config = ConfigDict(frozen=True)

    task: str
    rows: int = Field(2_000, ge=60, le=20_000)
    features: int = Field(16, ge=1, le=128)
    classes: int | None = Field(None, ge=1, le=50)
    outputs: int = Field(1, ge=1, le=16)
    noise: float = Field(0.2, ge=0, le=2)
    imbalance: float | None = Field(None, gt=0, le=0.5)
    low: float | None = None
    high: float | None = None
    mean: float | None = None
    zero_share: float | None = Field(None, ge=0, le=1)
    orders_of_magnitude: float | None = Field(None, ge=0)
    overdispersed: bool = False
    heavy_tailed: bool = False


def proxy_table(spec: ProxySpec, seed: int = 0) -> Table:
    """Synthetic rows for a description; the same spec and seed give the same bytes. Raises DataRefused."""
    maker = _MAKERS.get(spec.task)
    if maker is None:
        allowed = ", ".join(TRAINABLE_TASKS)
        raise DataRefused("task_not_trainable", f"no proxy for {spec.task}; there is one for: {allowed}")
    rng = np.random.default_rng([seed, 3])
    x = _inputs(spec, rng)
    signals = _teacher(x, _signal_count(spec), rng)
    return Table("synthetic proxy", x, maker(spec, signals, rng))


def _inputs(spec: ProxySpec, rng: np.random.Generator) -> Array:
    factors = rng.standard_normal((spec.rows, min(_FACTORS, spec.features)))
    mixing = rng.standard_normal((factors.shape[1], spec.features)) / np.sqrt(factors.shape[1])
    rows: Array = factors @ mixing + 0.5 * rng.standard_normal((spec.rows, spec.features))
    return rows


def _signal_count(spec: ProxySpec) -> int:
    if spec.task in ("multiclass_classification", "multilabel_classification", "proportions"):
        return max(2, spec.classes or spec.outputs)
    return 1 if spec.task in ("binary_classification", "ordinal") else spec.outputs


def _teacher(x: Array, outputs: int, rng: np.random.Generator) -> Array:
    """Outputs [rows, outputs] of a random network of two hidden layers, each with mean 0 and variance 1."""
    hidden = _scaled(x)
    for _ in range(2):
        raw = hidden @ rng.standard_normal((hidden.shape[1], _TEACHER_WIDTH)) / np.sqrt(hidden.shape[1])
        raw = 1.5 * raw + 0.3 * rng.standard_normal(_TEACHER_WIDTH)
        half = _TEACHER_WIDTH // 2
        hidden = _scaled(np.concatenate([np.tanh(raw[:, :half]), np.maximum(raw[:, half:], 0)], axis=1))
    return _scaled(hidden @ rng.standard_normal((_TEACHER_WIDTH, outputs)))


def _scaled(values: Array) -> Array:
    spread = values.std(axis=0)
    scaled: Array = (values - values.mean(axis=0)) / np.where(spread > 1e-9, spread, 1.0)
    return scaled


def _noisy(spec: ProxySpec, signals: Array, rng: np.random.Generator) -> Array:
    draw = rng.standard_t(2.5, signals.shape) if spec.heavy_tailed else rng.standard_normal(signals.shape)
    return signals + spec.noise * draw


def _binary(spec: ProxySpec, signals: Array, rng: np.random.Generator) -> NDArray[np.int64]:
    noisy = _noisy(spec, signals, rng)[:, 0]
    cut = np.quantile(noisy, 1 - (spec.imbalance or 0.5))
    return np.asarray(noisy > cut, np.int64)


def _multiclass(spec: ProxySpec, signals: Array, rng: np.random.Generator) -> NDArray[np.int64]:
    return np.asarray(_noisy(spec, signals, rng).argmax(axis=1), np.int64)


def _multilabel(spec: ProxySpec, signals: Array, rng: np.random.Generator) -> Array:
    noisy = _noisy(spec, signals, rng)
    return (noisy > np.quantile(noisy, 1 - (spec.imbalance or 0.3), axis=0)).astype(np.float64)


def _ordinal(spec: ProxySpec, signals: Array, rng: np.random.Generator) -> NDArray[np.int64]:
    noisy = _noisy(spec, signals, rng)[:, 0]
    classes = max(2, spec.classes or 5)
    cuts = np.quantile(noisy, np.arange(1, classes) / classes)
    return np.asarray(np.searchsorted(cuts, noisy), np.int64)


def _plain(spec: ProxySpec, signals: Array, rng: np.random.Generator) -> Array:
    noisy = _noisy(spec, signals, rng)
    low, high = spec.low, spec.high
    return noisy if low is None or high is None else low + (high - low) * (0.5 + noisy / 6)


def _heteroscedastic(spec: ProxySpec, signals: Array, rng: np.random.Generator) -> Array:
    spread = max(spec.noise, 0.05) * np.exp(0.7 * np.roll(signals, 1, axis=1) if spec.outputs > 1 else 0.7 * signals)
    return signals + spread * rng.standard_normal(signals.shape)


def _count(spec: ProxySpec, signals: Array, rng: np.random.Generator) -> Array:
    """Poisson counts around the wanted mean; gamma-mixed when over-dispersed; extra zeros on demand."""
    rate = _with_mean(np.exp(0.8 * np.clip(signals, -3, 3)), spec.mean or 3.0)
    if spec.overdispersed:
        rate = rate * rng.gamma(1.5, 1 / 1.5, rate.shape)
    counts = rng.poisson(rate).astype(np.float64)
    missing = (spec.zero_share or 0.0) - float((counts == 0).mean())
    if missing > 0:
        counts[rng.random(counts.shape) < missing / max(1e-9, 1 - (counts == 0).mean())] = 0
    return counts


def _positive(spec: ProxySpec, signals: Array, rng: np.random.Generator) -> Array:
    """Log-normal amounts; six standard deviations of the exponent span the orders of magnitude."""
    width = min(spec.orders_of_magnitude or 2.0, 8.0) * np.log(10) / 6
    amounts = np.exp(width * np.clip(_noisy(spec, signals, rng), -4, 4))
    return _with_mean(amounts, spec.mean or 1.0) + max(spec.low or 0.0, 0.0)


def _bounded(spec: ProxySpec, signals: Array, rng: np.random.Generator) -> Array:
    low, high = spec.low if spec.low is not None else 0.0, spec.high if spec.high is not None else 1.0
    return low + (high - low) / (1 + np.exp(-1.5 * np.clip(_noisy(spec, signals, rng), -20, 20)))


def _proportions(spec: ProxySpec, signals: Array, rng: np.random.Generator) -> Array:
    shares = np.exp(np.clip(_noisy(spec, signals, rng), -10, 10))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def _with_mean(values: Array, mean: float) -> Array:
    return np.asarray(values * (max(mean, 1e-6) / values.mean()))


_MAKERS: dict[str, Callable[[ProxySpec, Array, np.random.Generator], NDArray[np.int64] | Array]] = {
    "binary_classification": _binary,
    "multiclass_classification": _multiclass,
    "multilabel_classification": _multilabel,
    "ordinal": _ordinal,
    "regression": _plain,
    "quantile_regression": _plain,
    "heteroscedastic_regression": _heteroscedastic,
    "count_regression": _count,
    "positive_regression": _positive,
    "bounded_regression": _bounded,
    "proportions": _proportions,
}

"""Synthetic data that match a description, for when the caller's own data are not at hand.

Inputs have the form that the network is made for: columns, images, signals, sequences, tokens or the nodes of a graph
(see `models.data.proxies`). A teacher, a random network, turns what is hidden in them into the target, and noise is
added. Difficulty is set so that neither floor nor ceiling hides differences: measured with a small network of the
kind in question, its score lies well above that of the trivial predictor and well below that of a perfect one
(tests/models/data/test_proxies.py holds it there). The proxy tells how signals and gradients fare at a given depth
and size; it knows nothing of the caller's own field.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from models.data.proxies.graphs import node_rows
from models.data.proxies.images import image_rows
from models.data.proxies.sequences import sequence_rows
from models.data.proxies.signals import signal_rows
from models.data.proxies.tables import table_rows
from models.data.proxies.teacher import Array, taught
from models.data.proxies.tokens import token_rows
from models.data.rows import Form, RowShape
from models.data.table import DataRefused, Table
from models.data.targets import TRAINABLE_TASKS

NOISE = {"low": 0.05, "medium": 0.2, "high": 0.5}
_LEAST_SHARE = 0.5
"""Of its fair share, for a class that nobody called rare."""
_ROUNDS = 60


class ProxySpec(BaseModel):
    """What the synthetic data must match. `features` counts the columns of a table; other forms have sizes of their
    own. `noise`: standard deviation beside a signal of standard deviation 1."""

    model_config = ConfigDict(frozen=True)

    task: str
    form: Form = "table"
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
    x, signals, row = _inputs(spec, rng)
    return Table("synthetic proxy", x, maker(spec, signals, rng), row=row)


def _inputs(spec: ProxySpec, rng: np.random.Generator) -> tuple[Array, Array, RowShape | None]:
    """Inputs, signals and the shape of a row. The teacher of other forms than tables is the same for any number of
    rows, and so their difficulty is."""
    outputs = _signal_count(spec)
    if spec.form == "table":
        columns = table_rows(spec.rows, spec.features, rng)
        return columns, taught(columns, outputs, rng), None
    x, factors, row = _FORMS[spec.form](spec.rows, rng)
    return x, taught(factors, outputs, rng.spawn(1)[0]), row


def _signal_count(spec: ProxySpec) -> int:
    if spec.task in ("multiclass_classification", "multilabel_classification", "proportions"):
        return max(2, spec.classes or spec.outputs)
    return 1 if spec.task in ("binary_classification", "ordinal") else spec.outputs


def _noisy(spec: ProxySpec, signals: Array, rng: np.random.Generator) -> Array:
    draw = rng.standard_t(2.5, signals.shape) if spec.heavy_tailed else rng.standard_normal(signals.shape)
    return signals + spec.noise * draw


def _binary(spec: ProxySpec, signals: Array, rng: np.random.Generator) -> NDArray[np.int64]:
    noisy = _noisy(spec, signals, rng)[:, 0]
    cut = np.quantile(noisy, 1 - (spec.imbalance or 0.5))
    return np.asarray(noisy > cut, np.int64)


def _multiclass(spec: ProxySpec, signals: Array, rng: np.random.Generator) -> NDArray[np.int64]:
    """The largest signal. The last class is as rare as described; no other one is, by mere chance."""
    noisy = _noisy(spec, signals, rng)
    found = noisy.argmax(axis=1)
    fair = 1 / noisy.shape[1]
    rarest = min(spec.imbalance or fair, fair)
    if rarest == fair and _shares(found, noisy.shape[1]).min() >= _LEAST_SHARE * fair:
        return np.asarray(found, np.int64)
    wanted = np.append(np.full(noisy.shape[1] - 1, (1 - rarest) / (noisy.shape[1] - 1)), rarest)
    return np.asarray((noisy + _advantages(noisy, wanted)).argmax(axis=1), np.int64)


def _advantages(noisy: Array, wanted: Array) -> Array:
    """What to add to the signals, so that the classes have about the shares wanted."""
    added = np.zeros(len(wanted))
    for _ in range(_ROUNDS):
        shares = _shares((noisy + added).argmax(axis=1), len(wanted))
        added += 0.3 * np.log(wanted / np.maximum(shares, 1 / len(noisy)))
    return added


def _shares(codes: NDArray[np.int64], classes: int) -> Array:
    return np.asarray(np.bincount(codes, minlength=classes) / len(codes))


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


_FORMS: dict[str, Callable[[int, np.random.Generator], tuple[Array, Array, RowShape]]] = {
    "image": image_rows,
    "signal": signal_rows,
    "sequence": sequence_rows,
    "tokens": token_rows,
    "node": node_rows,
}
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

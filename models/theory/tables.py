"""The recommended start and its signal propagation for every candidate, family and depth, shipped as a file.

`python -m models.theory.regenerate` computes the file anew (half a minute). A test holds the file to a recomputation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.theory.effect import OPTIMIZERS, effect
from models.theory.names import CANDIDATES
from models.theory.options import Gains, Option, options
from models.theory.quadrature import VARIANCES, Averages, averages
from models.theory.start import SCHEMES, USUAL, Start, default_start, standard_start, usual_gains
from models.theory.trajectories import Networks, follow, pack

FILE = Path(__file__).with_name("tables.npz")

FAMILIES: tuple[tuple[str, bool], ...] = tuple(
    (kind, residual) for kind in ("none", "layer", "batch") for residual in (False, True)
)
"""Kind of normalisation, and whether there are skips."""

DEPTHS: NDArray[np.intp] = np.unique(
    np.concatenate([np.arange(1, 65), np.round(np.geomspace(64, 1000, 29)).astype(int)])
)
"""Depths at which results are kept: every one to 64, then about one in ten."""


@dataclass(frozen=True)
class Tables:
    """Results of the choice of a start; arrays [families, depths, candidates] unless said otherwise."""

    names: NDArray[np.str_]
    """the candidates that the file was made for, [candidates]"""
    scheme: NDArray[np.uint8]
    """index of the chosen start's scheme in `SCHEMES`"""
    gain: NDArray[np.float64]
    """the chosen start's gain"""
    decades: NDArray[np.float32]
    """log10 of the gradient at the first over that at the last layer"""
    spread: NDArray[np.float32]
    """how far `decades` moves when the first layer's gain is an eighth (residual: a half) larger or smaller"""
    variance: NDArray[np.float32]
    """of the pre-activation at the last layer"""
    factor: NDArray[np.float32]
    """factor of the squared gradient at the last layer"""
    related: NDArray[np.float32]
    unrelated: NDArray[np.float32]
    default_decades: NDArray[np.float32]
    """`decades` under PyTorch's default start"""
    usual_gain: NDArray[np.float64]
    """gains of the starts in `USUAL`, [candidates, starts]; NaN where there is none"""
    usual_decades: NDArray[np.float32]
    """`decades` under each of them without normalisation, [skips, depths, candidates, starts]"""
    usual_variance: NDArray[np.float32]
    """`variance` likewise"""


@cache
def tables() -> Tables:
    """The shipped tables. Raises RuntimeError when they were made for other candidates."""
    with np.load(FILE, allow_pickle=False) as stored:
        read = Tables(**{field.name: stored[field.name] for field in fields(Tables)})
    if tuple(read.names) != CANDIDATES:
        raise RuntimeError("the catalogue's candidates changed: run python -m models.theory.regenerate")
    return read


def compute(names: tuple[str, ...] = CANDIDATES, depths: NDArray[np.intp] = DEPTHS) -> Tables:
    """The tables for some candidates and depths, from quadrature on."""
    found = [averages(name) for name in names]
    table = pack(*(np.stack([getattr(a, part) for a in found]) for part in ("mean", "variance", "spread")))
    gains = [gains_of(a) for a in found]
    parts = [_family(table, names, gains, depths, kind, residual) for kind, residual in FAMILIES]
    columns: dict[str, Any] = {key: np.stack([part[key] for part in parts]) for key in parts[0]}
    return Tables(names=np.array(names), **columns, **_usual(table, names, gains, depths))


def _usual(
    table: NDArray[np.float64], names: tuple[str, ...], gains: list[Gains], depths: NDArray[np.intp]
) -> dict[str, Any]:
    """What the usual starts do in plain and in residual networks."""
    gain = np.array([usual_gains(name, g.forward, g.backward) for name, g in zip(names, gains, strict=True)])
    starts = [Start("tuned_normal", value) for value in np.nan_to_num(gain, nan=1.0).ravel().tolist()]
    paths = [
        follow(table, networks(starts, len(names), "none", residual), int(depths[-1])) for residual in (False, True)
    ]
    shape = (len(depths), len(names), len(USUAL))
    return {
        "usual_gain": gain,
        "usual_decades": _rounded([path.decades()[depths - 1].reshape(shape) for path in paths], 3),
        "usual_variance": _rounded([path.variance[depths - 1].reshape(shape) for path in paths], 6),
    }


def _rounded(values: list[NDArray[np.float64]], digits: int) -> NDArray[np.float32]:
    """Stacked and rounded, since digits that nobody reads do not compress."""
    return np.round(np.stack(values), digits).astype(np.float32)


def gains_of(found: Averages) -> Gains:
    """Exact gains at variance 1."""
    at = int(np.argmin(np.abs(VARIANCES - 1)))
    variance, second = found.variance[at], found.variance[at] + found.mean[at] ** 2
    return Gains(*(float(1 / np.sqrt(value)) for value in (second, variance, found.spread[at, 0])))


def _family(
    table: NDArray[np.float64],
    names: tuple[str, ...],
    gains: list[Gains],
    depths: NDArray[np.intp],
    kind: str,
    residual: bool,
) -> dict[str, NDArray[Any]]:
    """Choice and results of one family, arrays [depths, candidates]."""
    tried = [options(standard_start(name), gain, kind, residual) for name, gain in zip(names, gains, strict=True)]
    starts = [option.start for row in tried for option in row]
    trace = trace_of(table, starts, len(names), depths, kind, residual)
    option = choices(trace, np.array([[option.price for option in row] for row in tried]), residual)
    default = [default_start(name, "pytorch") for name in names]
    baseline = trace_of(table, default, len(names), depths, kind, residual)
    schemes = list(SCHEMES)
    chosen = {key: np.take_along_axis(value, option[..., None], axis=-1)[..., 0] for key, value in trace.items()}
    return {
        "scheme": _of_options(tried, option, lambda start: schemes.index(start.scheme)).astype(np.uint8),
        "gain": _of_options(tried, option, lambda start: start.gain),
        **{key: value.astype(np.float32) for key, value in chosen.items()},
        "default_decades": baseline["decades"][..., 0].astype(np.float32),
    }


def choices(trace: dict[str, NDArray[np.float64]], prices: NDArray[np.float64], residual: bool) -> NDArray[np.intp]:
    """The option to take [depths, candidates], from trajectories [depths, candidates, options] and their prices.

    A start is judged by its mean effect under the optimizers, so that it suits each of them.
    """
    judged = (effect(*(trace[key] for key in _JUDGED), residual=residual, optimizer=each).mean for each in OPTIMIZERS)
    cost = -sum(judged) / len(OPTIMIZERS)
    ties = 0.01 * np.minimum(np.abs(trace["decades"]) + trace["spread"], 100)
    return np.asarray(np.argmin(cost + ties + prices, axis=-1))


def networks(starts: list[Start], candidates: int, kind: str, residual: bool) -> Networks:
    """Networks for the starts of all candidates, one candidate after the other, equally many each."""
    size = len(starts)
    return Networks(
        row=np.repeat(np.arange(candidates), size // candidates),
        gain=np.array([start.gain for start in starts]),
        input_gain=np.array([start.input_gain for start in starts]),
        centred=np.array([start.centred or kind == "batch" for start in starts]),
        normalised=np.full(size, kind != "none"),
        residual=np.full(size, residual),
    )


def trace_of(
    table: NDArray[np.float64],
    starts: list[Start],
    candidates: int,
    depths: NDArray[np.intp],
    kind: str,
    residual: bool,
) -> dict[str, NDArray[np.float64]]:
    """Trajectories at the kept depths, arrays [depths, candidates, options]."""
    nets = networks(starts, candidates, kind, residual)
    swing = _SWING_OF_STREAM if residual else _SWING
    middle, less, more = (
        follow(table, replace(nets, input_gain=nets.input_gain * factor), int(depths[-1]))
        for factor in (1.0, 1 / swing, swing)
    )
    decades = middle.decades()
    layers = {
        "decades": decades,
        "spread": np.maximum(np.abs(less.decades() - decades), np.abs(more.decades() - decades)),
        "variance": middle.variance,
        "factor": middle.factor,
        "related": middle.related,
        "unrelated": middle.unrelated,
    }
    return {key: value[depths - 1].reshape(len(depths), candidates, -1) for key, value in layers.items()}


def _of_options(
    tried: list[tuple[Option, ...]], option: NDArray[np.intp], value: Callable[[Start], float]
) -> NDArray[np.float64]:
    """A value of the chosen starts, [depths, candidates]."""
    values = np.array([[value(option.start) for option in row] for row in tried])
    return values[np.arange(len(tried)), option]


_SWING = 1.12
"""Finite layers and unlike inputs put the length of a signal off by about this factor."""

_SWING_OF_STREAM = 1.5
"""The same where skips add up what the longest of the inputs does."""

_JUDGED = ("decades", "spread", "related", "unrelated")

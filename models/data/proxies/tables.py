"""Columns: Gaussian with a few shared directions, as in most tables; the columns themselves are the factors."""

from __future__ import annotations

import numpy as np

from models.data.proxies.teacher import Array

_DIRECTIONS = 6


def table_rows(rows: int, features: int, rng: np.random.Generator) -> Array:
    """Columns [rows, features]."""
    shared = rng.standard_normal((rows, min(_DIRECTIONS, features)))
    mixing = rng.standard_normal((shared.shape[1], features)) / np.sqrt(shared.shape[1])
    x: Array = shared @ mixing + 0.5 * rng.standard_normal((rows, features))
    return x

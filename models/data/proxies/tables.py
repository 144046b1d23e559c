"""Columns: Gaussian with a few shared directions, as in most tables; the columns themselves are the factors."""

from __future__ import annotations

import numpy as np

from models.data.proxies.teacher import Array, taught

_FACTORS = 6


def table_rows(rows: int, features: int, outputs: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Columns [rows, features] and signals [rows, outputs]."""
    factors = rng.standard_normal((rows, min(_FACTORS, features)))
    mixing = rng.standard_normal((factors.shape[1], features)) / np.sqrt(factors.shape[1])
    x: Array = factors @ mixing + 0.5 * rng.standard_normal((rows, features))
    return x, taught(x, outputs, rng)

"""Sentences of made-up words whose order matters.

The factors: which of two marked words comes first; how deep brackets are nested; how often one word stands right before
a certain other. None of them can be told from the words alone without their places.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.data.proxies.teacher import Array
from models.data.rows import RowShape

STEPS = 16
VOCABULARY = 10
_FIRST, _SECOND, _OPEN, _CLOSE, _BEFORE, _AFTER = range(6)
# Codes from 6 on mean nothing.

Codes = NDArray[np.int64]


def token_rows(rows: int, rng: np.random.Generator) -> tuple[Array, Array, RowShape]:
    """Codes [rows, STEPS], factors [rows, factors], and the shape of a row."""
    codes = rng.choice(np.arange(_OPEN, VOCABULARY), (rows, STEPS))
    _put_pairs(codes, rng)
    order = _put_marks(codes, rng)
    factors = np.stack([order, _depth(codes), _neighbours(codes)], axis=1)
    return codes.astype(np.float64), factors, RowShape("tokens", (STEPS,), vocabulary=VOCABULARY)


def _put_pairs(codes: Codes, rng: np.random.Generator) -> None:
    """Put the two words that may stand together into half of the rows: by chance alone they seldom do."""
    chosen = np.flatnonzero(rng.random(len(codes)) < 0.5)
    places = rng.integers(0, codes.shape[1] - 1, len(chosen))
    codes[chosen, places], codes[chosen, places + 1] = _BEFORE, _AFTER


def _put_marks(codes: Codes, rng: np.random.Generator) -> Array:
    """Put the two marked words somewhere in each row; 1 where the first comes first, else -1."""
    rows, steps = codes.shape
    places = np.argsort(rng.random((rows, steps)), axis=1)[:, :2]
    codes[np.arange(rows), places[:, 0]] = _FIRST
    codes[np.arange(rows), places[:, 1]] = _SECOND
    first: Array = np.where(places[:, 0] < places[:, 1], 1.0, -1.0)
    return first


def _depth(codes: Codes) -> Array:
    """The largest surplus of opened brackets anywhere in a row."""
    opened = np.cumsum((codes == _OPEN).astype(np.int64) - (codes == _CLOSE), axis=1)
    return np.asarray(opened.max(axis=1), np.float64)


def _neighbours(codes: Codes) -> Array:
    """How often the one word stands right before the other."""
    together = (codes[:, :-1] == _BEFORE) & (codes[:, 1:] == _AFTER)
    return np.asarray(together.sum(axis=1), np.float64)

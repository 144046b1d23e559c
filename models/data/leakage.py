"""Rows that would tell the answer across the split: found and taken out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MOST_REMOVED = 0.5
"""Share of the judging rows; where more are shared, features have few values and sharing is their nature."""

Features = NDArray[np.float64]


def first_occurrences(rows: Features) -> NDArray[np.int64]:
    """Indices of the rows that no earlier row equals; all NaN are equal, and so are 0 and -0."""
    _, first = np.unique(_keys(rows), return_index=True)
    return np.sort(first)


def without_shared(x: Features, valid: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], tuple[str, ...]]:
    """Which rows stay when judging rows with the features of a training row go, and what is to be said of it.

    A network that learned such a row by heart would be judged by it, whatever the targets of the two are.
    """
    keys = _keys(x)
    shared = valid & np.isin(keys, keys[~valid])
    count, of = int(shared.sum()), int(valid.sum())
    if count == 0:
        return np.ones(len(x), dtype=bool), ()
    if count > MOST_REMOVED * of:
        return np.ones(len(x), dtype=bool), (
            f"{count} of {of} judging rows have the features of a training row: there are few different rows",
        )
    return ~shared, (f"{count} judging rows were removed: a training row has the same features",)


def _keys(rows: Features) -> NDArray[np.void]:
    plain = np.ascontiguousarray(np.where(np.isnan(rows), np.nan, rows + 0.0))
    return plain.view(np.dtype((np.void, plain.dtype.itemsize * plain.shape[1]))).ravel()

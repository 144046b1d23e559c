"""How far what was measured in one network, of one activation, tells about another network and another activation."""

from __future__ import annotations

import numpy as np

from models.prior.features import Floats


def alike(first: Floats, second: Floats, length: float) -> Floats:
    """[first, second]: exp(-d^2 / 2 length^2), 0 to 1, for rows of features and their Euclidean distance d."""
    squares = np.square(first).sum(1)[:, None] + np.square(second).sum(1) - 2.0 * first @ second.T
    return np.asarray(np.exp(np.maximum(squares, 0.0) / (-2.0 * length**2)))

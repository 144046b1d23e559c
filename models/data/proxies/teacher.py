"""The teacher of all proxies: a random network that turns hidden factors into signals.

Half of its units are tanh and half are ReLU, so that neither smooth nor kinked students are at home.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_WIDTH = 16

Array = NDArray[np.float64]


def taught(x: Array, outputs: int, rng: np.random.Generator) -> Array:
    """Outputs [rows, outputs] of a random network of two hidden layers, each with mean 0 and variance 1."""
    hidden = scaled(x)
    for _ in range(2):
        raw = hidden @ rng.standard_normal((hidden.shape[1], _WIDTH)) / np.sqrt(hidden.shape[1])
        raw = 1.5 * raw + 0.3 * rng.standard_normal(_WIDTH)
        half = _WIDTH // 2
        hidden = scaled(np.concatenate([np.tanh(raw[:, :half]), np.maximum(raw[:, half:], 0)], axis=1))
    return scaled(hidden @ rng.standard_normal((_WIDTH, outputs)))


def scaled(values: Array) -> Array:
    """Columns with mean 0 and variance 1; constant ones are 0."""
    spread = values.std(axis=0)
    made: Array = (values - values.mean(axis=0)) / np.where(spread > 1e-9, spread, 1.0)
    return made

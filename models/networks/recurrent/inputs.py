"""Rows of sequences as recurrent layers take them, step by step, and where they end.

A row is (steps, channels), or (steps,) of tokens. With variable lengths a step that is NaN in every channel, or the
token -1, is no step: the state stays what it was. So after the last step of a row its state is carried to the end, and
a missing step in between is passed over.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.activations.base import Array
from models.networks.shapes import RecurrentShape

Ended = NDArray[np.bool_]
"""[steps, M, 1, rows], or one step of it: whether a step of a row is none."""


def by_step(shape: RecurrentShape, x: Array) -> Array:
    """Rows [..., rows, features] as views [..., rows, steps, channels]; one channel where a row has tokens."""
    steps, *channels = shape.sizes
    return x.reshape(*x.shape[:-1], steps, *(channels or (1,)))


def absent_steps(shape: RecurrentShape, stepped: Array) -> NDArray[np.bool_] | None:
    """[..., rows, steps]: whether a step is none; None where rows have all their steps."""
    if not shape.variable_lengths:
        return None
    missing: NDArray[np.bool_] = np.isnan(stepped) if shape.vocabulary is None else stepped < 0
    return np.asarray(missing.all(axis=-1))


def present_values(shape: RecurrentShape, stepped: Array) -> Array:
    """The channels with 0 for what is missing: the mean of standardised values."""
    return np.nan_to_num(stepped, nan=0.0, posinf=np.inf, neginf=-np.inf) if shape.variable_lengths else stepped

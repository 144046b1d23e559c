"""Which steps are there, which steps each step may attend to, and how the steps are averaged at the end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.activations.base import Array


@dataclass(frozen=True)
class Sight:
    """Steps of rows, shared by members: a first axis of size 1 stands for all shares, a second one for all rows.

    present     [shares, rows, steps], or None where all steps are there
    allowed     [shares, rows, 1, keys, queries]: 1 where a query may attend to a key, else 0; None: everywhere
    weights     [shares, 1, rows, steps]: the share of each step in the mean over its row
    """

    present: NDArray[np.bool_] | None
    allowed: Array | None
    weights: Array


def sight(present: NDArray[np.bool_] | None, steps: int, causal: bool, dtype: np.dtype[np.floating]) -> Sight:
    """The sight of rows whose steps are `present`; causal steps attend to none that comes later.

    Every step attends to itself, even one that is absent: nothing else sees what it makes of it, and no step is left
    without anything to attend to. A row without steps has weights of zero.
    """
    order = np.tri(steps, dtype=bool).T if causal else np.ones((steps, steps), bool)
    if present is None:
        weights = np.full((1, 1, 1, steps), 1 / steps, dtype)
        return Sight(None, order[None, None, None].astype(dtype) if causal else None, weights)
    allowed = present[:, :, None, :, None] & order | np.eye(steps, dtype=bool)
    lengths = np.maximum(present.sum(axis=-1, keepdims=True), 1)
    return Sight(present, allowed.astype(dtype), (present / lengths).astype(dtype)[:, None])

"""Arrays that layers of one shape share, because no two of them use theirs at the same time."""

from __future__ import annotations

from typing import Any

import numpy as np

from models.activations.base import Array


class Buffers:
    """Arrays by name and shape, which start as zeros: what no user ever writes to stays zero."""

    def __init__(self, dtype: np.dtype[Any]) -> None:
        self.dtype = dtype
        self._shared: dict[tuple[str, tuple[int, ...]], Array] = {}

    def shared(self, name: str, shape: tuple[int, ...]) -> Array:
        """The one array of this name and shape."""
        if (name, shape) not in self._shared:
            self._shared[name, shape] = self.own(shape)
        return self._shared[name, shape]

    def own(self, shape: tuple[int, ...]) -> Array:
        """An array for the caller alone."""
        return np.zeros(shape, self.dtype)

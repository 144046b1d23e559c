"""Pooling of values [M, channels, height, width, rows] over windows of at most 2 x 2 places, side by side.

Ties of the maximum go to the first place of the window, from left to right and from top to bottom.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from models.activations.base import Array
from models.networks.conv.buffers import Buffers
from models.networks.conv.geometry import LayerSizes


class Pooling(ABC):
    """One layer's pooling, along the width and then along the height."""

    def __init__(self, sizes: LayerSizes, leading: tuple[int, int], rows: int, buffers: Buffers) -> None:
        self.sizes = sizes
        self.narrow = buffers.own((*leading, sizes.outputs[0], sizes.pooled[1], rows))
        self._between = buffers.shared("pooling", self.narrow.shape)
        self._first = buffers.shared("pooling's first", (*leading, *sizes.outputs, rows))

    def forward(self, value: Array, stream: Array) -> None:
        """Pool `value` into `stream`."""
        self.pool(*self._columns(value), out=self.narrow)
        self.pool(*self._lines(self.narrow), out=stream)

    def backward(self, value: Array, stream_gradient: Array, delta: Array) -> None:
        """Write the gradient at `value` into `delta`, from that at the stream, after `forward`."""
        between = self._between
        self._undo(self._lines(self.narrow), stream_gradient, self._lines(between))
        between[..., self.sizes.pooled[0] * self.sizes.window[0] :, :, :] = 0
        self._undo(self._columns(value), between, self._columns(delta))
        delta[..., self.sizes.pooled[1] * self.sizes.window[1] :, :] = 0

    def infer(self, value: Array) -> Array:
        """The pooled value, as a new array."""
        halves = self._columns(value)
        narrow = np.empty_like(halves[0])
        self.pool(*halves, out=narrow)
        halves = self._lines(narrow)
        stream = np.empty_like(halves[0])
        self.pool(*halves, out=stream)
        return stream

    @staticmethod
    @abstractmethod
    def pool(first: Array, second: Array | None = None, *, out: Array) -> None:
        """Pool two halves into one array, or one where the axis has one place."""

"""Pooling of values [M, channels, height, width, rows]: along the width, then along the height, two places into one.

Ties of the maximum go to the first place of a window, from left to right and from top to bottom.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np

from models.activations.base import Array
from models.networks.conv.buffers import Buffers
from models.networks.conv.geometry import LayerSizes

_HEIGHT, _WIDTH = 2, 3


class Pooling(ABC):
    """One layer's pooling."""

    def __init__(self, sizes: LayerSizes, members: int, rows: int, buffers: Buffers) -> None:
        height, width = sizes.window
        self._axes = [axis for axis, window in ((_WIDTH, width), (_HEIGHT, height)) if window == 2]
        between = (members, sizes.width, sizes.outputs[0], sizes.pooled[1], rows)
        self._narrow = [buffers.own(between)] if len(self._axes) == 2 else []
        self._narrow_gradient = [buffers.shared("pooling", between)] if self._narrow else []

    def forward(self, value: Array, stream: Array) -> None:
        """Pool `value` into `stream`."""
        stages = [value, *self._narrow, stream]
        for axis, before, after in zip(self._axes, stages, stages[1:], strict=False):
            self._pool(*_halves(before, axis), after)

    def backward(self, value: Array, stream_gradient: Array, delta: Array) -> None:
        """Write the gradient at `value` into `delta`, from that at the stream, after `forward`."""
        stages = [value, *self._narrow]
        gradients = [delta, *self._narrow_gradient, stream_gradient]
        for place in reversed(range(len(self._axes))):
            axis, before = self._axes[place], gradients[place]
            before[(slice(None),) * axis + (slice(2 * gradients[place + 1].shape[axis], None),)] = 0
            self._undo(*_halves(stages[place], axis), gradients[place + 1], *_halves(before, axis))

    def infer(self, value: Array) -> Array:
        """The pooled value, as a new array."""
        for axis in self._axes:
            first, second = _halves(value, axis)
            value = np.empty(first.shape, first.dtype)
            self._pool(first, second, value)
        return value

    @abstractmethod
    def _pool(self, first: Array, second: Array, out: Array) -> None:
        """Pool two places into one."""

    @abstractmethod
    def _undo(self, first: Array, second: Array, gradient: Array, to_first: Array, to_second: Array) -> None:
        """Hand the gradient at the pooled places to the places they came from."""


class MaxPooling(Pooling):
    """The larger of two places."""

    def _pool(self, first: Array, second: Array, out: Array) -> None:
        np.maximum(first, second, out=out)

    def _undo(self, first: Array, second: Array, gradient: Array, to_first: Array, to_second: Array) -> None:
        np.greater_equal(first, second, out=to_first)
        np.multiply(gradient, to_first, out=to_first)
        np.subtract(gradient, to_first, out=to_second)


class AveragePooling(Pooling):
    """The mean of two places."""

    def _pool(self, first: Array, second: Array, out: Array) -> None:
        np.add(first, second, out=out)
        np.multiply(out, 0.5, out=out)

    def _undo(self, first: Array, second: Array, gradient: Array, to_first: Array, to_second: Array) -> None:
        np.multiply(gradient, 0.5, out=to_first)
        np.copyto(to_second, to_first)


def _halves(value: Array, axis: int) -> tuple[Array, Array]:
    """The first and the second places of all windows; one left over at the end is in neither."""
    leading = (slice(None),) * axis
    size = value.shape[axis] // 2 * 2
    return value[(*leading, slice(0, size, 2))], value[(*leading, slice(1, size, 2))]


def make_pooling(kind: str, sizes: LayerSizes, members: int, rows: int, buffers: Buffers) -> Pooling | None:
    """The pooling of one layer: none where its window is one place."""
    if sizes.window == (1, 1):
        return None
    made = MaxPooling if kind == "max" else AveragePooling
    return made(sizes, members, rows, buffers)

"""Convolutions without strides by a compiled kernel, and the gradients of their weights.

Planes are contiguous [M, channels, height, width, rows], M of the inputs and of the outputs; of inputs alone there may
be fewer, which members take by turns. Weights are any view [M, outputs, kernel height, kernel width, inputs].

Kernels of two to five columns go by points (see `source/convolution.h`), which takes about half the products, where
that is worth the turning into points and back. A result is then some 5e-7 of its size off, five times as much as a
plain sum, and a number that is none takes those made together with it along.
"""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any

import numpy as np

from models.activations.base import Array
from models.kernels.library import address, kernel

Pair = tuple[int, int]

_NUMBER, _ARRAY = ctypes.c_long, ctypes.c_void_p
_ROWS, _LANES, _POINTS = 16, 8, 6
_LEAST_CHANNELS = 4
_FIELDS = (
    "members", "shares", "rows", "inputs", "input_height", "input_width", "outputs", "output_height", "output_width",
    "height", "width", "above", "left", "by_member", "by_output", "by_line", "by_column", "by_input",
    "points", "tile", "tiles",
)  # fmt: skip

_LINES = {
    "input_height": "input_width", "output_height": "output_width", "height": "width", "above": "left",
    "by_line": "by_column",
}  # fmt: skip


class _Sizes(ctypes.Structure):
    """`struct convolution`."""

    _fields_ = tuple((name, _NUMBER) for name in _FIELDS)


class Taps:
    """made[o, y, x] = sum over c, i, j of weights[o, i, j, c] * seen[c, y + i - above, x + j - left]."""

    def __init__(self, weights: Array, seen: tuple[int, ...], made: tuple[int, ...], padding: Pair) -> None:
        """For planes of these shapes. The weights are read at every call, and must stay where they are."""
        assert weights.shape == (made[0], made[1], *weights.shape[2:4], seen[1])
        assert weights.dtype == np.float32
        assert made[0] % seen[0] == 0
        assert seen[-1] == made[-1]
        self.weights, self.seen, self.made = weights, seen, made
        planes = (made[0], seen[0], seen[-1], *seen[1:4], *made[1:4])
        strides = (stride // weights.itemsize for stride in weights.strides)
        given = (*planes, *weights.shape[2:4], *padding, *strides)
        sizes = _chosen(dict(zip(_FIELDS, given, strict=False)))
        self._sizes = _Sizes(**sizes)
        inputs, outputs, learned = _room(sizes)
        self.room = inputs + learned
        """Numbers that `convolve` needs to work in; `gradient_room` alike."""
        self.gradient_room = inputs + outputs + _LANES * (learned + made[1])

    def convolve(self, seen: Array, made: Array, work: Array, bias: Array | None, passed: Array | None) -> None:
        """Write the sums, with biases [M, outputs] and what was passed, which may be `made`.

        `made` may also be `seen`, where both have one shape.
        """
        self._check(seen, made)
        assert work.size >= self.room
        if passed is not None:
            self._check(seen, passed)
        base = None if passed is None else address(passed)
        planes = address(seen), address(self.weights)
        _convolve()(ctypes.byref(self._sizes), *planes, *_by_member(bias), base, address(made), address(work))

    def gradients(self, seen: Array, delta: Array, work: Array, weights: Array, bias: Array | None) -> None:
        """Write the gradients of the weights, an array laid out like them, and of the biases [M, outputs]."""
        self._check(seen, delta)
        assert work.size >= self.gradient_room
        assert (weights.shape, weights.strides) == (self.weights.shape, self.weights.strides)
        arrays = address(seen), address(delta), address(weights)
        _gradients()(ctypes.byref(self._sizes), *arrays, *_by_member(bias), address(work))

    def _check(self, seen: Array, made: Array) -> None:
        assert (seen.shape, made.shape) == (self.seen, self.made)
        assert seen.dtype == made.dtype == np.float32
        assert seen.flags.c_contiguous
        assert made.flags.c_contiguous


def _chosen(sizes: dict[str, int]) -> dict[str, int]:
    """Sizes with the choice whether to go by points. A line that does not becomes a column, for longer runs."""
    width, made = sizes["width"], sizes["output_width"]
    tile = _POINTS + 1 - width if 1 < width < _POINTS else 1
    tiles = -(-made // tile)
    enough = min(sizes["inputs"], sizes["outputs"]) >= _LEAST_CHANNELS
    points = enough and tile > 1 and 4 * _POINTS * tiles < 3 * width * made
    sizes = sizes | {"points": int(points), "tile": tile, "tiles": tiles}
    if points or (sizes["input_height"], sizes["output_height"], sizes["height"]) != (1, 1, 1):
        return sizes
    turned = {line: sizes[column] for line, column in _LINES.items()}
    return sizes | turned | {"input_width": 1, "output_width": 1, "width": 1, "left": 0}


def _room(sizes: dict[str, int]) -> tuple[int, int, int]:
    """Numbers of a tile of rows of inputs, and of outputs, as they are laid out; and of one member's weights."""
    points = _POINTS * sizes["tiles"] * sizes["points"]
    inputs, outputs = (
        _ROWS * sizes[f"{name}s"] * sizes[f"{name}_height"] * (points or sizes[f"{name}_width"])
        for name in ("input", "output")
    )
    taps = sizes["height"] * (_POINTS if points else sizes["width"])
    return inputs, outputs, taps * sizes["inputs"] * sizes["outputs"]


def _by_member(bias: Array | None) -> tuple[int | None, int]:
    """The address of biases, and how far members lie apart."""
    if bias is None:
        return None, 0
    assert bias.shape[1] == 1 or bias.strides[1] == bias.itemsize
    return address(bias), bias.strides[0] // bias.itemsize


@cache
def _convolve() -> Any:
    return kernel("convolve", _ARRAY, _ARRAY, _ARRAY, _ARRAY, _NUMBER, _ARRAY, _ARRAY, _ARRAY)


@cache
def _gradients() -> Any:
    return kernel("convolution_gradients", _ARRAY, _ARRAY, _ARRAY, _ARRAY, _ARRAY, _NUMBER, _ARRAY)

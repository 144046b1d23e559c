"""Steps of recurrent cells by kernels, over arrays that stay where they are.

A step's arrays are known when its layer is made, so their addresses are taken once; only the gradient at the state
comes from elsewhere at every call.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.activations.base import Activation, Array
from models.kernels.library import address, kernel, member_stride

WIDE, LANES = 16, 8
"""Columns of a panel, and numbers of a vector, as the kernels have them."""
_NUMBER, _ARRAY = ctypes.c_long, ctypes.c_void_p
_FLOAT = 4
Fixed = int | Array | NDArray[np.bool_]
"""A number, or an array that stays where it is."""


def step(name: str, *fixed: Fixed) -> Callable[[], None]:
    """A kernel with all its arguments. The caller keeps the arrays, and each has gaps between members at most."""
    return _given(name, fixed)


def step_from(name: str, *fixed: Fixed, arrays: int = 1) -> Callable[..., None]:
    """A kernel with all its arguments but the last: arrays [M, ..., rows], each with the distance of members."""
    run = _given(name, fixed, *(_ARRAY, _NUMBER) * arrays)

    def from_one(array: Array) -> None:
        run(address(array), array.strides[0] // _FLOAT)

    def from_two(array: Array, other: Array) -> None:
        run(address(array), array.strides[0] // _FLOAT, address(other), other.strides[0] // _FLOAT)

    return from_one if arrays == 1 else from_two


def apply_at(activation: Activation, z: Array, work: Array) -> Callable[[], None] | None:
    """The kernel's `apply` at arrays [M, ..., rows] that stay; None where the activation has none."""
    name = getattr(activation, "compiled", None)
    if name is None:
        return None
    sizes = len(z), z[0].size
    if _leaves_slope(activation):
        return step(name, *sizes, *strided(z), *strided(work))
    return step(name, *sizes, *strided(z))


def pull_at(activation: Activation, value: Array, work: Array) -> Callable[[Array], None] | None:
    """The kernel's `pull` of any gradient, for values and work that stay; None where the activation has none."""
    if getattr(activation, "compiled", None) is None:
        return None
    name, kept = (
        ("scale_by_slope", work) if _leaves_slope(activation) else (getattr(activation, "compiled_pull", ""), value)
    )
    run = _given(name, (len(value), value[0].size), _ARRAY, _NUMBER, _ARRAY, _NUMBER)
    place, stride = address(kept), member_stride(kept)

    def pull(delta: Array) -> None:
        run(address(delta), delta.strides[0] // _FLOAT, place, stride)

    return pull


def _leaves_slope(activation: Activation) -> bool:
    return not hasattr(activation, "compiled_pull")


def room_for_panel(blocks: int, columns: int, rows: int) -> Array:
    """Scratch for products of matrices [blocks, columns] with [columns, rows], there and back."""
    return np.empty((max(columns + blocks, rows), WIDE), np.float32)


def strided(array: Array) -> tuple[Array, int]:
    """An array, and how far its members lie apart, in numbers."""
    return array, member_stride(array)


def _given(name: str, fixed: tuple[Fixed, ...], *more: Any) -> Callable[..., None]:
    types = [_NUMBER if isinstance(argument, int) else _ARRAY for argument in fixed]
    return partial(kernel(name, *types, *more), *map(_passed, fixed))


def _passed(argument: Fixed) -> int:
    if isinstance(argument, int):
        return argument
    member_stride(argument)
    return address(argument)

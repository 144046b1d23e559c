"""Activations of a number alone, by kernels that go over arrays of any shape in one pass."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from functools import cache
from math import prod
from typing import Any, ClassVar

import numpy as np

from models.activations.base import Activation, Array
from models.kernels.library import FLOAT, Layout, address, kernel, layout

_SIZES = (ctypes.c_long, ctypes.c_long)
_ARRAY = (ctypes.c_void_p, ctypes.c_long)
_FLOAT = 4


def runs(array: Array) -> tuple[int, int, int] | None:
    """(runs, numbers of each, distance of their beginnings) of a float32 array whose first axis alone may have gaps.

    None for other arrays.
    """
    return _runs(layout(array))


@cache
def _runs(array: Layout) -> tuple[int, int, int] | None:
    kind, shape, strides = array
    expected = _FLOAT
    for size, stride in zip(shape[:0:-1], strides[:0:-1], strict=True):
        if size > 1 and stride != expected:
            return None
        expected *= size
    inner, close = prod(shape[1:]), shape[0] <= 1 or strides[0] == expected
    found = (1, prod(shape), prod(shape)) if close else (shape[0], inner, strides[0] // _FLOAT)
    return found if kind == FLOAT else None


@cache
def _pair(first: Layout, second: Layout) -> tuple[int, int, int, int] | None:
    """Runs, numbers of each, and the distances in both arrays, which have one shape."""
    one, two = _runs(first), _runs(second)
    if one is None or two is None:
        return None
    count = max(one[0], two[0])
    size = prod(first[1]) // max(1, count)
    first_stride, second_stride = (size if made[0] == 1 else made[2] for made in (one, two))
    return count, size, first_stride, second_stride


@cache
def _one(name: str) -> Any:
    return kernel(name, *_SIZES, *_ARRAY)


@cache
def _two(name: str) -> Any:
    return kernel(name, *_SIZES, *_ARRAY, *_ARRAY)


def _both(name: str, first: Array, second: Array) -> bool:
    """Run a kernel over two arrays of one shape; False, and nothing done, where they are not made of runs."""
    found = _pair(layout(first), layout(second))
    if found is None:
        return False
    count, size, one, two = found
    _two(name)(count, size, address(first), one, address(second), two)
    return True


def _pull(name: str, delta: Array, kept: Array) -> None:
    if not _both(name, delta, kept):
        copied = np.ascontiguousarray(delta)
        _both(name, copied, kept)
        delta[...] = copied


class WithSlope(Activation):
    """By a kernel that leaves the slope in `work`."""

    compiled: ClassVar[str]

    def apply(self, z: Array, work: Array, parameters: Sequence[Array] = ()) -> None:
        """z <- f(z); work <- f'(z)."""
        if not _both(self.compiled, z, work):
            super().apply(z, work, parameters)  # type: ignore[safe-super]  # the catalogue's class comes next

    def pull(
        self, delta: Array, value: Array, work: Array, parameters: Sequence[Array] = (), gradients: Sequence[Array] = ()
    ) -> None:
        """delta <- delta * f'(x)."""
        if runs(value) is None or runs(work) is None:
            super().pull(delta, value, work, parameters, gradients)  # type: ignore[safe-super]  # as in apply
        else:
            np.multiply(delta, work, out=delta)


class ByValue(Activation):
    """By one kernel for the value, and one that has the slope from the value."""

    compiled: ClassVar[str]
    compiled_pull: ClassVar[str]

    def apply(self, z: Array, work: Array, parameters: Sequence[Array] = ()) -> None:
        """z <- f(z)."""
        found = runs(z)
        if found is None:
            super().apply(z, work, parameters)  # type: ignore[safe-super]  # the catalogue's class comes next
        else:
            _one(self.compiled)(found[0], found[1], address(z), found[2])

    def pull(
        self, delta: Array, value: Array, work: Array, parameters: Sequence[Array] = (), gradients: Sequence[Array] = ()
    ) -> None:
        """delta <- delta * f'(x)."""
        if runs(value) is None:
            super().pull(delta, value, work, parameters, gradients)  # type: ignore[safe-super]  # as in apply
        else:
            _pull(self.compiled_pull, delta, value)

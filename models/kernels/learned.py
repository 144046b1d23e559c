"""Activations with a number that training learns, per unit or per layer, by kernels that also sum its gradient.

What they leave in `work` is what the catalogue's classes leave there, so that either can do the other's `pull`.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from functools import cache
from math import prod
from typing import Any, ClassVar

from models.activations.base import Activation, Array
from models.kernels.library import FLOAT, Layout, address, kernel, layout

_NUMBER, _ARRAY = ctypes.c_long, ctypes.c_void_p
_SIZES = (_NUMBER,) * 3
_STRIDED = (_ARRAY, _NUMBER)
_TWICE_STRIDED = (_ARRAY, _NUMBER, _NUMBER)
_FLOAT = 4
Distances = tuple[tuple[int, int, int], int, int, tuple[int, int], tuple[int, int]]
"""Sizes; from member to member of z, delta and work, and from one half of the work to the other; `_apart`."""


class Learned(Activation):
    """By a kernel for the value, and one for the gradients at the input and of the number.

    Arrays [M, units, ...] with gaps between members alone go there, where the number is [M or 1, units or 1, 1, ...].
    """

    learned: ClassVar[str]

    def apply(self, z: Array, work: Array, parameters: Sequence[Array] = ()) -> None:
        """z <- f(z); work as in the catalogue."""
        (number,) = parameters
        found = _distances(layout(z), layout(z), layout(work), layout(number))
        if found is None:
            super().apply(z, work, parameters)  # type: ignore[safe-super]  # the catalogue's class comes next
        else:
            sizes, stride, _, parts, apart = found
            _applies(self.learned)(*sizes, address(z), stride, address(work), *parts, address(number), *apart)

    def pull(
        self, delta: Array, value: Array, work: Array, parameters: Sequence[Array] = (), gradients: Sequence[Array] = ()
    ) -> None:
        """delta <- delta * f'(x); the gradient of the number is added into `gradients`."""
        (number,) = parameters
        found = _distances(layout(value), layout(delta), layout(work), layout(number))
        added = _apart(layout(value), layout(gradients[0])) if gradients else (0, 0)
        if found is None or added is None:
            super().pull(delta, value, work, parameters, gradients)  # type: ignore[safe-super]  # as in apply
        else:
            sizes, stride, delta_stride, parts, apart = found
            kept = (address(value), stride, address(work), *parts, address(number), *apart)
            gradient = address(gradients[0]) if gradients else None
            _pulls(f"{self.learned}_pull")(*sizes, address(delta), delta_stride, *kept, gradient, *added)


@cache
def _applies(name: str) -> Any:
    return kernel(name, *_SIZES, *_STRIDED, *_TWICE_STRIDED, *_TWICE_STRIDED)


@cache
def _pulls(name: str) -> Any:
    return kernel(name, *_SIZES, *_STRIDED, *_STRIDED, *_TWICE_STRIDED, *_TWICE_STRIDED, *_TWICE_STRIDED)


@cache
def _distances(z: Layout, delta: Layout, work: Layout, numbers: Layout) -> Distances | None:
    """How far apart things lie, found once for each layout; None where the kernels take no such arrays."""
    shape = z[1]
    apart = _apart(z, numbers)
    if apart is None or delta[1] != shape or not all(_is_whole(one, shape) for one in (z, delta, work)):
        return None
    stride, delta_stride, work_stride = (one[2][-len(shape)] // _FLOAT for one in (z, delta, work))
    gap = work[2][0] // _FLOAT if len(work[1]) > len(shape) else 0
    return (shape[0], shape[1], prod(shape[2:])), stride, delta_stride, (work_stride, gap), apart


def _is_whole(array: Layout, shape: tuple[int, ...]) -> bool:
    """Whether it is float32 [..., M, units, ...], with gaps between members alone."""
    kind, _, strides = array
    expected = _FLOAT
    for size, stride in zip(shape[:0:-1], strides[::-1], strict=False):
        if size > 1 and stride != expected:
            return False
        expected *= size
    return kind == FLOAT and len(shape) > 2


@cache
def _apart(z: Layout, numbers: Layout) -> tuple[int, int] | None:
    """Numbers from one of a member to the next member's, and from unit to unit; 0 where there is one for all.

    None unless there is one for each unit or layer, of all members or of each.
    """
    kind, shape, strides = numbers
    if kind != FLOAT or len(shape) != len(z[1]) or prod(shape[2:]) != 1:
        return None
    if any(size not in (1, other) for size, other in zip(shape[:2], z[1][:2], strict=True)):
        return None
    by_member, by_unit = (
        0 if size == 1 else stride // _FLOAT for size, stride in zip(shape, strides[:2], strict=False)
    )
    return by_member, by_unit

"""Normalisations by compiled kernels; see `models.networks.normalization`, and that of attention.

Members of z, x, out, delta, scale, shift and gradients may lie apart; what is kept for the way back lies close.
"""

from __future__ import annotations

from ctypes import c_long, c_void_p
from functools import cache
from typing import Any

import numpy as np

from models.activations.base import Array
from models.kernels.library import address, kernel, member_stride

_PLACED = (c_void_p, c_long)
_LANES = 8


def normalize(
    x: Array, scale: Array, shift: Array | None, standard: Array, inverse: Array, out: Array, *, centres: bool
) -> None:
    """Over the width of each place: write standard, inverse and out from x, which may be out. RMS does not centre.

    x, standard, out [M, width, places], inverse [M, 1, places], scale and shift [M, width, 1].
    """
    kept = _close(standard), _close(inverse)
    _kernels()[0](centres, *x.shape, *_placed(x), *_placed(scale), *_placed(shift), *kept, *_placed(out))


def normalize_backward(
    delta: Array,
    scale: Array,
    standard: Array,
    inverse: Array,
    scale_gradient: Array,
    shift_gradient: Array | None,
    *,
    centres: bool,
) -> None:
    """Replace delta, the gradient at out, by that at x, and write those of scale and, where there is one, shift."""
    sums = np.empty((2, delta.shape[1], _LANES), np.float32)
    kept, gradients = (_close(standard), _close(inverse)), (*_placed(scale_gradient), *_placed(shift_gradient))
    _kernels()[1](centres, *delta.shape, *_placed(delta), *_placed(scale), *kept, *gradients, address(sums))


def normalize_units(
    z: Array, scale: Array, shift: Array, centred: Array, mean: Array, variance: Array, inverse: Array
) -> None:
    """Over the rows of each unit: replace z [M, units, rows], and write the others.

    centred is like z; scale, shift, mean, variance and inverse are [M, units, 1].
    """
    kept = map(_close, (centred, mean, variance, inverse))
    _kernels()[2](*z.shape, *_placed(z), *_placed(scale), *_placed(shift), *kept)


def normalize_units_backward(
    delta: Array, scale: Array, centred: Array, inverse: Array, scale_gradient: Array, shift_gradient: Array
) -> None:
    """Replace delta, the gradient at what became of z, by that at z, and write those of scale and shift."""
    kept, gradients = (_close(centred), _close(inverse)), (*_placed(scale_gradient), *_placed(shift_gradient))
    _kernels()[3](*delta.shape, *_placed(delta), *_placed(scale), *kept, *gradients)


def _close(array: Array) -> int:
    assert array.flags.c_contiguous
    return address(array)


def _placed(array: Array | None) -> tuple[int | None, int]:
    return (None, 0) if array is None else (address(array), member_stride(array))


@cache
def _kernels() -> tuple[Any, ...]:
    """Those of places, forward and back, and those of units."""
    three, four, two_kept = [c_long] * 3, [c_long] * 4, (c_void_p, c_void_p)
    return (
        kernel("normalize", *four, *_PLACED, *_PLACED, *_PLACED, *two_kept, *_PLACED),
        kernel("normalize_backward", *four, *_PLACED, *_PLACED, *two_kept, *_PLACED, *_PLACED, c_void_p),
        kernel("normalize_units", *three, *_PLACED, *_PLACED, *_PLACED, *two_kept, *two_kept),
        kernel("normalize_units_backward", *three, *_PLACED, *_PLACED, *two_kept, *_PLACED, *_PLACED),
    )

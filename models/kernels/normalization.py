"""Layer and RMS normalisation of streams by compiled kernels; see `models.networks.attention.normalization`."""

from __future__ import annotations

from ctypes import c_long, c_void_p
from functools import cache
from typing import Any

import numpy as np

from models.activations.base import Array
from models.kernels.library import address, kernel, member_stride

_PLACED = (c_void_p, c_long)
_LANES = 8


def normalize(x: Array, scale: Array, shift: Array | None, standard: Array, inverse: Array, out: Array) -> None:
    """Write standard, inverse and out from x; x and out may be one array.

    x, standard, out [M, width, places], inverse [M, 1, places], scale and shift [M, width, 1]; members may lie apart,
    but not those of standard and inverse.
    """
    assert standard.flags.c_contiguous
    assert inverse.flags.c_contiguous
    _forward()(
        *x.shape, *_placed(x), *_placed(scale), *_placed(shift), address(standard), address(inverse), *_placed(out)
    )


def normalize_backward(
    delta: Array, scale: Array, standard: Array, inverse: Array, scale_gradient: Array, shift_gradient: Array | None
) -> None:
    """Replace delta, the gradient at out, by that at x, and write those of scale and, where there is one, shift."""
    sums = np.empty((2, delta.shape[1], _LANES), np.float32)
    _backward()(
        *delta.shape,
        *_placed(delta),
        *_placed(scale),
        address(standard),
        address(inverse),
        *_placed(scale_gradient),
        *_placed(shift_gradient),
        address(sums),
    )


def _placed(array: Array | None) -> tuple[int | None, int]:
    return (None, 0) if array is None else (address(array), member_stride(array))


@cache
def _forward() -> Any:
    sizes = (c_long, c_long, c_long)
    return kernel("normalize", *sizes, *_PLACED, *_PLACED, *_PLACED, c_void_p, c_void_p, *_PLACED)


@cache
def _backward() -> Any:
    sizes = (c_long, c_long, c_long)
    return kernel("normalize_backward", *sizes, *_PLACED, *_PLACED, c_void_p, c_void_p, *_PLACED, *_PLACED, c_void_p)

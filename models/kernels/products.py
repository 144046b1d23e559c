"""Products of the small matrices of networks with long streams [M, channels, places].

BLAS packs both sides of a product before it begins; for a few dozen channels and many places this costs more than it
brings, so there a kernel multiplies without. Elsewhere, and without kernels, the products are NumPy's.
"""

from __future__ import annotations

from ctypes import Structure, addressof, c_long, c_void_p
from functools import cache
from typing import Any

import numpy as np

from models.activations.base import Array
from models.kernels.library import address, compiles, kernel

FEWEST_PLACES = 512
MOST_WEIGHTS = 2**13
"""Where the kernels were measured to be faster than OpenBLAS: the weights stay in the first cache."""
MOST_INNER = 512
"""Lines that the kernel has room for."""

_FLOAT = 4


def multiply(left: Array, right: Array, out: Array) -> None:
    """out [M, rows, places] <- left [M, rows, inner] @ right [M, inner, places]."""
    if _is_for_kernel(left, right, out) and left.shape[2] <= MOST_INNER:
        _call("stream_product", left, right, out, left.shape[2])
    else:
        np.matmul(left, right, out=out)


def multiply_transposed(left: Array, right: Array, out: Array) -> None:
    """out [M, rows, others] <- left [M, rows, places] @ right [M, others, places] transposed."""
    if _is_for_kernel(out, right, left):
        _call("stream_gram", left, right, out, right.shape[1])
    else:
        np.matmul(left, right.swapaxes(1, 2), out=out)


def _is_for_kernel(weights: Array, right: Array, stream: Array) -> bool:
    few = weights.shape[1] * weights.shape[2] <= MOST_WEIGHTS and stream.shape[2] >= FEWEST_PLACES
    return few and compiles(stream.dtype) and right.strides[2] == stream.strides[2] == _FLOAT


def _call(name: str, left: Array, right: Array, out: Array, inner: int) -> None:
    places = right.shape[2]
    sides = [_Matrix(address(array), *(stride // _FLOAT for stride in array.strides)) for array in (left, right, out)]
    _kernel(name)(len(out), left.shape[1], inner, places, *map(addressof, sides))


class _Matrix(Structure):
    """`matrix` in the kernel's source."""

    _fields_ = (("at", c_void_p), *((name, c_long) for name in ("member", "row", "column")))


@cache
def _kernel(name: str) -> Any:
    return kernel(name, *[c_long] * 4, *[c_void_p] * 3)

"""The library of compiled kernels, where it was built: functions of C by name, or None.

A kernel takes sizes, strides in numbers (not bytes), factors, and the addresses of float32 arrays. Which, its header
in `source` says; each caller in this package checks shapes and strides before it passes an address.
"""

from __future__ import annotations

import ctypes
import os
import platform
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.kernels.build import library_path

SWITCH = "ACTWISE_KERNELS"
"""Set to `off`, this environment variable leaves the kernels out; the service's settings check its spelling."""


@cache
def library() -> ctypes.CDLL | None:
    """The library; None where it is switched off, was not built, or does not fit this processor."""
    path = library_path()
    if os.environ.get(SWITCH) == "off" or not path.exists() or not _fits_processor():
        return None
    return ctypes.CDLL(str(path))


def compiles(dtype: np.dtype[Any]) -> bool:
    """Whether numbers of this kind are computed by kernels here: float32 alone, where there is a library."""
    return dtype == np.float32 and library() is not None


def kernel(name: str, *arguments: Any) -> Any:
    """A function of the library that returns nothing, with its argument types."""
    found = library()
    assert found is not None
    function = getattr(found, name)
    function.argtypes, function.restype = arguments, None
    return function


def address(array: NDArray[Any]) -> int:
    """Where an array's first number is."""
    place: int = array.__array_interface__["data"][0]
    return place


Layout = tuple[int, tuple[int, ...], tuple[int, ...]]
"""Type of number, shape and strides in bytes of an array: what its kernels are told depends on these alone."""
FLOAT = np.dtype(np.float32).num
"""The type of number that kernels take."""


def layout(array: NDArray[Any]) -> Layout:
    """What to remember of an array in a cache."""
    return array.dtype.num, array.shape, array.strides


def member_stride(array: NDArray[Any]) -> int:
    """Numbers between the beginnings of members; the rest of each member lies without gaps, or AssertionError."""
    assert array.dtype in (np.float32, np.bool_)
    expected = array.itemsize
    for size, stride in zip(array.shape[:0:-1], array.strides[:0:-1], strict=True):
        assert size == 1 or stride == expected, "a member's numbers lie apart"
        expected *= size
    return array.strides[0] // array.itemsize


def _fits_processor() -> bool:
    """Whether the processor has what the library was compiled for."""
    if platform.machine() not in ("x86_64", "AMD64"):
        return True
    simd: Any = np.show_config(mode="dicts")
    extensions = simd.get("SIMD Extensions", {})
    return "X86_V3" in (*extensions.get("baseline", ()), *extensions.get("found", ()))

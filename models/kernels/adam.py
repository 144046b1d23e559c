"""Adam's step by a compiled kernel; see `models.training.optimizers`."""

from __future__ import annotations

from ctypes import c_float, c_long, c_void_p
from functools import cache
from typing import Any

from models.activations.base import Array
from models.kernels.library import address, kernel


def adam(
    parameters: Array,
    gradients: Array,
    momentum: Array,
    square: Array,
    rates: Array,
    *,
    decays: tuple[float, float],
    epsilon: float,
) -> None:
    """Update parameters, momentum and square, contiguous [members, P], with rates [members, 1]."""
    members, size = parameters.shape
    arrays = (parameters, gradients, momentum, square, rates)
    assert all(array.flags.c_contiguous for array in arrays)
    _adam()(members, size, *map(address, arrays), *decays, epsilon)


@cache
def _adam() -> Any:
    return kernel("adam", c_long, c_long, *[c_void_p] * 5, c_float, c_float, c_float)

"""Numbers in few bits, simulated: each function gives the nearest numbers of a format, still as float32.

    symmetric int8   round(w / s) in -127..127, s = max |w| / 127                             for weights
    affine int8      round(a / s) + z in 0..255, s = (high - low) / 255, z = round(-low / s)  for what a function gives
    float16          5 bits of exponent, 10 of fraction: beyond 65504 infinite
    bfloat16         8 bits of exponent, 7 of fraction

The affine range always holds zero, which is then met exactly. Ties round to even.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

from models.activations.base import Array

Format = Literal["int8_per_tensor", "int8_per_channel", "float16", "bfloat16"]
FORMATS: tuple[Format, ...] = get_args(Format)

_LEVELS, _MOST = 255, 127


def symmetric_int8(weights: Array, axes: tuple[int, ...]) -> None:
    """Replace weights by the nearest multiples of a scale common to `axes`; all zeros stay so."""
    largest = np.abs(weights).max(axis=axes, keepdims=True, initial=0.0)
    scale = np.where(largest > 0, largest, 1.0) / _MOST
    np.divide(weights, scale, out=weights)
    np.rint(weights, out=weights)
    np.multiply(weights, scale, out=weights)


def affine_int8(values: Array, low: Array, high: Array) -> None:
    """Replace values by the nearest of 256 levels between low and high, which broadcast against them."""
    bottom, top = np.minimum(low, 0), np.maximum(high, 0)
    span = top - bottom
    scale = np.where(span > 0, span, 1.0) / _LEVELS
    zero = np.rint(-bottom / scale)
    np.divide(values, scale, out=values)
    np.rint(values, out=values)
    np.clip(values, -zero, _LEVELS - zero, out=values)
    np.multiply(values, scale, out=values)


def half(values: Array) -> None:
    """Replace float32 values by their float16."""
    with np.errstate(over="ignore"):
        values[...] = values.astype(np.float16)


def brain(values: Array) -> None:
    """Replace float32 values by their bfloat16: the upper half of the bits, rounded; NaN and infinities stay."""
    bits = np.ascontiguousarray(values, dtype=np.float32).view(np.uint32)
    carry = (bits >> np.uint32(16)) & np.uint32(1)
    rounded = ((bits + np.uint32(0x7FFF) + carry) & np.uint32(0xFFFF0000)).view(np.float32)
    np.copyto(values, rounded, where=np.isfinite(values))

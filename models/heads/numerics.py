"""Pieces of arithmetic that stay finite in float32 for inputs up to 1e4 in size, and never warn."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

FloatArray = NDArray[np.floating[Any]]
EXPONENT_LIMIT = 30.0
"""Above this the exponential goes on as its tangent: e**30 is 1.07e13."""


def softplus(z: FloatArray) -> FloatArray:
    """ln(1 + e**z) = max(z, 0) + ln(1 + e**-|z|), a new array of the same shape and dtype."""
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


def softplus_and_sigmoid(z: FloatArray, sigmoid: FloatArray) -> FloatArray:
    """softplus(z) as a new array, and its slope 1 / (1 + e**-z) written into `sigmoid`, exact in relative terms.

    `sigmoid` has the shape of `z` and may be `z` itself.
    """
    value = np.maximum(z, 0)
    decay = np.exp(-np.abs(z))
    value += np.log1p(decay)
    expit(z, out=sigmoid)
    return value


def sigmoid(z: FloatArray) -> FloatArray:
    """1 / (1 + e**-z), a new array."""
    result: FloatArray = expit(z)
    return result


def extended_exp(z: FloatArray, slope: FloatArray | None = None) -> FloatArray:
    """e**z up to z = 30, and its tangent e**30 (1 + z - 30) above: convex, increasing, finite.

    The slope e**min(z, 30) is written into `slope` where one is given.
    """
    capped = np.minimum(z, EXPONENT_LIMIT)
    exponential = np.exp(capped)
    if slope is not None:
        slope[...] = exponential
    np.subtract(z, capped, out=capped)
    capped += 1
    exponential *= capped
    return exponential


def log_softplus(z: FloatArray, slope: FloatArray) -> FloatArray:
    """ln softplus(z) as a new array; its slope sigmoid(z) / softplus(z) goes into `slope`.

    Below z = -20 softplus(z) is e**z to nine digits, so that the logarithm is z and the slope 1.
    """
    far = z < -20
    value = softplus_and_sigmoid(np.maximum(z, -20), slope)
    slope /= value
    slope[far] = 1
    np.log(value, out=value)
    np.copyto(value, z, where=far)
    return value


def softmax(z: FloatArray) -> FloatArray:
    """Probabilities over the last axis, a new array; rows add up to 1 to rounding."""
    result: FloatArray = z - z.max(axis=-1, keepdims=True)
    np.exp(result, out=result)
    result /= result.sum(axis=-1, keepdims=True)
    return result


def inverse_softplus(value: FloatArray) -> FloatArray:
    """z with softplus(z) = value: value + ln(1 - e**-value); values below 1e-6 are taken as 1e-6."""
    positive = np.maximum(value, 1e-6)
    return positive + np.log(-np.expm1(-positive))


def logit(probability: FloatArray, edge: float = 1e-4) -> FloatArray:
    """ln(p / (1 - p)), with p kept `edge` away from 0 and from 1: at most 9.2 in size."""
    kept = np.clip(probability, edge, 1 - edge)
    return np.log(kept) - np.log1p(-kept)

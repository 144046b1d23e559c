"""Links: what turns a raw output into a predicted mean, with its slope and its inverse."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np

from models.heads.numerics import (
    FloatArray,
    extended_exp,
    inverse_softplus,
    logit,
    sigmoid,
    softplus,
    softplus_and_sigmoid,
)


class Link(ABC):
    """A smooth, strictly increasing map from the real line onto the range of a mean.

    `value` and `inverse` return new arrays; `value_and_slope` also writes the derivative into an
    array of the same shape, which may be the input itself. `low` and `high` bound the range.
    """

    name: str
    activation: str
    low: float = -np.inf
    high: float = np.inf

    @abstractmethod
    def value(self, raw: FloatArray) -> FloatArray: ...

    @abstractmethod
    def value_and_slope(self, raw: FloatArray, slope: FloatArray) -> FloatArray: ...

    @abstractmethod
    def inverse(self, mean: FloatArray) -> FloatArray:
        """The raw output that predicts `mean`; means at or beyond an edge of the range give a finite value."""


class Identity(Link):
    """mu = z."""

    name = "identity"
    activation = "identity"

    def value(self, raw: FloatArray) -> FloatArray:
        return raw.copy()

    def value_and_slope(self, raw: FloatArray, slope: FloatArray) -> FloatArray:
        value = raw.copy()
        slope[...] = 1
        return value

    def inverse(self, mean: FloatArray) -> FloatArray:
        return mean.copy()


class Exponential(Link):
    """mu = e**z, continued by its tangent above z = 30 so that a runaway output stays finite."""

    name = "log"
    activation = "exp"
    low = 0.0

    def value(self, raw: FloatArray) -> FloatArray:
        return extended_exp(raw)

    def value_and_slope(self, raw: FloatArray, slope: FloatArray) -> FloatArray:
        return extended_exp(raw, slope)

    def inverse(self, mean: FloatArray) -> FloatArray:
        return np.log(np.maximum(mean, 1e-6))


class Softplus(Link):
    """mu = ln(1 + e**z)."""

    name = "softplus"
    activation = "softplus"
    low = 0.0

    def value(self, raw: FloatArray) -> FloatArray:
        return softplus(raw)

    def value_and_slope(self, raw: FloatArray, slope: FloatArray) -> FloatArray:
        return softplus_and_sigmoid(raw, slope)

    def inverse(self, mean: FloatArray) -> FloatArray:
        return inverse_softplus(mean)


class Logistic(Link):
    """mu = 1 / (1 + e**-z)."""

    name = "logit"
    activation = "sigmoid"
    low = 0.0
    high = 1.0

    def value(self, raw: FloatArray) -> FloatArray:
        return sigmoid(raw)

    def value_and_slope(self, raw: FloatArray, slope: FloatArray) -> FloatArray:
        value = sigmoid(raw)
        np.subtract(1, value, out=slope)
        slope *= value
        return value

    def inverse(self, mean: FloatArray) -> FloatArray:
        return logit(mean)


class HyperbolicTangent(Link):
    """mu = tanh(z)."""

    name = "tanh"
    activation = "tanh"
    low = -1.0
    high = 1.0

    def value(self, raw: FloatArray) -> FloatArray:
        return np.tanh(raw)

    def value_and_slope(self, raw: FloatArray, slope: FloatArray) -> FloatArray:
        value = np.tanh(raw)
        np.multiply(value, value, out=slope)
        np.subtract(1, slope, out=slope)
        return value

    def inverse(self, mean: FloatArray) -> FloatArray:
        return np.arctanh(np.clip(mean, -0.9998, 0.9998))


IDENTITY = Identity()
EXPONENTIAL = Exponential()
SOFTPLUS = Softplus()
LOGISTIC = Logistic()
HYPERBOLIC_TANGENT = HyperbolicTangent()
LINKS: tuple[Link, ...] = (IDENTITY, EXPONENTIAL, SOFTPLUS, LOGISTIC, HYPERBOLIC_TANGENT)

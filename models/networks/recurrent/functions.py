"""The functions inside a recurrent layer: any activation, and fast forms of the usual ones where none is compiled.

A sigmoid and a tanh are both quotients with one exponential,

    sigmoid(z) = 1 / (1 + e^(-z))        tanh(z) = 2 / (1 + e^(-2 z)) - 1

and the factor of z in the exponent costs nothing where it is part of the weights that give z. So a function says by
which `scale` its inputs come multiplied. The tanh is within 2e-7 of the exact one in float32, as an absolute error, and
takes two thirds of np.tanh's time; near 0 its relative error is larger, which a state in [-1, 1] does not notice.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar

import numpy as np

from models.activations.base import Activation, Array
from models.kernels.activations import fastest
from models.kernels.library import compiles
from models.kernels.recurrent import apply_at, pull_at


class Function(ABC):
    """One function at its places in a layer. `work` is as the activation wants it, or of the values' shape."""

    name: str
    scale: ClassVar[float] = 1.0
    keeps_work: bool = False
    """Whether `work` must last from `apply` to `pull`; otherwise it may be any array."""

    @abstractmethod
    def apply(self, z: Array, work: Array) -> None:
        """Replace scale * z by f(z)."""

    @abstractmethod
    def pull(self, delta: Array, value: Array, work: Array) -> None:
        """Replace delta by delta * f'(z), given value = f(z); gradients of own parameters are added to."""

    def apply_at(self, z: Array, work: Array) -> Callable[[], None]:
        """`apply` at arrays that the caller keeps."""
        return partial(self.apply, z, work)

    def pull_at(self, value: Array, work: Array) -> Callable[[Array], None]:
        """`pull` of any delta, for values and work that the caller keeps."""
        return partial(self.pull, value=value, work=work)

    def work_like(self, z: Array) -> Array:
        """A new work array for z."""
        return np.empty_like(z)

    def evaluate(self, z: Array, out: Array, work: Array) -> None:
        """out <- f(z), for z as it is; both may be one array."""
        if self.scale != 1:
            np.multiply(z, z.dtype.type(self.scale), out=out)
        elif out is not z:
            np.copyto(out, z)
        self.apply(out, work)


class Logistic(Function):
    """The sigmoid. Where the exponential overflows to inf, the result 0 is right: callers ignore overflow."""

    name, scale = "sigmoid", -1.0

    def apply(self, z: Array, work: Array) -> None:
        np.exp(z, out=z)
        np.add(z, z.dtype.type(1), out=z)
        np.divide(z.dtype.type(1), z, out=z)

    def pull(self, delta: Array, value: Array, work: Array) -> None:
        np.square(value, out=work)
        np.subtract(value, work, out=work)
        np.multiply(delta, work, out=delta)


class HyperbolicTangent(Function):
    """The tanh. Where the exponential overflows to inf, the result -1 is right: callers ignore overflow."""

    name, scale = "tanh", -2.0

    def apply(self, z: Array, work: Array) -> None:
        np.exp(z, out=z)
        np.add(z, z.dtype.type(1), out=z)
        np.divide(z.dtype.type(2), z, out=z)
        np.subtract(z, z.dtype.type(1), out=z)

    def pull(self, delta: Array, value: Array, work: Array) -> None:
        np.square(value, out=work)
        np.subtract(value.dtype.type(1), work, out=work)
        np.multiply(delta, work, out=delta)


class General(Function):
    """Any activation, with its own parameters in one layer and their gradients."""

    def __init__(
        self, activation: Activation, slopes: Sequence[Array], gradients: Sequence[Array], dtype: np.dtype[Any]
    ) -> None:
        self.activation, self.name = fastest(activation, dtype), activation.name
        self.keeps_work = fills_work(self.activation, dtype)
        self._slopes, self._gradients = slopes, gradients

    def apply(self, z: Array, work: Array) -> None:
        self.activation.apply(z, work, self._slopes)

    def pull(self, delta: Array, value: Array, work: Array) -> None:
        self.activation.pull(delta, value, work, self._slopes, self._gradients)

    def apply_at(self, z: Array, work: Array) -> Callable[[], None]:
        return apply_at(self.activation, z, work) or super().apply_at(z, work)

    def pull_at(self, value: Array, work: Array) -> Callable[[Array], None]:
        return pull_at(self.activation, value, work) or super().pull_at(value, work)

    def work_like(self, z: Array) -> Array:
        return self.activation.work_like(z)


def fills_work(activation: Activation, dtype: np.dtype[Any]) -> bool:
    """Whether `apply` leaves anything in its work array, which a kernel may do where NumPy does not."""
    z = np.linspace(-4.0, 4.0, 9, dtype=dtype)
    work = np.full_like(activation.work_like(z), np.nan)
    activation.apply(z, work, activation.initial_parameters(z.dtype))
    return not np.isnan(work).all()


def make_function(
    activation: Activation, slopes: Sequence[Array], gradients: Sequence[Array], dtype: np.dtype[Any]
) -> Function:
    """The fastest way to compute an activation here."""
    if not compiles(dtype) and activation.name == "sigmoid":
        return Logistic()
    if not compiles(dtype) and activation.name == "tanh":
        return HyperbolicTangent()
    return General(activation, slopes, gradients, dtype)


def works(function: Function, steps: int, like: Array) -> list[Array]:
    """A work array for each step, for places like `like`; one and the same where none must last."""
    count = steps if function.keeps_work else 1
    places = np.empty((count, *like.shape), like.dtype)
    made = function.work_like(places)
    each = [made[t] if made.ndim == places.ndim else made[:, t] for t in range(count)]
    return each if count == steps else each * steps

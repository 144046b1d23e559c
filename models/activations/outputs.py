"""Functions used at the output of a network: softmax, log_softmax, exp."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from math import e, inf, nan, sqrt
from typing import ClassVar

import numpy as np

from .base import Activation, Array, Facts, Frameworks


class Exponential(Activation):
    """f(x) = exp(x), with x clipped from above at 88 in float32 and 709 in float64, so that f stays finite.

    The slope reported at a clipped input is f itself, so that a gradient can still bring the input back.
    """

    name = "exp"
    title = "Exponential"
    formula = "exp(x)"
    derivative = "exp(x)"
    facts = Facts(
        range=(0.0, inf),
        smoothness=inf,
        monotone=True,
        zero_centred=False,
        mean=sqrt(e),
        saturates="left",
        lipschitz=inf,
    )
    frameworks = Frameworks("torch.exp", '"exponential"', "jax.numpy.exp")
    scheme = "lecun"
    sources = ("mccullagh1989",)
    cost_class = "B"
    relative_cost = 2.9
    roles = frozenset({"output"})

    def apply(self, z: Array, work: Array, parameters: Sequence[Array] = ()) -> None:
        """z <- exp(min(z, log of the largest number, rounded down))."""
        np.clip(z, -np.inf, np.floor(np.log(np.finfo(z.dtype).max)), out=z)
        np.exp(z, out=z)

    def pull(
        self, delta: Array, value: Array, work: Array, parameters: Sequence[Array] = (), gradients: Sequence[Array] = ()
    ) -> None:
        """delta <- delta * f."""
        np.multiply(delta, value, out=delta)


class RowWise(Activation):
    """A function of a whole row of K classes (the last axis); `pull` multiplies by the transposed Jacobian.

    Facts describe one output along its own input, the others held at zero.
    With K = 1 the value is constant and the gradient zero.
    """

    elementwise: ClassVar[bool] = False

    def jacobian(self, row: Array) -> Array:
        """The K x K matrix of d f_i / d x_j at one row of K numbers."""
        size = row.shape[-1]
        value = np.repeat(row[None, :], size, axis=0)
        work = self.work_like(value)
        self.apply(value, work)
        result = np.eye(size, dtype=value.dtype)
        self.pull(result, value, work)
        return result

    @abstractmethod
    def probabilities(self, value: Array) -> Array:
        """The class probabilities that belong to `value`, each row summing to one."""


class Softmax(RowWise):
    """f_i(x) = exp(x_i) / sum_j exp(x_j) along the last axis; the row maximum is subtracted first."""

    name = "softmax"
    title = "Softmax"
    formula = "exp(x_i) / sum_j exp(x_j)"
    derivative = "df_i/dx_j = f_i ([i = j] - f_j)"
    facts = Facts(
        range=(0.0, 1.0),
        smoothness=inf,
        monotone=True,
        zero_centred=False,
        mean=nan,
        saturates="both",
        lipschitz=0.25,
    )
    frameworks = Frameworks("torch.nn.Softmax(dim=-1)", '"softmax"', "jax.nn.softmax")
    scheme = "glorot"
    sources = ("bridle1990",)
    cost_class = "D"
    relative_cost = 6.3
    roles = frozenset({"output"})

    def apply(self, z: Array, work: Array, parameters: Sequence[Array] = ()) -> None:
        """z <- softmax of each row."""
        np.subtract(z, z.max(axis=-1, keepdims=True), out=z)
        np.exp(z, out=z)
        np.divide(z, z.sum(axis=-1, keepdims=True), out=z)

    def pull(
        self, delta: Array, value: Array, work: Array, parameters: Sequence[Array] = (), gradients: Sequence[Array] = ()
    ) -> None:
        """delta <- f * (delta - sum_j delta_j f_j)."""
        np.multiply(delta, value, out=work)
        np.subtract(delta, work.sum(axis=-1, keepdims=True), out=delta)
        np.multiply(delta, value, out=delta)

    def probabilities(self, value: Array) -> Array:
        """`value` itself."""
        return value


class LogSoftmax(RowWise):
    """f_i(x) = x_i - log sum_j exp(x_j) along the last axis; the row maximum is subtracted first."""

    name = "log_softmax"
    title = "Log-softmax"
    formula = "x_i - log(sum_j exp(x_j))"
    derivative = "df_i/dx_j = [i = j] - exp(f_j)"
    facts = Facts(
        range=(-inf, 0.0),
        smoothness=inf,
        monotone=True,
        zero_centred=False,
        mean=nan,
        saturates="right",
        lipschitz=1.0,
    )
    frameworks = Frameworks("torch.nn.LogSoftmax(dim=-1)", '"log_softmax"', "jax.nn.log_softmax")
    scheme = "glorot"
    sources = ("bridle1990",)
    cost_class = "D"
    relative_cost = 7.7
    roles = frozenset({"output"})

    def apply(self, z: Array, work: Array, parameters: Sequence[Array] = ()) -> None:
        """z <- log softmax of each row."""
        np.subtract(z, z.max(axis=-1, keepdims=True), out=z)
        np.exp(z, out=work)
        np.subtract(z, np.log(work.sum(axis=-1, keepdims=True)), out=z)

    def pull(
        self, delta: Array, value: Array, work: Array, parameters: Sequence[Array] = (), gradients: Sequence[Array] = ()
    ) -> None:
        """delta <- delta - exp(f) * sum_j delta_j."""
        np.exp(value, out=work)
        np.multiply(work, delta.sum(axis=-1, keepdims=True), out=work)
        np.subtract(delta, work, out=delta)

    def probabilities(self, value: Array) -> Array:
        """exp(value)."""
        result: Array = np.exp(value)
        return result

"""Smooth rectifiers without learned shape: softplus, shifted_softplus, log_sigmoid, squareplus."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, log

import numpy as np

from .base import Activation, Array, Facts, Frameworks
from .numerics import exp_of_minus_abs, log1p_unit, negative_part, positive_part

SOFTPLUS_MEAN = 0.8060591833
LOG_TWO = log(2)


class Softplus(Activation):
    """f(x) = log(1 + exp(x)). Its positive mean, 0.81, dominates deep signals whatever the initial weights."""

    name = "softplus"
    title = "Softplus"
    formula = "log(1 + exp(x))"
    derivative = "sigmoid(x)"
    facts = Facts(
        range=(0.0, inf),
        smoothness=inf,
        monotone=True,
        zero_centred=False,
        mean=SOFTPLUS_MEAN,
        saturates="left",
        lipschitz=1.0,
    )
    frameworks = Frameworks("torch.nn.Softplus()", '"softplus"', "jax.nn.softplus")
    scheme = "he"
    sources = ("dugas2001", "glorot2011")
    cost_class = "D"
    relative_cost = 7.8
    roles = frozenset({"hidden", "output"})

    def apply(self, z: Array, work: Array, parameters: Sequence[Array] = ()) -> None:
        """z <- max(z, 0) + log(1 + exp(-|z|))."""
        falling = np.empty_like(z)
        exp_of_minus_abs(z, out=falling)
        log1p_unit(falling, out=work)
        positive_part(z, out=z)
        np.add(z, work, out=z)

    def pull(
        self, delta: Array, value: Array, work: Array, parameters: Sequence[Array] = (), gradients: Sequence[Array] = ()
    ) -> None:
        """delta <- delta * (1 - exp(-f))."""
        np.negative(value, out=work)
        np.exp(work, out=work)
        np.subtract(1, work, out=work)
        np.multiply(delta, work, out=delta)


class ShiftedSoftplus(Activation):
    """f(x) = log(1 + exp(x)) - log(2) = log(exp(x) / 2 + 1/2): softplus moved through the origin."""

    name = "shifted_softplus"
    title = "Shifted softplus"
    formula = "log(1 + exp(x)) - log(2)"
    derivative = "sigmoid(x)"
    facts = Facts(
        range=(-LOG_TWO, inf),
        smoothness=inf,
        monotone=True,
        zero_centred=False,
        mean=SOFTPLUS_MEAN - LOG_TWO,
        saturates="left",
        lipschitz=1.0,
    )
    frameworks = Frameworks(
        "lambda x: torch.nn.functional.softplus(x) - 0.6931471805599453",
        "lambda x: keras.ops.softplus(x) - 0.6931471805599453",
        "lambda x: jax.nn.softplus(x) - 0.6931471805599453",
    )
    scheme = "glorot"
    sources = ("schutt2017",)
    cost_class = "D"
    relative_cost = 8.0
    roles = frozenset({"hidden"})

    def apply(self, z: Array, work: Array, parameters: Sequence[Array] = ()) -> None:
        """work <- softplus(z); z <- work - log(2)."""
        falling = np.empty_like(z)
        exp_of_minus_abs(z, out=falling)
        log1p_unit(falling, out=work)
        positive_part(z, out=z)
        np.add(z, work, out=work)
        np.subtract(work, LOG_TWO, out=z)

    def pull(
        self, delta: Array, value: Array, work: Array, parameters: Sequence[Array] = (), gradients: Sequence[Array] = ()
    ) -> None:
        """delta <- delta * (1 - exp(-softplus(x)))."""
        np.negative(work, out=work)
        np.exp(work, out=work)
        np.subtract(1, work, out=work)
        np.multiply(delta, work, out=delta)


class LogSigmoid(Activation):
    """f(x) = log(sigmoid(x)) = -softplus(-x). Meant for losses and log-probabilities, not for hidden layers."""

    name = "log_sigmoid"
    title = "Log-sigmoid"
    formula = "-log(1 + exp(-x))"
    derivative = "sigmoid(-x)"
    facts = Facts(
        range=(-inf, 0.0),
        smoothness=inf,
        monotone=True,
        zero_centred=False,
        mean=-SOFTPLUS_MEAN,
        saturates="right",
        lipschitz=1.0,
    )
    frameworks = Frameworks("torch.nn.LogSigmoid()", '"log_sigmoid"', "jax.nn.log_sigmoid")
    scheme = "glorot"
    sources = ("dugas2001",)
    cost_class = "D"
    relative_cost = 7.9
    roles = frozenset({"output"})

    def apply(self, z: Array, work: Array, parameters: Sequence[Array] = ()) -> None:
        """z <- min(z, 0) - log(1 + exp(-|z|))."""
        falling = np.empty_like(z)
        exp_of_minus_abs(z, out=falling)
        log1p_unit(falling, out=work)
        negative_part(z, out=z)
        np.subtract(z, work, out=z)

    def pull(
        self, delta: Array, value: Array, work: Array, parameters: Sequence[Array] = (), gradients: Sequence[Array] = ()
    ) -> None:
        """delta <- delta * (1 - exp(f))."""
        np.exp(value, out=work)
        np.subtract(1, work, out=work)
        np.multiply(delta, work, out=delta)


class Squareplus(Activation):
    """f(x) = (x + sqrt(x^2 + 4)) / 2: softplus's shape without exp; its left tail falls only as 1 / |x|."""

    name = "squareplus"
    title = "Squareplus (b 4)"
    formula = "(x + sqrt(x^2 + 4)) / 2"
    derivative = "(1 + x / sqrt(x^2 + 4)) / 2"
    facts = Facts(
        range=(0.0, inf),
        smoothness=inf,
        monotone=True,
        zero_centred=False,
        mean=1.1093055138,
        saturates="left",
        lipschitz=1.0,
    )
    frameworks = Frameworks(
        "lambda x: (x + torch.sqrt(x * x + 4)) / 2",
        "lambda x: keras.ops.squareplus(x, b=4)",
        "functools.partial(jax.nn.squareplus, b=4)",
    )
    scheme = "he"
    sources = ("barron2021",)
    cost_class = "A"
    relative_cost = 2.7
    roles = frozenset({"hidden", "output"})

    def apply(self, z: Array, work: Array, parameters: Sequence[Array] = ()) -> None:
        """z <- max(z, 0) + 2 / (sqrt(z^2 + 4) + |z|), free of cancellation; work <- sqrt(z^2 + 4)."""
        np.multiply(z, z, out=work)
        np.add(work, 4, out=work)
        np.sqrt(work, out=work)
        tail = np.abs(z)
        np.add(tail, work, out=tail)
        np.divide(2, tail, out=tail)
        positive_part(z, out=z)
        np.add(z, tail, out=z)

    def pull(
        self, delta: Array, value: Array, work: Array, parameters: Sequence[Array] = (), gradients: Sequence[Array] = ()
    ) -> None:
        """delta <- delta * f / sqrt(x^2 + 4)."""
        np.multiply(delta, value, out=delta)
        np.divide(delta, work, out=delta)

"""Bounded S-shaped functions: sigmoid, hard_sigmoid, tanh, lecun_tanh, penalized_tanh, hard_tanh, softsign."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

import numpy as np

from .base import Activation, Array, Facts, Frameworks
from .numerics import logistic


class Sigmoid(Activation):
    """f(x) = 1 / (1 + exp(-x)). Its mean of one half and slope of at most one quarter shrink signals in depth."""

    name = "sigmoid"
    title = "Sigmoid (logistic)"
    formula = "1 / (1 + exp(-x))"
    derivative = "f (1 - f)"
    facts = Facts(
        range=(0.0, 1.0),
        smoothness=inf,
        monotone=True,
        zero_centred=False,
        mean=0.5,
        saturates="both",
        lipschitz=0.25,
    )
    frameworks = Frameworks("torch.nn.Sigmoid()", '"sigmoid"', "jax.nn.sigmoid", '"logistic"')
    scheme = "glorot"
    sources = ("lecun1998", "glorot2010")
    cost_class = "B"
    relative_cost = 3.0
    roles = frozenset({"hidden", "gate", "output"})

    def apply(self, z: Array, work: Array, parameters: Sequence[Array] = ()) -> None:
        """z <- sigmoid(z)."""
        logistic(z, out=z)

    def pull(
        self, delta: Array, value: Array, work: Array, parameters: Sequence[Array] = (), gradients: Sequence[Array] = ()
    ) -> None:
        """delta <- delta * f (1 - f)."""
        np.subtract(1, value, out=work)
        np.multiply(work, value, out=work)
        np.multiply(delta, work, out=delta)


class HardSigmoid(Activation):
    """f(x) = clip(x / 6 + 1/2, 0, 1). Some older Keras versions used the slope 0.2 instead of 1/6."""

    name = "hard_sigmoid"
    title = "Hard sigmoid"
    formula = "clip(x / 6 + 1/2, 0, 1)"
    derivative = "1/6 for |x| < 3, else 0"
    facts = Facts(
        range=(0.0, 1.0),
        smoothness=0,
        joints=(-3.0, 3.0),
        monotone=True,
        zero_centred=False,
        mean=0.5,
        saturates="both",
        exact_zeros=True,
        zero_gradient=(-inf, inf),
        lipschitz=1 / 6,
        piecewise_linear=True,
    )
    frameworks = Frameworks("torch.nn.Hardsigmoid()", '"hard_sigmoid"', "jax.nn.hard_sigmoid")
    scheme = "glorot"
    sources = ("courbariaux2015", "howard2019")
    cost_class = "A"
    relative_cost = 1.7
    roles = frozenset({"hidden", "gate"})

    def apply(self, z: Array, work: Array, parameters: Sequence[Array] = ()) -> None:
        """z <- clip(z / 6 + 1/2, 0, 1)."""
        np.multiply(z, 1 / 6, out=z)
        np.add(z, 0.5, out=z)
        np.clip(z, 0, 1, out=z)

    def pull(
        self, delta: Array, value: Array, work: Array, parameters: Sequence[Array] = (), gradients: Sequence[Array] = ()
    ) -> None:
        """delta <- delta / 6 where 0 < f < 1, else 0."""
        inside = value > 0
        inside &= value < 1
        np.multiply(delta, 1 / 6, out=delta)
        np.multiply(delta, inside, out=delta)


class Tanh(Activation):
    """f(x) = tanh(x). Zero-centred, with unit slope at the origin; saturates at both ends."""

    name = "tanh"
    title = "Tanh"
    formula = "tanh(x)"
    derivative = "1 - f^2"
    facts = Facts(
        range=(-1.0, 1.0),
        smoothness=inf,
        monotone=True,
        zero_centred=True,
        mean=0.0,
        saturates="both",
        lipschitz=1.0,
        odd=True,
    )
    frameworks = Frameworks("torch.nn.Tanh()", '"tanh"', "jax.nn.tanh", '"tanh"')
    scheme = "glorot"
    sources = ("lecun1998", "glorot2010")
    cost_class = "B"
    relative_cost = 3.9
    roles = frozenset({"hidden", "gate", "output"})

    def apply(self, z: Array, work: Array, parameters: Sequence[Array] = ()) -> None:
        """z <- tanh(z)."""
        np.tanh(z, out=z)

    def pull(
        self, delta: Array, value: Array, work: Array, parameters: Sequence[Array] = (), gradients: Sequence[Array] = ()
    ) -> None:
        """delta <- delta * (1 - f^2)."""
        np.multiply(value, value, out=work)
        np.subtract(1, work, out=work)
        np.multiply(delta, work, out=delta)


class LeCunTanh(Activation):
    """f(x) = 1.7159 tanh(2 x / 3). Scaled so that f(1) = 1 and f(-1) = -1, for standardised inputs and targets."""

    name = "lecun_tanh"
    title = "LeCun's scaled tanh"
    formula = "1.7159 tanh(2 x / 3)"
    derivative = "1.7159 (2/3) (1 - (f / 1.7159)^2)"
    height, steepness = 1.7159, 2 / 3
    facts = Facts(
        range=(-1.7159, 1.7159),
        smoothness=inf,
        monotone=True,
        zero_centred=True,
        mean=0.0,
        saturates="both",
        lipschitz=1.7159 * 2 / 3,
        odd=True,
    )
    frameworks = Frameworks(
        "lambda x: 1.7159 * torch.tanh(x * 2 / 3)",
        "lambda x: 1.7159 * keras.ops.tanh(x * 2 / 3)",
        "lambda x: 1.7159 * jax.numpy.tanh(x * 2 / 3)",
    )
    scheme = "lecun"
    sources = ("lecun1998",)
    cost_class = "B"
    relative_cost = 4.3
    roles = frozenset({"hidden"})

    def apply(self, z: Array, work: Array, parameters: Sequence[Array] = ()) -> None:
        """z <- 1.7159 tanh(2 z / 3); work <- tanh(2 z / 3)."""
        np.multiply(z, self.steepness, out=z)
        np.tanh(z, out=work)
        np.multiply(work, self.height, out=z)

    def pull(
        self, delta: Array, value: Array, work: Array, parameters: Sequence[Array] = (), gradients: Sequence[Array] = ()
    ) -> None:
        """delta <- delta * 1.7159 (2/3) (1 - tanh(2 x / 3)^2)."""
        np.multiply(work, work, out=work)
        np.subtract(1, work, out=work)
        np.multiply(work, self.height * self.steepness, out=work)
        np.multiply(delta, work, out=delta)


class PenalizedTanh(Activation):
    """f(x) = tanh(x) for x > 0, else 0.25 tanh(x): bounded like tanh, one-sided like a leaky rectifier."""

    name = "penalized_tanh"
    title = "Penalised tanh (0.25)"
    formula = "max(tanh(x), 0.25 tanh(x))"
    derivative = "(1 - tanh(x)^2) for x > 0, else 0.25 (1 - tanh(x)^2)"
    penalty = 0.25
    facts = Facts(
        range=(-0.25, 1.0),
        smoothness=0,
        joints=(0.0,),
        monotone=True,
        zero_centred=False,
        mean=0.2084917943,
        saturates="both",
        lipschitz=1.0,
    )
    frameworks = Frameworks(
        "lambda x: torch.nn.functional.leaky_relu(torch.tanh(x), 0.25)",
        "lambda x: keras.ops.leaky_relu(keras.ops.tanh(x), negative_slope=0.25)",
        "lambda x: jax.nn.leaky_relu(jax.numpy.tanh(x), negative_slope=0.25)",
    )
    scheme = "glorot"
    sources = ("xu2016", "eger2018")
    cost_class = "B"
    relative_cost = 5.1
    roles = frozenset({"hidden"})

    def apply(self, z: Array, work: Array, parameters: Sequence[Array] = ()) -> None:
        """z <- max(tanh(z), 0.25 tanh(z)); work <- tanh(z)."""
        np.tanh(z, out=work)
        np.multiply(work, self.penalty, out=z)
        np.maximum(z, work, out=z)

    def pull(
        self, delta: Array, value: Array, work: Array, parameters: Sequence[Array] = (), gradients: Sequence[Array] = ()
    ) -> None:
        """delta <- delta * (1 - tanh(x)^2), and a quarter of that where f <= 0."""
        np.multiply(work, work, out=work)
        np.subtract(1, work, out=work)
        np.multiply(delta, work, out=delta)
        np.greater(value, 0, out=work)
        np.clip(work, self.penalty, 1, out=work)
        np.multiply(delta, work, out=delta)


class HardTanh(Activation):
    """f(x) = clip(x, -1, 1)."""

    name = "hard_tanh"
    title = "Hard tanh"
    formula = "clip(x, -1, 1)"
    derivative = "1 for |x| < 1, else 0"
    facts = Facts(
        range=(-1.0, 1.0),
        smoothness=0,
        joints=(-1.0, 1.0),
        monotone=True,
        zero_centred=True,
        mean=0.0,
        saturates="both",
        zero_gradient=(-inf, inf),
        lipschitz=1.0,
        odd=True,
        piecewise_linear=True,
    )
    frameworks = Frameworks("torch.nn.Hardtanh()", '"hard_tanh"', "jax.nn.hard_tanh")
    scheme = "glorot"
    sources = ("collobert2004",)
    cost_class = "A"
    relative_cost = 1.4
    roles = frozenset({"hidden", "gate", "output"})

    def apply(self, z: Array, work: Array, parameters: Sequence[Array] = ()) -> None:
        """z <- clip(z, -1, 1)."""
        np.clip(z, -1, 1, out=z)

    def pull(
        self, delta: Array, value: Array, work: Array, parameters: Sequence[Array] = (), gradients: Sequence[Array] = ()
    ) -> None:
        """delta <- delta where |f| < 1, else 0."""
        np.abs(value, out=work)
        np.multiply(delta, work < 1, out=delta)


class Softsign(Activation):
    """f(x) = x / (1 + |x|). Saturates polynomially, hence more slowly than tanh; the second derivative jumps at 0."""

    name = "softsign"
    title = "Softsign"
    formula = "x / (1 + |x|)"
    derivative = "1 / (1 + |x|)^2"
    facts = Facts(
        range=(-1.0, 1.0),
        smoothness=1,
        joints=(0.0,),
        monotone=True,
        zero_centred=True,
        mean=0.0,
        saturates="both",
        lipschitz=1.0,
        odd=True,
    )
    frameworks = Frameworks("torch.nn.Softsign()", '"softsign"', "jax.nn.soft_sign")
    scheme = "glorot"
    sources = ("bergstra2009", "glorot2010")
    cost_class = "A"
    relative_cost = 1.3
    roles = frozenset({"hidden"})

    def apply(self, z: Array, work: Array, parameters: Sequence[Array] = ()) -> None:
        """z <- z / (1 + |z|); work <- 1 / (1 + |z|)."""
        np.abs(z, out=work)
        np.add(work, 1, out=work)
        np.divide(1, work, out=work)
        np.multiply(z, work, out=z)

    def pull(
        self, delta: Array, value: Array, work: Array, parameters: Sequence[Array] = (), gradients: Sequence[Array] = ()
    ) -> None:
        """delta <- delta / (1 + |x|)^2."""
        np.multiply(delta, work, out=delta)
        np.multiply(delta, work, out=delta)

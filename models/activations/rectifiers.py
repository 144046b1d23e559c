"""Rectifiers made of power pieces: relu, relu6, clipped_relu, leaky_relu, rrelu, prelu, squared_relu."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, pi, sqrt
from typing import ClassVar

import numpy as np

from .base import Activation, Array, Facts, Frameworks, Parameter, add_product
from .numerics import negative_part, positive_part

HALF_NORMAL_MEAN = 1 / sqrt(2 * pi)


class Relu(Activation):
    """f(x) = max(x, 0). The cheapest non-linearity; units may die, and the mean output is 0.40."""

    name = "relu"
    title = "ReLU"
    formula = "max(x, 0)"
    derivative = "1 for x > 0, else 0"
    facts = Facts(
        range=(0.0, inf),
        smoothness=0,
        joints=(0.0,),
        monotone=True,
        zero_centred=False,
        mean=HALF_NORMAL_MEAN,
        saturates="left",
        exact_zeros=True,
        zero_gradient=(-inf, 0.0),
        lipschitz=1.0,
        homogeneous=True,
        piecewise_linear=True,
    )
    frameworks = Frameworks("torch.nn.ReLU()", '"relu"', "jax.nn.relu", '"relu"')
    scheme = "he"
    sources = ("glorot2011", "he2015")
    cost_class = "A"
    relative_cost = 1.0
    roles = frozenset({"hidden"})

    def apply(self, z: Array, work: Array, parameters: Sequence[Array] = ()) -> None:
        """z <- max(z, 0)."""
        positive_part(z, out=z)

    def pull(
        self, delta: Array, value: Array, work: Array, parameters: Sequence[Array] = (), gradients: Sequence[Array] = ()
    ) -> None:
        """delta <- delta where f > 0, else 0."""
        np.multiply(delta, value > 0, out=delta)


class Ceiling(Activation):
    """min(max(x, 0), c) for a fixed ceiling c > 0, named by the subclass."""

    ceiling: ClassVar[float]

    def apply(self, z: Array, work: Array, parameters: Sequence[Array] = ()) -> None:
        """z <- clip(z, 0, c)."""
        np.clip(z, 0, self.ceiling, out=z)

    def pull(
        self, delta: Array, value: Array, work: Array, parameters: Sequence[Array] = (), gradients: Sequence[Array] = ()
    ) -> None:
        """delta <- delta where 0 < f < c, else 0."""
        inside = value > 0
        inside &= value < self.ceiling
        np.multiply(delta, inside, out=delta)


def ceiling_facts(ceiling: float, mean: float) -> Facts:
    """The facts of min(max(x, 0), ceiling); the mean falls below relu's by what the ceiling cuts off."""
    return Facts(
        range=(0.0, ceiling),
        smoothness=0,
        joints=(0.0, ceiling),
        monotone=True,
        zero_centred=False,
        mean=mean,
        saturates="both",
        exact_zeros=True,
        zero_gradient=(-inf, inf),
        lipschitz=1.0,
        piecewise_linear=True,
    )


class Relu6(Ceiling):
    """f(x) = min(max(x, 0), 6). Its fixed range suits eight-bit integers."""

    name = "relu6"
    title = "ReLU6"
    formula = "min(max(x, 0), 6)"
    derivative = "1 for 0 < x < 6, else 0"
    ceiling = 6.0
    facts = ceiling_facts(6.0, 0.3989422802)
    frameworks = Frameworks("torch.nn.ReLU6()", '"relu6"', "jax.nn.relu6")
    scheme = "he"
    sources = ("krizhevsky2010",)
    cost_class = "A"
    relative_cost = 1.1
    roles = frozenset({"hidden"})


class ClippedRelu(Ceiling):
    """f(x) = min(max(x, 0), 20). The ceiling keeps recurrent and very deep signals finite."""

    name = "clipped_relu"
    title = "Clipped ReLU (20)"
    formula = "min(max(x, 0), 20)"
    derivative = "1 for 0 < x < 20, else 0"
    ceiling = 20.0
    facts = ceiling_facts(20.0, HALF_NORMAL_MEAN)
    frameworks = Frameworks(
        "torch.nn.Hardtanh(min_val=0.0, max_val=20.0)",
        "keras.layers.ReLU(max_value=20.0)",
        "lambda x: jax.numpy.clip(x, 0.0, 20.0)",
    )
    scheme = "he"
    sources = ("hannun2014",)
    cost_class = "A"
    relative_cost = 1.2
    roles = frozenset({"hidden"})


class FixedLeak(Activation):
    """max(x, a x) for a fixed slope a in (0, 1), named by the subclass."""

    leak: ClassVar[float]

    def apply(self, z: Array, work: Array, parameters: Sequence[Array] = ()) -> None:
        """z <- max(z, a z)."""
        np.multiply(z, self.leak, out=work)
        np.maximum(z, work, out=z)

    def pull(
        self, delta: Array, value: Array, work: Array, parameters: Sequence[Array] = (), gradients: Sequence[Array] = ()
    ) -> None:
        """delta <- delta where f > 0, else a * delta."""
        np.greater(value, 0, out=work)
        np.clip(work, self.leak, 1, out=work)
        np.multiply(delta, work, out=delta)


def leaky_facts(leak: float) -> Facts:
    """The facts of max(x, leak * x) for 0 < leak < 1."""
    return Facts(
        range=(-inf, inf),
        smoothness=0,
        joints=(0.0,),
        monotone=True,
        zero_centred=False,
        mean=(1 - leak) * HALF_NORMAL_MEAN,
        saturates="no",
        lipschitz=1.0,
        homogeneous=True,
        piecewise_linear=True,
    )


class LeakyRelu(FixedLeak):
    """f(x) = max(x, 0.01 x). Default slopes differ: PyTorch and JAX 0.01, Keras 0.2 (function) or 0.3 (layer)."""

    name = "leaky_relu"
    title = "Leaky ReLU (slope 0.01)"
    formula = "max(x, 0.01 x)"
    derivative = "1 for x > 0, else 0.01"
    leak = 0.01
    facts = leaky_facts(0.01)
    frameworks = Frameworks(
        "torch.nn.LeakyReLU(negative_slope=0.01)",
        "keras.layers.LeakyReLU(negative_slope=0.01)",
        "functools.partial(jax.nn.leaky_relu, negative_slope=0.01)",
    )
    scheme = "he"
    sources = ("maas2013", "he2015")
    cost_class = "A"
    relative_cost = 1.7
    roles = frozenset({"hidden"})


class RandomizedRelu(FixedLeak):
    """RReLU in its deterministic form: max(x, 11/48 x), the mean of slopes drawn from U(1/8, 1/3).

    Training in PyTorch draws the slope anew for each element; evaluation there, and everything here, uses the mean.
    """

    name = "rrelu"
    title = "Randomised leaky ReLU (mean slope 11/48)"
    formula = "max(x, a x); a ~ U(1/8, 1/3) in training, 11/48 at evaluation"
    derivative = "1 for x > 0, else a"
    leak = 11 / 48
    facts = leaky_facts(11 / 48)
    frameworks = Frameworks("torch.nn.RReLU(lower=1 / 8, upper=1 / 3)")
    scheme = "he"
    sources = ("xu2015",)
    cost_class = "A"
    relative_cost = 1.6
    roles = frozenset({"hidden"})


class ParametricRelu(Activation):
    """f(x) = max(x, 0) + a min(x, 0) with a learned per channel from 0.25. Facts hold at a = 0.25."""

    name = "prelu"
    title = "PReLU"
    formula = "max(x, 0) + a min(x, 0), a learned"
    derivative = "1 for x > 0, else a; df/da = min(x, 0)"
    facts = leaky_facts(0.25)
    frameworks = Frameworks(
        "torch.nn.PReLU(num_parameters=units, init=0.25)",
        "keras.layers.PReLU(alpha_initializer=keras.initializers.Constant(0.25))",
        "flax.linen.PReLU(negative_slope_init=0.25)",
    )
    scheme = "he"
    sources = ("he2015",)
    cost_class = "A"
    relative_cost = 3.9
    roles = frozenset({"hidden"})
    parameters = (Parameter("a", 0.25),)

    def apply(self, z: Array, work: Array, parameters: Sequence[Array] = ()) -> None:
        """z <- max(z, 0) + a min(z, 0); work <- min(z, 0)."""
        (leak,) = parameters
        negative_part(z, out=work)
        np.subtract(z, work, out=z)
        np.add(z, work * leak, out=z)

    def pull(
        self, delta: Array, value: Array, work: Array, parameters: Sequence[Array] = (), gradients: Sequence[Array] = ()
    ) -> None:
        """delta <- delta where x > 0, else a * delta; the gradient of a sums delta * min(x, 0)."""
        (leak,) = parameters
        for gradient in gradients:
            add_product(gradient, delta, work)
        np.less(work, 0, out=work)
        np.multiply(work, leak - 1, out=work)
        np.add(work, 1, out=work)
        np.multiply(delta, work, out=delta)


class SquaredRelu(Activation):
    """f(x) = max(x, 0)^2. Grows quadratically, so deep stacks need normalisation; overflows float16 above 255."""

    name = "squared_relu"
    title = "Squared ReLU"
    formula = "max(x, 0)^2"
    derivative = "2 max(x, 0)"
    facts = Facts(
        range=(0.0, inf),
        smoothness=1,
        joints=(0.0,),
        monotone=True,
        zero_centred=False,
        mean=0.5,
        saturates="left",
        exact_zeros=True,
        zero_gradient=(-inf, 0.0),
        lipschitz=inf,
    )
    frameworks = Frameworks(
        "lambda x: torch.relu(x).square()",
        "lambda x: keras.ops.square(keras.ops.relu(x))",
        "lambda x: jax.numpy.square(jax.nn.relu(x))",
    )
    scheme = "he"
    sources = ("so2021",)
    cost_class = "A"
    relative_cost = 1.2
    roles = frozenset({"hidden"})

    def apply(self, z: Array, work: Array, parameters: Sequence[Array] = ()) -> None:
        """z <- max(z, 0)^2; work <- max(z, 0)."""
        positive_part(z, out=work)
        np.multiply(work, work, out=z)

    def pull(
        self, delta: Array, value: Array, work: Array, parameters: Sequence[Array] = (), gradients: Sequence[Array] = ()
    ) -> None:
        """delta <- delta * 2 max(x, 0)."""
        np.multiply(delta, work, out=delta)
        np.multiply(delta, 2, out=delta)

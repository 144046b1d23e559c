"""Linear to the right, exponential to the left: elu, celu, selu."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

import numpy as np

from .base import Activation, Array, Facts, Frameworks
from .numerics import negative_part, positive_part


class Elu(Activation):
    """f(x) = x for x > 0, exp(x) - 1 otherwise (alpha = 1). Continuously differentiable; saturates at -1."""

    name = "elu"
    title = "ELU (alpha 1)"
    formula = "x for x > 0, else exp(x) - 1"
    derivative = "1 for x > 0, else exp(x)"
    facts = Facts(
        range=(-1.0, inf),
        smoothness=1,
        joints=(0.0,),
        monotone=True,
        zero_centred=False,
        mean=0.1605205723,
        saturates="left",
        lipschitz=1.0,
    )
    frameworks = Frameworks("torch.nn.ELU(alpha=1.0)", '"elu"', "jax.nn.elu")
    scheme = "he"
    sources = ("clevert2015",)
    cost_class = "C"
    relative_cost = 2.9
    roles = frozenset({"hidden"})

    def apply(self, z: Array, work: Array, parameters: Sequence[Array] = ()) -> None:
        """z <- max(z, exp(min(z, 0)) - 1), since exp(x) - 1 >= x; work <- exp(min(z, 0)), which is the slope."""
        negative_part(z, out=work)
        np.exp(work, out=work)
        np.maximum(z, work - 1, out=z)

    def pull(
        self, delta: Array, value: Array, work: Array, parameters: Sequence[Array] = (), gradients: Sequence[Array] = ()
    ) -> None:
        """delta <- delta * exp(min(x, 0))."""
        np.multiply(delta, work, out=delta)


class Celu(Activation):
    """f(x) = x for x > 0, a (exp(x / a) - 1) otherwise, with a = 2: at a = 1 it is the same function as ELU.

    Framework defaults use a = 1; the snippets give a = 2 explicitly.
    """

    name = "celu"
    title = "CELU (alpha 2)"
    formula = "x for x > 0, else 2 (exp(x / 2) - 1)"
    derivative = "1 for x > 0, else exp(x / 2)"
    facts = Facts(
        range=(-2.0, inf),
        smoothness=1,
        joints=(0.0,),
        monotone=True,
        zero_centred=False,
        mean=0.0981799498,
        saturates="left",
        lipschitz=1.0,
    )
    frameworks = Frameworks(
        "torch.nn.CELU(alpha=2.0)",
        "lambda x: keras.ops.celu(x, alpha=2.0)",
        "functools.partial(jax.nn.celu, alpha=2.0)",
    )
    scheme = "he"
    sources = ("barron2017",)
    cost_class = "C"
    relative_cost = 3.0
    roles = frozenset({"hidden"})

    def apply(self, z: Array, work: Array, parameters: Sequence[Array] = ()) -> None:
        """z <- max(z, 2 exp(min(z, 0) / 2) - 2); work <- exp(min(z, 0) / 2), which is the slope."""
        negative_part(z, out=work)
        np.multiply(work, 0.5, out=work)
        np.exp(work, out=work)
        left = work - 1
        np.multiply(left, 2, out=left)
        np.maximum(z, left, out=z)

    def pull(
        self, delta: Array, value: Array, work: Array, parameters: Sequence[Array] = (), gradients: Sequence[Array] = ()
    ) -> None:
        """delta <- delta * exp(min(x, 0) / 2)."""
        np.multiply(delta, work, out=delta)


SELU_SCALE = 1.0507009873554805
SELU_ALPHA = 1.6732632423543772
SELU_FLOOR = SELU_SCALE * SELU_ALPHA


class Selu(Activation):
    """f(x) = s x for x > 0, s a (exp(x) - 1) otherwise, with s and a chosen so that mean 0 and variance 1 reproduce."""

    name = "selu"
    title = "SELU"
    formula = "s max(x, 0) + s a (exp(min(x, 0)) - 1), s = 1.0507009873554805, a = 1.6732632423543772"
    derivative = "s for x > 0, else s a exp(x)"
    facts = Facts(
        range=(-SELU_FLOOR, inf),
        smoothness=0,
        joints=(0.0,),
        monotone=True,
        zero_centred=True,
        mean=0.0,
        saturates="left",
        lipschitz=SELU_FLOOR,
    )
    frameworks = Frameworks("torch.nn.SELU()", '"selu"', "jax.nn.selu")
    scheme = "lecun"
    sources = ("klambauer2017",)
    cost_class = "B"
    relative_cost = 4.2
    roles = frozenset({"hidden"})

    def apply(self, z: Array, work: Array, parameters: Sequence[Array] = ()) -> None:
        """z <- s max(z, 0) + s a (exp(min(z, 0)) - 1)."""
        negative_part(z, out=work)
        np.exp(work, out=work)
        np.subtract(work, 1, out=work)
        np.multiply(work, SELU_FLOOR, out=work)
        positive_part(z, out=z)
        np.multiply(z, SELU_SCALE, out=z)
        np.add(z, work, out=z)

    def pull(
        self, delta: Array, value: Array, work: Array, parameters: Sequence[Array] = (), gradients: Sequence[Array] = ()
    ) -> None:
        """delta <- delta * s where f > 0, else delta * (f + s a); work holds min(f, 0)."""
        np.add(work, SELU_FLOOR, out=work)
        excess = np.multiply(value > 0, value.dtype.type(SELU_FLOOR - SELU_SCALE))
        np.subtract(work, excess, out=work)
        np.multiply(delta, work, out=delta)

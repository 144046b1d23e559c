"""The input times a gate of itself: silu, swish, quick_gelu, gelu, gelu_tanh, mish, hard_swish."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, pi, sqrt

import numpy as np

from .base import Activation, Array, Facts, Frameworks, Parameter, add_product
from .normal import normal_tail_and_density
from .numerics import logistic, positive_part

SILU_MINIMUM = -0.2784645427610738
SILU_STEEPEST = 1.0998393201


def silu_like_facts(minimum: float, mean: float, lipschitz: float) -> Facts:
    """The facts that all smooth self-gated functions share, with their own three numbers."""
    return Facts(
        range=(minimum, inf),
        smoothness=inf,
        monotone=False,
        zero_centred=False,
        mean=mean,
        saturates="left",
        lipschitz=lipschitz,
    )


class Silu(Activation):
    """f(x) = x sigmoid(x), also called swish-1. Lowest at x = -1.278; unbounded above."""

    name = "silu"
    title = "SiLU (swish with beta 1)"
    formula = "x sigmoid(x)"
    derivative = "s + f (1 - s), s = sigmoid(x)"
    facts = silu_like_facts(SILU_MINIMUM, 0.2066209641, SILU_STEEPEST)
    frameworks = Frameworks("torch.nn.SiLU()", '"silu"', "jax.nn.silu")
    scheme = "he"
    sources = ("elfwing2018", "hendrycks2016", "ramachandran2017")
    cost_class = "B"
    relative_cost = 3.3
    roles = frozenset({"hidden"})

    def apply(self, z: Array, work: Array, parameters: Sequence[Array] = ()) -> None:
        """z <- z sigmoid(z); work <- sigmoid(z)."""
        logistic(z, out=work)
        np.multiply(z, work, out=z)

    def pull(
        self, delta: Array, value: Array, work: Array, parameters: Sequence[Array] = (), gradients: Sequence[Array] = ()
    ) -> None:
        """delta <- delta * (s + f (1 - s)), s = sigmoid(x)."""
        rest = 1 - work
        np.multiply(rest, value, out=rest)
        np.add(work, rest, out=work)
        np.multiply(delta, work, out=delta)


class Swish(Activation):
    """f(x) = x sigmoid(b x) with b learned per channel from 1; b = 0 gives x / 2, large b approaches ReLU.

    Facts hold at b = 1.
    """

    name = "swish"
    title = "Swish (learned beta)"
    formula = "x sigmoid(b x), b learned"
    derivative = "s + b f (1 - s), s = sigmoid(b x); df/db = f (x - f)"
    facts = silu_like_facts(SILU_MINIMUM, 0.2066209641, SILU_STEEPEST)
    frameworks = Frameworks()
    scheme = "he"
    sources = ("ramachandran2017",)
    cost_class = "B"
    relative_cost = 6.4
    roles = frozenset({"hidden"})
    parameters = (Parameter("b", 1.0),)
    work_buffers = 2

    def apply(self, z: Array, work: Array, parameters: Sequence[Array] = ()) -> None:
        """z <- z sigmoid(b z); work[0] <- sigmoid(b z), work[1] <- z."""
        (steepness,) = parameters
        np.copyto(work[1], z)
        np.multiply(z, steepness, out=work[0])
        logistic(work[0], out=work[0])
        np.multiply(z, work[0], out=z)

    def pull(
        self, delta: Array, value: Array, work: Array, parameters: Sequence[Array] = (), gradients: Sequence[Array] = ()
    ) -> None:
        """delta <- delta * (s + b f (1 - s)); the gradient of b sums delta * f (x - f)."""
        (steepness,) = parameters
        gate, x = work[0], work[1]
        for gradient in gradients:
            change = x - value
            change *= value
            add_product(gradient, delta, change)
        np.subtract(1, gate, out=x)
        np.multiply(x, value, out=x)
        np.multiply(x, steepness, out=x)
        np.add(gate, x, out=gate)
        np.multiply(delta, gate, out=delta)


class QuickGelu(Activation):
    """f(x) = x sigmoid(1.702 x): the logistic approximation of GELU."""

    name = "quick_gelu"
    title = "Quick GELU (logistic approximation)"
    formula = "x sigmoid(1.702 x)"
    derivative = "s + 1.702 f (1 - s), s = sigmoid(1.702 x)"
    facts = silu_like_facts(SILU_MINIMUM / 1.702, 0.2823305528, SILU_STEEPEST)
    frameworks = Frameworks(
        "lambda x: x * torch.sigmoid(1.702 * x)",
        "lambda x: x * keras.ops.sigmoid(1.702 * x)",
        "lambda x: x * jax.nn.sigmoid(1.702 * x)",
    )
    scheme = "he"
    sources = ("hendrycks2016",)
    cost_class = "B"
    relative_cost = 3.6
    roles = frozenset({"hidden"})

    def apply(self, z: Array, work: Array, parameters: Sequence[Array] = ()) -> None:
        """z <- z sigmoid(1.702 z); work <- sigmoid(1.702 z)."""
        np.multiply(z, 1.702, out=work)
        logistic(work, out=work)
        np.multiply(z, work, out=z)

    def pull(
        self, delta: Array, value: Array, work: Array, parameters: Sequence[Array] = (), gradients: Sequence[Array] = ()
    ) -> None:
        """delta <- delta * (s + 1.702 f (1 - s)), s = sigmoid(1.702 x)."""
        rest = 1 - work
        np.multiply(rest, value, out=rest)
        np.multiply(rest, 1.702, out=rest)
        np.add(work, rest, out=work)
        np.multiply(delta, work, out=delta)


class Gelu(Activation):
    """f(x) = x Phi(x), Phi the standard normal distribution function: the default of Keras and PyTorch, not of JAX."""

    name = "gelu"
    title = "GELU (exact)"
    formula = "x Phi(x)"
    derivative = "Phi(x) + x phi(x)"
    facts = silu_like_facts(-0.1699712075, 1 / (2 * sqrt(pi)), 1.1289041452)
    frameworks = Frameworks(
        'torch.nn.GELU(approximate="none")',
        '"gelu"',
        "functools.partial(jax.nn.gelu, approximate=False)",
    )
    scheme = "he"
    sources = ("hendrycks2016",)
    cost_class = "C"
    relative_cost = 7.4
    roles = frozenset({"hidden"})

    def apply(self, z: Array, work: Array, parameters: Sequence[Array] = ()) -> None:
        """z <- max(z, 0) - |z| Phi(-|z|), precise in both tails; work <- f'(z).

        f'(z) - 1/2 is odd, and equals 1/2 - Phi(-|z|) + |z| phi(z) for z > 0.
        """
        size = np.abs(z)
        tail = np.empty_like(z)
        normal_tail_and_density(size, tail=tail, density=work)
        np.multiply(work, size, out=work)
        np.subtract(work, tail, out=work)
        np.add(work, 0.5, out=work)
        np.copysign(work, z, out=work)
        np.add(work, 0.5, out=work)
        np.multiply(tail, size, out=tail)
        positive_part(z, out=z)
        np.subtract(z, tail, out=z)

    def pull(
        self, delta: Array, value: Array, work: Array, parameters: Sequence[Array] = (), gradients: Sequence[Array] = ()
    ) -> None:
        """delta <- delta * f'(x)."""
        np.multiply(delta, work, out=delta)


GELU_SCALE = 2 * sqrt(2 / pi)
GELU_CUBE = 0.044715


class GeluTanh(Activation):
    """f(x) = x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))). JAX's default GELU; at most 0.0005 from the exact form.

    Computed as x sigmoid(2 sqrt(2/pi) (x + 0.044715 x^3)), which is the same function.
    """

    name = "gelu_tanh"
    title = "GELU (tanh approximation)"
    formula = "x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))"
    derivative = "s + f (1 - s) u', s = sigmoid(u), u = 2 sqrt(2/pi) (x + 0.044715 x^3)"
    facts = silu_like_facts(-0.1700407506, 0.2820385881, 1.1289930687)
    frameworks = Frameworks(
        'torch.nn.GELU(approximate="tanh")',
        "lambda x: keras.activations.gelu(x, approximate=True)",
        "functools.partial(jax.nn.gelu, approximate=True)",
    )
    scheme = "he"
    sources = ("hendrycks2016",)
    cost_class = "B"
    relative_cost = 4.6
    roles = frozenset({"hidden"})

    def apply(self, z: Array, work: Array, parameters: Sequence[Array] = ()) -> None:
        """z <- z sigmoid(u(z)); work <- f'(z)."""
        square = z * z
        gate = square * (GELU_SCALE * GELU_CUBE)
        np.add(gate, GELU_SCALE, out=gate)
        np.multiply(gate, z, out=gate)
        logistic(gate, out=gate)
        np.multiply(z, gate, out=z)
        np.multiply(square, 3 * GELU_SCALE * GELU_CUBE, out=square)
        np.add(square, GELU_SCALE, out=square)
        np.subtract(1, gate, out=work)
        np.multiply(work, z, out=work)
        np.multiply(work, square, out=work)
        np.add(work, gate, out=work)

    def pull(
        self, delta: Array, value: Array, work: Array, parameters: Sequence[Array] = (), gradients: Sequence[Array] = ()
    ) -> None:
        """delta <- delta * f'(x)."""
        np.multiply(delta, work, out=delta)


class Mish(Activation):
    """f(x) = x tanh(softplus(x)). With n = exp(x), tanh(softplus(x)) = n (n + 2) / (n (n + 2) + 2)."""

    name = "mish"
    title = "Mish"
    formula = "x tanh(log(1 + exp(x)))"
    derivative = "t + x sigmoid(x) (1 - t^2), t = tanh(log(1 + exp(x)))"
    facts = silu_like_facts(-0.3088434130, 0.2404038884, 1.0884981613)
    frameworks = Frameworks("torch.nn.Mish()", '"mish"', "jax.nn.mish")
    scheme = "he"
    sources = ("misra2019",)
    cost_class = "D"
    relative_cost = 4.9
    roles = frozenset({"hidden"})

    def apply(self, z: Array, work: Array, parameters: Sequence[Array] = ()) -> None:
        """z <- z p / (p + 2) with p = n (n + 2); work <- n = exp(min(z, 20)): beyond 20 the gate rounds to one."""
        np.clip(z, -np.inf, 20, out=work)
        np.exp(work, out=work)
        product = work + 2
        np.multiply(product, work, out=product)
        np.multiply(z, product, out=z)
        np.add(product, 2, out=product)
        np.divide(z, product, out=z)

    def pull(
        self, delta: Array, value: Array, work: Array, parameters: Sequence[Array] = (), gradients: Sequence[Array] = ()
    ) -> None:
        """delta <- delta * (1 - 2 q + 4 q f (n + 1) / (n + 2)), q = 1 / (p + 2)."""
        above = work + 2
        inner = work * above
        np.add(inner, 2, out=inner)
        np.add(work, 1, out=work)
        np.divide(work, above, out=work)
        np.multiply(work, value, out=work)
        np.multiply(work, 4, out=work)
        np.subtract(work, 2, out=work)
        np.divide(work, inner, out=work)
        np.add(work, 1, out=work)
        np.multiply(delta, work, out=delta)


class HardSwish(Activation):
    """f(x) = x clip(x + 3, 0, 6) / 6: silu with the gate made of straight pieces. Its slope jumps at -3 and at 3."""

    name = "hard_swish"
    title = "Hard swish"
    formula = "x min(max(x + 3, 0), 6) / 6"
    derivative = "0 for x < -3, (2 x + 3) / 6 for |x| < 3, 1 for x > 3"
    facts = Facts(
        range=(-0.375, inf),
        smoothness=0,
        joints=(-3.0, 3.0),
        monotone=False,
        zero_centred=False,
        mean=0.1662167007,
        saturates="left",
        exact_zeros=True,
        zero_gradient=(-inf, -3.0),
        lipschitz=1.5,
    )
    frameworks = Frameworks("torch.nn.Hardswish()", '"hard_swish"', "jax.nn.hard_swish")
    scheme = "he"
    sources = ("howard2019",)
    cost_class = "A"
    relative_cost = 2.5
    roles = frozenset({"hidden"})

    def apply(self, z: Array, work: Array, parameters: Sequence[Array] = ()) -> None:
        """z <- z g with g = clip(z / 6 + 1/2, 0, 1); work <- g."""
        np.multiply(z, 1 / 6, out=work)
        np.add(work, 0.5, out=work)
        np.clip(work, 0, 1, out=work)
        np.multiply(z, work, out=z)

    def pull(
        self, delta: Array, value: Array, work: Array, parameters: Sequence[Array] = (), gradients: Sequence[Array] = ()
    ) -> None:
        """delta <- delta * (g + (g - 1/2) [0 < g < 1])."""
        inside = work > 0
        inside &= work < 1
        ramp = work - 0.5
        np.multiply(ramp, inside, out=ramp)
        np.add(work, ramp, out=work)
        np.multiply(delta, work, out=delta)

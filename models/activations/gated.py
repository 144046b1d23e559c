"""Gated linear units: the product of a linear branch and an activated gate branch, each with its own weights."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from .base import Activation, Array, Facts, Frameworks, floating_copy
from .rectifiers import Relu
from .self_gated import Gelu, Silu
from .sigmoids import Sigmoid


class GatedActivation(Activation):
    """f(gate, linear) = g(gate) * linear, where g is `inner`.

    `apply`, `pull`, `value` and `slope` act on the gate branch alone, as g; the `_gated` methods act on the product.
    Facts describe the product over the plane, its branches independent and of mean zero; `zero_gradient` is in the
    gate, where both partial derivatives vanish. At equal width the unit needs 1.5 times the weights of a plain
    feed-forward block, so the width is usually cut to 2/3.
    """

    inner: ClassVar[Activation]

    def apply(self, z: Array, work: Array, parameters: Sequence[Array] = ()) -> None:
        """z <- g(z): the gate branch alone."""
        self.inner.apply(z, work, parameters)

    def pull(
        self, delta: Array, value: Array, work: Array, parameters: Sequence[Array] = (), gradients: Sequence[Array] = ()
    ) -> None:
        """delta <- delta * g'(z): the gate branch alone."""
        self.inner.pull(delta, value, work, parameters, gradients)

    def apply_gated(self, gate: Array, linear: Array, product: Array, work: Array) -> None:
        """gate <- g(gate), product <- g(gate) * linear, all of one shape; `linear` is only read."""
        self.inner.apply(gate, work)
        np.multiply(gate, linear, out=product)

    def pull_gated(self, delta: Array, gate_value: Array, linear: Array, gate_delta: Array, work: Array) -> None:
        """gate_delta <- gradient of the gate's input, delta <- gradient of the linear branch.

        `gate_value` is g(gate) as `apply_gated` left it.
        """
        np.multiply(delta, linear, out=gate_delta)
        self.inner.pull(gate_delta, gate_value, work)
        np.multiply(delta, gate_value, out=delta)

    def value_gated(self, gate: ArrayLike, linear: ArrayLike) -> Array:
        """g(gate) * linear as a new array of the common shape."""
        result: Array = self.inner.value(gate) * floating_copy(linear)
        return result

    def slopes_gated(self, gate: ArrayLike, linear: ArrayLike) -> tuple[Array, Array]:
        """The partial derivatives with respect to gate and to linear, as new arrays of the common shape."""
        value, slope = self.inner.value_and_slope(gate)
        branch = floating_copy(linear)
        return slope * branch, value * np.ones_like(branch)


def gated_facts(smoothness: float, dead_gate: bool = False) -> Facts:
    """The facts of a product over the plane; `dead_gate` when the gate is exactly zero for negative inputs."""
    return Facts(
        range=(-inf, inf),
        smoothness=smoothness,
        joints=(0.0,) if smoothness == 0 else (),
        monotone=False,
        zero_centred=True,
        mean=0.0,
        saturates="no",
        exact_zeros=dead_gate,
        zero_gradient=(-inf, 0.0) if dead_gate else None,
        lipschitz=inf,
    )


class Glu(GatedActivation):
    """sigmoid(gate) * linear. PyTorch, Keras and JAX split one array: first half linear, second half gate."""

    name = "glu"
    title = "GLU"
    formula = "sigmoid(x V) (x W)"
    derivative = "d/dlinear = sigmoid(gate); d/dgate = linear * sigmoid'(gate)"
    facts = gated_facts(inf)
    frameworks = Frameworks("torch.nn.GLU(dim=-1)", '"glu"', "jax.nn.glu")
    scheme = "lecun"
    sources = ("dauphin2017", "shazeer2020")
    cost_class = "B"
    relative_cost = 4.1
    roles = frozenset({"gated_unit"})
    inner = Sigmoid()


class ReGlu(GatedActivation):
    """relu(gate) * linear. A unit with a negative gate passes no gradient to either branch."""

    name = "reglu"
    title = "ReGLU"
    formula = "relu(x V) (x W)"
    derivative = "d/dlinear = relu(gate); d/dgate = linear for gate > 0, else 0"
    facts = gated_facts(0, dead_gate=True)
    frameworks = Frameworks(
        "lambda gate, linear: torch.relu(gate) * linear",
        "lambda gate, linear: keras.ops.relu(gate) * linear",
        "lambda gate, linear: jax.nn.relu(gate) * linear",
    )
    scheme = "lecun"
    sources = ("shazeer2020",)
    cost_class = "A"
    relative_cost = 2.0
    roles = frozenset({"gated_unit"})
    inner = Relu()


class GeGlu(GatedActivation):
    """gelu(gate) * linear, with the exact GELU."""

    name = "geglu"
    title = "GEGLU"
    formula = "gelu(x V) (x W)"
    derivative = "d/dlinear = gelu(gate); d/dgate = linear * gelu'(gate)"
    facts = gated_facts(inf)
    frameworks = Frameworks(
        "lambda gate, linear: torch.nn.functional.gelu(gate) * linear",
        "lambda gate, linear: keras.ops.gelu(gate, approximate=False) * linear",
        "lambda gate, linear: jax.nn.gelu(gate, approximate=False) * linear",
    )
    scheme = "lecun"
    sources = ("shazeer2020",)
    cost_class = "C"
    relative_cost = 8.1
    roles = frozenset({"gated_unit"})
    inner = Gelu()


class SwiGlu(GatedActivation):
    """silu(gate) * linear, with beta fixed at one."""

    name = "swiglu"
    title = "SwiGLU"
    formula = "silu(x V) (x W)"
    derivative = "d/dlinear = silu(gate); d/dgate = linear * silu'(gate)"
    facts = gated_facts(inf)
    frameworks = Frameworks(
        "lambda gate, linear: torch.nn.functional.silu(gate) * linear",
        "lambda gate, linear: keras.ops.silu(gate) * linear",
        "lambda gate, linear: jax.nn.silu(gate) * linear",
    )
    scheme = "lecun"
    sources = ("shazeer2020",)
    cost_class = "B"
    relative_cost = 4.2
    roles = frozenset({"gated_unit"})
    inner = Silu()

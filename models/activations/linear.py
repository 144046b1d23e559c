"""The identity."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from .base import Activation, Array, Facts, Frameworks


class Identity(Activation):
    """f(x) = x. Adds no expressive power between two linear layers; the usual output function for regression."""

    name = "identity"
    title = "Identity"
    formula = "x"
    derivative = "1"
    facts = Facts(
        range=(-inf, inf),
        smoothness=inf,
        monotone=True,
        zero_centred=True,
        mean=0.0,
        saturates="no",
        lipschitz=1.0,
        homogeneous=True,
        odd=True,
        piecewise_linear=True,
    )
    frameworks = Frameworks("torch.nn.Identity()", '"linear"', "jax.nn.identity", '"identity"')
    scheme = "glorot"
    sources = ("glorot2010",)
    cost_class = "A"
    relative_cost = 0.1
    roles = frozenset({"hidden", "output"})

    def apply(self, z: Array, work: Array, parameters: Sequence[Array] = ()) -> None:
        """Leave z as it is."""

    def pull(
        self, delta: Array, value: Array, work: Array, parameters: Sequence[Array] = (), gradients: Sequence[Array] = ()
    ) -> None:
        """Leave delta as it is."""

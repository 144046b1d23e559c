"""Oscillating functions: sine and snake."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, inf, pi

import numpy as np

from .base import Activation, Array, Facts, Frameworks, Parameter, add_product


class Sine(Activation):
    """f(x) = sin(x). The frequency factor of SIREN (30) belongs to the initial weights, not to the function."""

    name = "sine"
    title = "Sine (SIREN)"
    formula = "sin(x)"
    derivative = "cos(x)"
    facts = Facts(
        range=(-1.0, 1.0),
        smoothness=inf,
        monotone=False,
        zero_centred=True,
        mean=0.0,
        saturates="no",
        lipschitz=1.0,
        odd=True,
        periodic=True,
    )
    frameworks = Frameworks("torch.sin", "keras.ops.sin", "jax.numpy.sin")
    scheme = "siren"
    sources = ("sitzmann2020",)
    cost_class = "D"
    relative_cost = 4.8
    roles = frozenset({"hidden"})
    wavelength = 2 * pi

    def apply(self, z: Array, work: Array, parameters: Sequence[Array] = ()) -> None:
        """z <- sin(z); work <- cos(z)."""
        np.cos(z, out=work)
        np.sin(z, out=z)

    def pull(
        self, delta: Array, value: Array, work: Array, parameters: Sequence[Array] = (), gradients: Sequence[Array] = ()
    ) -> None:
        """delta <- delta * cos(x)."""
        np.multiply(delta, work, out=delta)


class Snake(Activation):
    """f(x) = x + sin^2(a x) / a with a > 0 learned per channel from 1: monotone, yet extrapolates a periodic part.

    Facts hold at a = 1, which the snippets keep fixed.
    """

    name = "snake"
    title = "Snake"
    formula = "x + sin^2(a x) / a, a learned"
    derivative = "1 + sin(2 a x); df/da = x sin(2 a x) / a - sin^2(a x) / a^2"
    facts = Facts(
        range=(-inf, inf),
        smoothness=inf,
        monotone=True,
        zero_centred=False,
        mean=(1 - exp(-2)) / 2,
        saturates="no",
        lipschitz=2.0,
    )
    frameworks = Frameworks(
        "lambda x: x + torch.sin(x).square()",
        "lambda x: x + keras.ops.square(keras.ops.sin(x))",
        "lambda x: x + jax.numpy.square(jax.numpy.sin(x))",
    )
    scheme = "lecun"
    sources = ("ziyin2020",)
    cost_class = "D"
    relative_cost = 8.7
    roles = frozenset({"hidden"})
    parameters = (Parameter("a", 1.0, low=0.01, high=100.0),)
    work_buffers = 2
    wavelength = pi

    def apply(self, z: Array, work: Array, parameters: Sequence[Array] = ()) -> None:
        """z <- z + sin^2(a z) / a; work[0] <- sin(2 a z), work[1] <- z."""
        (frequency,) = parameters
        np.copyto(work[1], z)
        sine = z * frequency
        np.cos(sine, out=work[0])
        np.sin(sine, out=sine)
        np.multiply(work[0], sine, out=work[0])
        np.multiply(work[0], 2, out=work[0])
        np.multiply(sine, sine, out=sine)
        np.divide(sine, frequency, out=sine)
        np.add(z, sine, out=z)

    def pull(
        self, delta: Array, value: Array, work: Array, parameters: Sequence[Array] = (), gradients: Sequence[Array] = ()
    ) -> None:
        """delta <- delta * (1 + sin(2 a x)); the gradient of a sums delta * (x sin(2 a x) - (f - x)) / a."""
        (frequency,) = parameters
        for gradient in gradients:
            change = work[0] * work[1]
            change += work[1]
            change -= value
            change /= frequency
            add_product(gradient, delta, change)
        np.add(work[0], 1, out=work[0])
        np.multiply(delta, work[0], out=delta)

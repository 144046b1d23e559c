"""The feed-forward part of a block, whose function is raced.

    plain     out = W' f(W x + b) + b'                              hidden width: expansion * width
    gated     out = W' (g(V x + c) * (W x + b)) + b'                2/3 of it, for equally many weights [Shazeer 2020]

Gate and linear branch are one product: the gate's units come first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from models.activations.base import Activation, Array
from models.activations.gated import GatedActivation
from models.kernels.products import multiply, multiply_transposed
from models.networks.parts import Normal, Part, learned_parts
from models.networks.shapes import AttentionShape

See = Callable[[Array], None] | None
"""What looks at, or changes, an array [M, units, places]."""


def hidden_units(shape: AttentionShape, activation: Activation) -> int:
    """Units of the hidden layer, at least 1."""
    plain = shape.expansion * shape.width
    return max(1, round(plain * 2 / 3)) if isinstance(activation, GatedActivation) else plain


def feed_forward_parts(prefix: str, shape: AttentionShape, activation: Activation, factor: float) -> list[Part]:
    """The weights into and out of the hidden layer, their last columns biases; then the activation's own."""
    width, units = shape.width, hidden_units(shape, activation)
    branches = 2 if isinstance(activation, GatedActivation) else 1
    return [
        Part(f"{prefix}.widening", (branches * units, width + 1), Normal((1,), "unit", bias=True)),
        Part(f"{prefix}.narrowing", (width, units + 1), Normal((1,), "hidden", factor, bias=True)),
        *learned_parts(f"{prefix}.function", activation, (units, 1)),
    ]


class Kept:
    """What one pass leaves: `value` with its row of ones, the branches of a gated unit, and the activation's work."""

    def __init__(self, activation: Activation, units: int, members: int, places: int, dtype: np.dtype[Any]) -> None:
        gated = isinstance(activation, GatedActivation)
        self.value = np.ones((members, units + 1, places), dtype)
        self.units = self.value[:, :-1]
        self.branches = np.empty((members, 2 * units, places), dtype) if gated else self.units
        inner = activation.inner if isinstance(activation, GatedActivation) else activation
        self.work = inner.work_like(np.empty((members, units, places), dtype))


class FeedForward:
    """The feed-forward part of one block."""

    def __init__(
        self,
        activation: Activation,
        values: Mapping[str, Array],
        gradients: Mapping[str, Array],
        prefix: str,
    ) -> None:
        self.activation = activation
        self.widening, self.widening_gradient = values[f"{prefix}.widening"], gradients[f"{prefix}.widening"]
        self.narrowing, self.narrowing_gradient = values[f"{prefix}.narrowing"], gradients[f"{prefix}.narrowing"]
        names = [f"{prefix}.function.{parameter.name}" for parameter in activation.parameters]
        self.slopes = tuple(values[name] for name in names)
        self._slope_gradients = tuple(gradients[name] for name in names)
        self.units = self.narrowing.shape[-1] - 1

    def kept(self, places: int) -> Kept:
        """Arrays for a pass over so many places."""
        return Kept(self.activation, self.units, len(self.widening), places, self.widening.dtype)

    def scratch(self, places: int) -> Array:
        """An array for a backward pass over so many places, which all blocks may share."""
        return np.empty((*self.widening.shape[:2], places), self.widening.dtype)

    def forward(self, x: Array, out: Array, kept: Kept, observe: See = None, alter: See = None) -> None:
        """From inputs with a row of ones [M, width + 1, places] to out [M, width, places].

        `observe` sees the input of the function, that of the gate in gated units; `alter` what goes into W'.
        """
        multiply(self.widening, x, out=kept.branches)
        if observe is not None:
            observe(kept.branches[:, : self.units])
        self._apply(kept)
        if alter is not None:
            alter(kept.units)
        multiply(self.narrowing, kept.value, out=out)

    def backward(self, x: Array, delta: Array, out: Array, kept: Kept, scratch: Array, observe: See = None) -> None:
        """Write the gradients; out <- that at the inputs [M, width, places], from delta at what `forward` gave."""
        multiply_transposed(delta, kept.value, out=self.narrowing_gradient)
        multiply(self.narrowing[:, :, :-1].swapaxes(1, 2), delta, out=scratch[:, -self.units :])
        self._pull(kept, scratch)
        if observe is not None:
            observe(scratch[:, : self.units])
        multiply_transposed(scratch, x, out=self.widening_gradient)
        multiply(self.widening[:, :, :-1].swapaxes(1, 2), scratch, out=out)

    def _apply(self, kept: Kept) -> None:
        if isinstance(self.activation, GatedActivation):
            gate, linear = kept.branches[:, : self.units], kept.branches[:, self.units :]
            self.activation.apply_gated(gate, linear, kept.units, kept.work)
        else:
            self.activation.apply(kept.units, kept.work, self.slopes)

    def _pull(self, kept: Kept, scratch: Array) -> None:
        """Turn the gradient at the hidden units, the last of `scratch`, into that at W x + b."""
        if isinstance(self.activation, GatedActivation):
            gate, linear = kept.branches[:, : self.units], kept.branches[:, self.units :]
            at_gate, at_linear = scratch[:, : self.units], scratch[:, self.units :]
            self.activation.pull_gated(at_linear, gate, linear, at_gate, kept.work)
        else:
            for gradient in self._slope_gradients:
                gradient[...] = 0
            self.activation.pull(scratch, kept.units, kept.work, self.slopes, self._slope_gradients)

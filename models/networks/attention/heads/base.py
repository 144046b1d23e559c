"""What multi-head attention is [Vaswani et al. 2017], however it is computed.

    q, k, v = W x + b, cut into heads of d channels
    attended_i = sum_j v_j softmax_j(k_j . q_i / sqrt(d)), over the steps j that i may attend to
    out = W' attended + b'

Arrays are [M, channels, rows * steps].
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping

import numpy as np

from models.activations.base import Array
from models.kernels.products import multiply, multiply_transposed
from models.networks.attention.sight import Sight
from models.networks.parts import Normal, Part
from models.networks.shapes import AttentionShape


def head_parts(prefix: str, shape: AttentionShape, factor: float) -> list[Part]:
    """The weights of q, k and v together, and those behind the heads; the last column is the bias."""
    width = shape.width
    return [
        Part(f"{prefix}.heads", (3 * width, width + 1), Normal((1,), "unit", bias=True)),
        Part(f"{prefix}.mixing", (width, width + 1), Normal((1,), "unit", factor, bias=True)),
    ]


class Kept:
    """What one pass leaves for the backward pass: `attended` with its row of ones, and a subclass's own."""

    def __init__(self, members: int, width: int, places: int, dtype: np.dtype[np.floating]) -> None:
        self.attended = np.ones((members, width + 1, places), dtype)


class Scratch:
    """Arrays of the backward pass, which all blocks may share: the gradient at `attended`, and a subclass's own."""

    def __init__(self, members: int, width: int, places: int, dtype: np.dtype[np.floating]) -> None:
        self.attended = np.empty((members, width, places), dtype)


class Heads(ABC):
    """The attention of one block."""

    def __init__(
        self, shape: AttentionShape, values: Mapping[str, Array], gradients: Mapping[str, Array], prefix: str
    ) -> None:
        self.weights, self.gradient = values[f"{prefix}.heads"], gradients[f"{prefix}.heads"]
        self.mixing, self.mixing_gradient = values[f"{prefix}.mixing"], gradients[f"{prefix}.mixing"]
        self.steps, self.width, self.heads = shape.sizes[0], shape.width, shape.heads

    @abstractmethod
    def kept(self, places: int) -> Kept:
        """Arrays for a pass over so many places."""

    @abstractmethod
    def scratch(self, places: int) -> Scratch:
        """Arrays for a backward pass over so many places."""

    @abstractmethod
    def _attend(self, x: Array, kept: Kept, sight: Sight) -> None:
        """Write `kept.attended` but for its row of ones, from x."""

    @abstractmethod
    def _attend_backward(self, x: Array, out: Array, kept: Kept, scratch: Scratch) -> None:
        """Write the gradient of `weights`, and that at x into out, from `scratch.attended`, which is used up."""

    def forward(self, x: Array, out: Array, kept: Kept, sight: Sight) -> None:
        """From inputs with a row of ones [M, width + 1, places] to out [M, width, places]."""
        self._attend(x, kept, sight)
        multiply(self.mixing, kept.attended, out=out)

    def backward(self, x: Array, delta: Array, out: Array, kept: Kept, scratch: Scratch) -> None:
        """Write the gradients; out <- that at the inputs [M, width, places], from delta at what `forward` gave."""
        multiply_transposed(delta, kept.attended, out=self.mixing_gradient)
        multiply(self.mixing[:, :, :-1].swapaxes(1, 2), delta, out=scratch.attended)
        self._attend_backward(x, out, kept, scratch)

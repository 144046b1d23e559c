"""What a convolution in training does, whichever way it is computed.

Streams are [M, channels, height, width, rows]: with the rows last, planes that are moved against each other stay long
runs of memory, and what belongs to a channel broadcasts along it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.activations.base import Array
from models.networks.conv.buffers import Buffers
from models.networks.conv.geometry import LayerSizes
from models.networks.conv.moves import Move, add_all


@dataclass(frozen=True)
class Filters:
    """A layer's weights in the order of its kind of convolution, and its biases [M, channels], or their gradients."""

    weights: Array
    bias: Array | None


class Convolution(ABC):
    """One layer's convolution: its parameters, and its buffers for batches of `rows` rows.

    The layer before writes its stream into `inputs`; the gradient at the outputs is to be written into `delta`, which
    may be shared with other layers until `gradients` is called.
    """

    inputs: Array
    delta: Array

    def __init__(self, sizes: LayerSizes, values: Filters, gradients: Filters, rows: int, buffers: Buffers) -> None:
        self.sizes = sizes
        self.values = values
        self.gradients = gradients
        self.buffers = buffers
        members = len(values.weights)
        self._ones = np.ones(sizes.places * rows, buffers.dtype)
        self.stream_shape = (members, sizes.channels, *sizes.inputs, rows)
        self.output_shape = (members, sizes.width, *sizes.outputs, rows)

    @abstractmethod
    def forward(self, outputs: Array) -> None:
        """Write the convolution of `inputs`, with the biases, into outputs [M, width, height, width, rows]."""

    @abstractmethod
    def parameter_gradients(self) -> None:
        """Write the gradients of weights and biases, from `inputs` and `delta`."""

    @abstractmethod
    def input_gradient(self, into: Array, passed: Array | None) -> None:
        """Write the gradient at the inputs, after `parameter_gradients`, and add what a residual path passed.

        `into` may lie within `delta`, or be what was passed.
        """

    @abstractmethod
    def infer(self, stream: Array) -> Array:
        """The convolution of streams [M or 1, channels, height, width, n] with the biases, as a new array."""

    def _bias_gradient(self) -> None:
        if self.gradients.bias is not None:
            members, width = self.output_shape[:2]
            np.matmul(self.delta.reshape(members, width, -1), self._ones, out=self.gradients.bias)

    def _per_place(self, bias: Array) -> Array:
        return bias[:, :, None, None, None]

    def _return(self, back: Sequence[Move], spread: Array, into: Array, passed: Array | None) -> None:
        """Sum what the inputs get back through each move, and what a residual path passed."""
        add_all(back, spread, into, base=passed)

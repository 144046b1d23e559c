"""Convolution as one matrix product of the weights and all that each output sees ('im2col').

What each place of the kernel sees is one moved copy of the inputs, so this is for layers of few channels, for signals
(whose kernel has one line), and for strides, of which no product is wasted.
"""

from __future__ import annotations

import numpy as np

from models.activations.base import Array
from models.networks.conv.buffers import Buffers
from models.networks.conv.convolution import Convolution, Filters
from models.networks.conv.geometry import LayerSizes
from models.networks.conv.moves import copy_all, kernel_moves, staying


class Gathered(Convolution):
    """Weights [M, width, kernel height, kernel width, channels]; `shares` streams serve all M members."""

    def __init__(
        self, sizes: LayerSizes, values: Filters, gradients: Filters, rows: int, buffers: Buffers, shares: int
    ) -> None:
        super().__init__(sizes, values, gradients, rows, buffers)
        members = len(values.weights)
        self._moves = kernel_moves(sizes)
        self._back = [move.back for move in self._moves]
        self._home = staying(self._moves)
        self._seen_shape = (len(self._moves), sizes.channels, *sizes.outputs)
        self._seen = buffers.own((shares, *self._seen_shape, rows))
        plain = (shares, *self.stream_shape[1:])
        self.inputs = buffers.own(plain) if self._home is None else self._seen[:, self._home]
        self.delta = buffers.shared("delta", self.output_shape)
        self._grid = (members,) if shares == members else (members // shares, shares)
        self._matrix = values.weights.reshape(*self._grid, sizes.width, -1)
        self._gradient = gradients.weights.reshape(*self._grid, sizes.width, -1)

    @staticmethod
    def weight_shape(sizes: LayerSizes) -> tuple[tuple[int, ...], int, tuple[int, ...]]:
        return (sizes.width, *sizes.kernel, sizes.channels), 0, (1, 2, 3)

    def forward(self, outputs: Array) -> None:
        copy_all(self._moves, self.inputs, self._seen, but=self._home)
        np.matmul(self._matrix, self._by_input(self._seen), out=outputs.reshape(*self._grid, self.sizes.width, -1))
        if self.values.bias is not None:
            np.add(outputs, self._per_place(self.values.bias), out=outputs)

    def parameter_gradients(self) -> None:
        delta = self.delta.reshape(*self._grid, self.sizes.width, -1)
        np.matmul(delta, self._by_input(self._seen).swapaxes(1, 2), out=self._gradient)
        self._bias_gradient()

    def input_gradient(self, into: Array, passed: Array | None) -> None:
        spread = self.buffers.shared("spread", self._seen.shape)
        delta = self.delta.reshape(len(into), self.sizes.width, -1)
        np.matmul(self._matrix.swapaxes(1, 2), delta, out=self._by_input(spread))
        self._return(self._back, spread, into, passed)

    def infer(self, stream: Array) -> Array:
        seen = self.buffers.own((len(stream), *self._seen_shape, stream.shape[-1]))
        copy_all(self._moves, stream, seen, but=None)
        matrix = self.values.weights.reshape(self.output_shape[0], self.sizes.width, -1)
        outputs: Array = np.matmul(matrix, self._by_input(seen)).reshape(*self.output_shape[:-1], -1)
        if self.values.bias is not None:
            outputs += self._per_place(self.values.bias)
        return outputs

    def _by_input(self, seen: Array) -> Array:
        """[shares, fan in, places * rows]."""
        return seen.reshape(len(seen), self.sizes.fan_in, -1)

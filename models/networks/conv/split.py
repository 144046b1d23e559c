"""Convolution in two halves: the columns of the kernel are gathered before one matrix product, its lines summed after.

With C channels, W units and a k x k kernel, a product of [k W, k C] by [k C, places] gives, for every line of the
inputs, what it adds to k lines of the outputs. Each half moves planes k times rather than k^2 times, little is computed
in vain, and both sides of the product are large: k W by k C, where that of the whole kernel would be W by k^2 C.
"""

from __future__ import annotations

import numpy as np

from models.activations.base import Array
from models.networks.conv.buffers import Buffers
from models.networks.conv.convolution import Convolution, Filters
from models.networks.conv.geometry import LayerSizes
from models.networks.conv.moves import add_all, column_moves, copy_all, line_moves, staying


class Split(Convolution):
    """Weights [M, kernel height, width, kernel width, channels]; for layers without a stride.

    `_seen` holds the moved inputs, `_sent` the moved gradients at the outputs: each pair of them meets in one weight.
    """

    def __init__(self, sizes: LayerSizes, values: Filters, gradients: Filters, rows: int, buffers: Buffers) -> None:
        super().__init__(sizes, values, gradients, rows, buffers)
        members = len(values.weights)
        self._columns, self._lines = column_moves(sizes), line_moves(sizes)
        self._columns_back, self._lines_back = ([move.back for move in moves] for moves in (self._columns, self._lines))
        self._home_column, self._home_line = staying(self._columns), staying(self._lines)
        plane = (sizes.inputs[0], sizes.outputs[1])
        self._seen_shape = (len(self._columns), sizes.channels, *plane)
        self._sent_shape = (len(self._lines), sizes.width, *plane)
        self._seen = buffers.own((members, *self._seen_shape, rows))
        self._sent = buffers.shared("sent", (members, *self._sent_shape, rows))
        self._spread = buffers.shared("spread", self._seen.shape)
        self._products = buffers.shared("spread", self._sent.shape)
        self.inputs = buffers.own(self.stream_shape) if self._home_column is None else self._seen[:, self._home_column]
        apart = self._home_line is None
        self.delta = buffers.shared("delta", self.output_shape) if apart else self._sent[:, self._home_line]
        self._matrix = self._as_matrix(values.weights)
        self._gradient = self._as_matrix(gradients.weights)

    @staticmethod
    def weight_shape(sizes: LayerSizes) -> tuple[tuple[int, ...], int, tuple[int, ...]]:
        return (sizes.kernel[0], sizes.width, sizes.kernel[1], sizes.channels), 1, (0, 2, 3)

    def forward(self, outputs: Array) -> None:
        copy_all(self._columns, self.inputs, self._seen, but=self._home_column)
        np.matmul(self._matrix, _flat(self._seen), out=_flat(self._products))
        self._sum_lines(self._products, outputs)

    def parameter_gradients(self) -> None:
        copy_all(self._lines_back, self.delta, self._sent, but=self._home_line)
        np.matmul(_flat(self._sent), _flat(self._seen).swapaxes(1, 2), out=self._gradient)
        self._bias_gradient()

    def input_gradient(self, into: Array, passed: Array | None) -> None:
        np.matmul(self._matrix.swapaxes(1, 2), _flat(self._sent), out=_flat(self._spread))
        self._return(self._columns_back, self._spread, into, passed)

    def infer(self, stream: Array) -> Array:
        members, rows = self.output_shape[0], stream.shape[-1]
        seen = self.buffers.own((members, *self._seen_shape, rows))
        copy_all(self._columns, stream, seen, but=None)
        products = np.matmul(self._matrix, _flat(seen)).reshape(members, *self._sent_shape, rows)
        outputs = np.empty((*self.output_shape[:-1], rows), products.dtype)
        self._sum_lines(products, outputs)
        return outputs

    def _sum_lines(self, products: Array, outputs: Array) -> None:
        """What the lines of the kernel add up to, with the biases."""
        add_all(self._lines, products, outputs)
        if self.values.bias is not None:
            outputs += self._per_place(self.values.bias)

    def _as_matrix(self, weights: Array) -> Array:
        sizes = self.sizes
        return weights.reshape(len(weights), sizes.kernel[0] * sizes.width, sizes.kernel[1] * sizes.channels)


def _flat(moved: Array) -> Array:
    """[M, moves, channels, height, width, rows] as matrices [M, moves * channels, the rest]."""
    members, moves, channels = moved.shape[:3]
    return moved.reshape(members, moves * channels, -1)

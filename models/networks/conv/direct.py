"""Convolution by a compiled kernel, which reads the streams where they are: for layers without a stride, in float32."""

from __future__ import annotations

import numpy as np

from models.activations.base import Array
from models.kernels.convolution import Taps
from models.networks.conv.buffers import Buffers
from models.networks.conv.convolution import Convolution, Filters
from models.networks.conv.geometry import LayerSizes


class Direct(Convolution):
    """Weights [M, width, kernel height, kernel width, channels], a view of any order in memory.

    `shares` streams serve all M members.
    """

    def __init__(
        self, sizes: LayerSizes, values: Filters, gradients: Filters, rows: int, buffers: Buffers, shares: int
    ) -> None:
        super().__init__(sizes, values, gradients, rows, buffers)
        self.inputs = buffers.own((shares, *self.stream_shape[1:]))
        self.delta = buffers.shared("delta", self.output_shape)
        self._taps = Taps(values.weights, self.inputs.shape, self.output_shape, sizes.padding)
        self._back = self._turned() if shares == len(values.weights) else None
        rooms = (self._taps.room, self._taps.gradient_room, self._back.room if self._back else 0)
        self._work = buffers.shared("work", (max(rooms),))

    def forward(self, outputs: Array) -> None:
        self._taps.convolve(self.inputs, outputs, self._work, self.values.bias, None)

    def parameter_gradients(self) -> None:
        self._taps.gradients(self.inputs, self.delta, self._work, self.gradients.weights, self.gradients.bias)

    def input_gradient(self, into: Array, passed: Array | None) -> None:
        assert self._back is not None
        self._back.convolve(self.delta, into, self._work, None, passed)

    def infer(self, stream: Array) -> Array:
        outputs = np.empty((*self.output_shape[:-1], stream.shape[-1]), stream.dtype)
        taps = Taps(self.values.weights, stream.shape, outputs.shape, self.sizes.padding)
        taps.convolve(stream, outputs, np.empty(taps.room, stream.dtype), self.values.bias, None)
        return outputs

    def _turned(self) -> Taps:
        """From the gradient at the outputs to that at the inputs: the kernel turned round, and the channels exchanged.

        With k - 1 - padding zeros before each axis, whatever the padding after it.
        """
        turned = self.values.weights[:, :, ::-1, ::-1].swapaxes(1, 4)
        before = [size - 1 - padding for size, padding in zip(self.sizes.kernel, self.sizes.padding, strict=True)]
        return Taps(turned, self.output_shape, self.stream_shape, (before[0], before[1]))

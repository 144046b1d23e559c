"""One hidden layer of convolutional networks: h' = pool(f(norm(conv(h)))), or h + f(norm(conv(h)))."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.activations.base import Activation, Array
from models.networks.base import Alteration, Observer
from models.networks.conv.buffers import Buffers
from models.networks.conv.convolution import Convolution
from models.networks.conv.pooling import Pooling
from models.networks.normalization import Normalization


@dataclass(frozen=True)
class Raced:
    """The raced function in one layer: its own parameters [M, width or 1, 1], and their gradients."""

    activation: Activation
    slopes: tuple[Array, ...]
    gradients: tuple[Array, ...]


class Hidden:
    """A convolution and what follows it.

    `value` [M, width, height, width, rows] is f(norm(conv(h))). `stream` is what the next layer sees: the value itself,
    unless it is pooled or the inputs are added. The gradient at the stream is to be written into `arriving`.
    """

    def __init__(
        self,
        index: int,
        convolution: Convolution,
        normalization: Normalization | None,
        raced: Raced,
        pooling: Pooling | None,
        stream: Array,
        buffers: Buffers,
    ) -> None:
        self.index = index
        self.convolution = convolution
        self.normalization = normalization
        self.raced = raced
        self.pooling = pooling
        self.stream = stream
        self.residual = convolution.sizes.residual
        passes_on = pooling is None and not self.residual
        shape = convolution.output_shape
        self.value = stream if passes_on else buffers.own(shape)
        self.arriving = convolution.delta if passes_on else buffers.shared("arriving", stream.shape)
        self._work = raced.activation.work_like(
            np.empty((*shape[:2], convolution.sizes.places * shape[-1]), buffers.dtype)
        )

    def forward(self) -> None:
        """From the convolution's inputs to the stream."""
        self.convolution.forward(self.value)
        value = by_unit(self.value)
        if self.normalization is not None:
            self.normalization.forward(value)
        self.raced.activation.apply(value, self._work, self.raced.slopes)
        if self.residual:
            np.add(self.value, self.convolution.inputs, out=self.stream)
        elif self.pooling is not None:
            self.pooling.forward(self.value, self.stream)

    def backward(self, before: Hidden | None, observe: Observer | None) -> None:
        """Write this layer's gradients, and the gradient at the stream of the layer before, if there is one."""
        if self.residual:
            np.copyto(self.convolution.delta, self.arriving)
        elif self.pooling is not None:
            self.pooling.backward(self.value, self.arriving, self.convolution.delta)
        self._to_outputs(by_unit(self.convolution.delta), observe)
        self.convolution.parameter_gradients()
        if before is not None:
            self.convolution.input_gradient(before.arriving, self.arriving if self.residual else None)

    def infer(self, stream: Array, observe: Observer | None, alter: Alteration | None) -> Array:
        """The stream in use, for that of the layer before with any number of rows."""
        outputs = self.convolution.infer(stream)
        z = by_unit(outputs)
        if self.normalization is not None:
            self.normalization.infer(z)
        if observe is not None:
            observe(self.index, z)
        self.raced.activation.apply(z, self.raced.activation.work_like(z), self.raced.slopes)
        if alter is not None:
            alter(self.index, z)
        if self.residual:
            outputs += stream
        return outputs if self.pooling is None else self.pooling.infer(outputs)

    def _to_outputs(self, delta: Array, observe: Observer | None) -> None:
        """Turn the gradient at the value into that at the convolution's outputs."""
        raced = self.raced
        for gradient in raced.gradients:
            gradient[...] = 0
        raced.activation.pull(delta, by_unit(self.value), self._work, raced.slopes, raced.gradients)
        if observe is not None:
            observe(self.index, delta)
        if self.normalization is not None:
            self.normalization.backward(delta)


def by_unit(stream: Array) -> Array:
    """A stream [M, channels, height, width, rows] as [M, channels, the rest], a view."""
    return stream.reshape(*stream.shape[:2], -1)

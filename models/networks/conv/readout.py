"""What the linear layer sees of the last stream [M, channels, height, width, rows]: one number per channel, or all.

Ties of the maximum go to the first place.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np

from models.activations.base import Array
from models.networks.conv.buffers import Buffers


class Readout(ABC):
    """From `inputs`, the last stream, to `features` [M, F, rows]; the gradient at the stream goes to an array given."""

    inputs: Array
    features: Array

    def __init__(self, shape: tuple[int, ...], buffers: Buffers) -> None:
        members, channels, *_, rows = shape
        self.inputs = buffers.own(shape)
        self.features = buffers.own((members, channels, rows))

    @abstractmethod
    def forward(self) -> None:
        """Read `inputs` into `features`."""

    @abstractmethod
    def backward(self, gradient: Array, into: Array) -> None:
        """Write the gradient at the inputs, from that at the features [M, F, rows], after `forward`."""

    @abstractmethod
    def infer(self, stream: Array) -> Array:
        """The features of any stream."""

    def _by_place(self, stream: Array) -> Array:
        return stream.reshape(*stream.shape[:2], -1, stream.shape[-1])


class AverageReadout(Readout):
    """The mean over all places, as a matrix product: several times as fast as a sum along an axis within."""

    def forward(self) -> None:
        places = self._by_place(self.inputs)
        share = np.full((1, places.shape[2]), 1 / places.shape[2], places.dtype)
        np.matmul(share, places, out=self.features[:, :, None])

    def backward(self, gradient: Array, into: Array) -> None:
        places = self._by_place(into)
        np.copyto(places, (gradient / places.shape[2])[:, :, None])

    def infer(self, stream: Array) -> Array:
        mean: Array = self._by_place(stream).mean(axis=2)
        return mean


class MaxReadout(Readout):
    """The maximum over all places."""

    def forward(self) -> None:
        np.max(self._by_place(self.inputs), axis=2, out=self.features)

    def backward(self, gradient: Array, into: Array) -> None:
        places = self._by_place(into)
        first = self._by_place(self.inputs).argmax(axis=2)
        places[...] = 0
        np.put_along_axis(places, first[:, :, None], gradient[:, :, None], axis=2)

    def infer(self, stream: Array) -> Array:
        maximum: Array = self._by_place(stream).max(axis=2)
        return maximum


class FlatReadout(Readout):
    """Every number of the stream."""

    def __init__(self, shape: tuple[int, ...], buffers: Buffers) -> None:
        self.inputs = buffers.own(shape)
        self.features = self.inputs.reshape(shape[0], -1, shape[-1])

    def forward(self) -> None:
        """The features are the inputs."""

    def backward(self, gradient: Array, into: Array) -> None:
        np.copyto(into, gradient.reshape(into.shape))

    def infer(self, stream: Array) -> Array:
        return stream.reshape(len(stream), -1, stream.shape[-1])


READOUTS: dict[str, type[Readout]] = {"average": AverageReadout, "max": MaxReadout, "flatten": FlatReadout}

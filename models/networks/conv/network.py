"""Populations of convolutional networks over signals or images: M networks side by side.

Hidden layers are `layer.Hidden`; what the last one leaves is averaged over its places, or its maximum taken, or seen
whole, by a linear layer. Without strides and with kernels, a layer reads its stream where it is (`direct`). Without
kernels, layers of few channels, of signals and with strides gather all that each output sees; the others gather half
and sum half (`gathered`, `split`).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any, NamedTuple

import numpy as np

from models.activations.base import Activation, Array
from models.data.rows import Graph
from models.kernels.library import compiles
from models.networks.base import Alteration, Observer, PopulationNetwork, Workload
from models.networks.conv.buffers import Buffers
from models.networks.conv.convolution import Convolution, Filters
from models.networks.conv.direct import Direct
from models.networks.conv.gathered import Gathered
from models.networks.conv.geometry import LayerSizes, layer_sizes, read_features
from models.networks.conv.layer import Hidden, Raced
from models.networks.conv.normalization import make_normalization
from models.networks.conv.pooling import make_pooling
from models.networks.conv.readout import READOUTS
from models.networks.conv.split import Split
from models.networks.layout import LayerViews
from models.networks.parts import Constant, Normal, OutputBias, Part, PartLayout, WeightStart, learned_parts
from models.networks.shapes import ConvShape


class Conv(PopulationNetwork):
    """M convolutional networks. In memory the rows of `raw` come last."""

    family = "conv"
    working_set = 16 * 2**20
    network: ConvShape
    layout: PartLayout

    def begin(
        self, start: WeightStart, *, root: int, seeds: Sequence[int], output_bias: Sequence[float] | Array
    ) -> None:
        self.layout.begin(self.parameters, start, root=root, seeds=seeds, output_bias=output_bias)

    def forward(self, x: Array) -> Array:
        np.copyto(self._first_inputs, _streams(self.network, x))
        for layer in self._hidden:
            layer.forward()
        self._readout.forward()
        np.matmul(self._values["output.weights"], self._readout.features, out=self._raw_by_output)
        np.add(self._raw_by_output, self._values["output.bias"][:, :, None], out=self._raw_by_output)
        return self.raw

    def backward(self, x: Array, raw_gradient: Array, observe: Observer | None = None) -> None:
        by_output = raw_gradient.swapaxes(1, 2)
        np.matmul(by_output, self._readout.features.swapaxes(1, 2), out=self._pulled["output.weights"])
        np.sum(by_output, axis=2, out=self._pulled["output.bias"])
        features = np.matmul(self._values["output.weights"].swapaxes(1, 2), by_output)
        self._readout.backward(features, self._hidden[-1].arriving)
        for index in range(self.network.depth - 1, -1, -1):
            before = self._hidden[index - 1] if index else None
            self._hidden[index].backward(before, observe)

    def infer(self, x: Array, observe: Observer | None = None, alter: Alteration | None = None) -> Array:
        """As promised by the base; batch normalisation uses its running statistics."""
        stream = np.ascontiguousarray(_streams(self.network, x[None]), self.parameters.dtype)
        for layer in self._hidden:
            stream = layer.infer(stream, observe, alter)
        raw: Array = np.matmul(self._values["output.weights"], self._readout.infer(stream))
        raw += self._values["output.bias"][:, :, None]
        return raw.swapaxes(1, 2)

    def slopes(self, layer: int) -> tuple[Array, ...]:
        return self._hidden[layer].raced.slopes

    def keep_in_bounds(self) -> None:
        self.layout.keep_in_bounds(self.parameters)

    def weights(self) -> dict[str, Array]:
        named = {}
        for index in range(self.network.depth):
            named[f"hidden {index}"] = self._by_output(index, self._values).weights
        return {**named, "output": self._values["output.weights"]}

    def _lay_out(self) -> PartLayout:
        self._sizes = layer_sizes(self.network)
        return PartLayout(_parts(self.network, self.activation, self._sizes))

    def _build(self, rows: int, graph: Graph | None) -> None:
        members, dtype = self.members, self.parameters.dtype
        self._values, self._pulled = self.layout.views(self.parameters), self.layout.views(self.gradients)
        buffers = Buffers(dtype)
        convolutions = [self._convolution(index, rows, buffers) for index in range(self.network.depth)]
        last = self._sizes[-1]
        self._readout = READOUTS[self.network.head]((members, last.width, *last.pooled, rows), buffers)
        streams = [*(convolution.inputs for convolution in convolutions[1:]), self._readout.inputs]
        self._first_inputs = convolutions[0].inputs
        self._hidden = tuple(
            self._layer(index, convolutions[index], streams[index], rows, buffers)
            for index in range(self.network.depth)
        )
        self._raw_by_output = np.empty((members, self.network.outputs, rows), dtype)
        self.raw = self._raw_by_output.swapaxes(1, 2)

    def _convolution(self, index: int, rows: int, buffers: Buffers) -> Convolution:
        sizes, shares = self._sizes[index], self.members if index else self.shares
        if is_direct(sizes, buffers.dtype):
            values, gradients = (self._by_output(index, views) for views in (self._values, self._pulled))
            return Direct(sizes, values, gradients, rows, buffers, shares)
        values, gradients = (_filters(index, views) for views in (self._values, self._pulled))
        if kind_of(index, sizes) is Split:
            return Split(sizes, values, gradients, rows, buffers)
        return Gathered(sizes, values, gradients, rows, buffers, shares)

    def _by_output(self, index: int, views: dict[str, Array]) -> Filters:
        """Weights [M, width, kernel height, kernel width, channels], a view, and the biases."""
        filters, sizes = _filters(index, views), self._sizes[index]
        axis = kind_of(index, sizes).weight_shape(sizes)[1]
        return Filters(np.moveaxis(filters.weights, axis + 1, 1), filters.bias)

    def _layer(self, index: int, convolution: Convolution, stream: Array, rows: int, buffers: Buffers) -> Hidden:
        sizes, network = self._sizes[index], self.network
        values, gradients = (self._normalization_views(views, index) for views in (self._values, self._pulled))
        slopes, slope_gradients = (
            tuple(views[f"hidden {index}.{parameter.name}"] for parameter in self.activation.parameters)
            for views in (self._values, self._pulled)
        )
        return Hidden(
            index,
            convolution,
            make_normalization(network.normalization, values, gradients, rows, sizes.places, network.groups),
            Raced(self.activation, slopes, slope_gradients),
            make_pooling(network.pooling, sizes, self.members, rows, buffers),
            stream,
            buffers,
        )

    def _normalization_views(self, views: dict[str, Array], index: int) -> LayerViews:
        return LayerViews(
            views[f"hidden {index}.weights"],
            has_bias=self.network.normalization == "none",
            scale=views.get(f"hidden {index}.scale"),
            shift=views.get(f"hidden {index}.shift"),
        )


def is_direct(sizes: LayerSizes, dtype: np.dtype[Any]) -> bool:
    """Whether a kernel computes a layer."""
    return sizes.stride == (1, 1) and compiles(dtype)


def kind_of(index: int, sizes: LayerSizes) -> type[Gathered | Split]:
    """How a hidden layer is computed by NumPy; see both for why. Its weights lie in this order in any case."""
    return Split if index and sizes.stride == (1, 1) and sizes.kernel[0] > 1 else Gathered


def _filters(index: int, views: dict[str, Array]) -> Filters:
    return Filters(views[f"hidden {index}.weights"], views.get(f"hidden {index}.bias"))


def _streams(network: ConvShape, x: Array) -> Array:
    """Rows [shares, n, features] as streams [shares, channels, height, width, n], a view."""
    return x.reshape(*x.shape[:2], *network.plane, network.channels).transpose(0, 4, 2, 3, 1)


def _parts(network: ConvShape, activation: Activation, layers: Sequence[LayerSizes]) -> list[Part]:
    """The activations' own parameters come last: what a part's draws are depends on its place."""
    parts = []
    for index, sizes in enumerate(layers):
        name = f"hidden {index}"
        shape, _, fan_in = kind_of(index, sizes).weight_shape(sizes)
        parts.append(Part(f"{name}.weights", shape, Normal(fan_in, "hidden" if index else "first")))
        if network.normalization == "none":
            parts.append(Part(f"{name}.bias", (network.width,), Constant()))
        else:
            parts += [Part(f"{name}.scale", (network.width, 1), Constant(1.0))]
            parts += [Part(f"{name}.shift", (network.width, 1), Constant())]
    features = read_features(network, layers[-1])
    parts.append(Part("output.weights", (network.outputs, features), Normal((1,), "unit")))
    parts.append(Part("output.bias", (network.outputs,), OutputBias()))
    for index in range(network.depth):
        parts += learned_parts(f"hidden {index}", activation, (network.width, 1))
    return parts


def workload(network: ConvShape, activation: Activation) -> Workload:
    """The cost of a convolutional network, as its layers are computed here in training."""
    layers = layer_sizes(network)
    costs = [_cost(index, sizes) for index, sizes in enumerate(layers)]
    normalized = 2 * (network.normalization != "none")
    kept = sum(
        sizes.places * sizes.width * (activation.work_buffers + normalized + sizes.residual + (sizes.window != (1, 1)))
        for sizes in layers
    )
    return Workload(
        parameters=PartLayout(_parts(network, activation, layers)).size,
        products=sum(cost.products for cost in costs) + read_features(network, layers[-1]) * network.outputs,
        elements=kept + sum(cost.seen for cost in costs) + 2 * max(cost.shared for cost in costs) + network.outputs,
        calls=sum(cost.calls for cost in costs) + 40,
        activated=sum(sizes.places * sizes.width for sizes in layers),
    )


class _Cost(NamedTuple):
    """One convolution: products, numbers kept of what it sees, numbers that layers share, calls."""

    products: int
    seen: int
    shared: int
    calls: int


def _cost(index: int, sizes: LayerSizes) -> _Cost:
    products, outputs = sizes.places * sizes.fan_in * sizes.width, sizes.places * sizes.width
    if is_direct(sizes, np.dtype(np.float32)):
        return _Cost(products, prod(sizes.inputs) * sizes.channels, outputs, 30)
    shared, calls = max(sizes.kernel) * outputs, 30 + 4 * max(sizes.kernel)
    if kind_of(index, sizes) is Gathered:
        return _Cost(products, sizes.places * sizes.fan_in, shared, calls)
    lines = sizes.inputs[0] / sizes.outputs[0]
    return _Cost(round(products * lines), sizes.places * sizes.channels * sizes.kernel[1], shared, calls)

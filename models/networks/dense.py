"""Populations of dense networks: M networks of one shape and one activation, trained side by side.

A hidden layer is

    h' = f(norm(W h + b))        and with residual paths        h' = h + f(norm(W h))

(the first layer has no residual path: it changes the width). Dropout, where there is some, follows f. The output layer
is linear. Arrays are [members, units, rows]: with the rows last, a normalisation and a parameter per unit broadcast
along memory, and a row of ones below the units makes each bias one more column of its weights, so that no bias is ever
added, nor its gradient summed, on its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from models.activations.base import Activation, Array
from models.data.rows import Graph
from models.networks.base import Alteration, Observer, PopulationNetwork, Workload
from models.networks.categories import Categories, begin_tables
from models.networks.dropout import Dropout
from models.networks.initialization import initialize
from models.networks.layout import LayerViews, Layout
from models.networks.normalization import make_normalization
from models.networks.parts import WeightStart
from models.networks.shapes import DenseShape


def with_ones(x: Array) -> Array:
    """Rows [..., features] as `Dense` takes them: with a last column of ones."""
    return np.concatenate([x, np.ones((*x.shape[:-1], 1), x.dtype)], axis=-1)


class Dense(PopulationNetwork):
    """M dense networks; see `Layout` for the order of their parameters. In memory the rows of `raw` come last."""

    family = "dense"
    network: DenseShape
    layout: Layout

    @staticmethod
    def prepared(x: Array) -> Array:
        """Rows with a last column of ones."""
        return with_ones(x)

    def begin(
        self, start: WeightStart, *, root: int, seeds: Sequence[int], output_bias: Sequence[float] | Array
    ) -> None:
        initialize(self.layout, self.parameters, start, root=root, seeds=seeds, output_bias=output_bias)
        for layer in self._hidden:
            if layer.dropout is not None:
                layer.dropout.begin(root, seeds, layer.index)
        begin_tables(self.layout.tables(self.parameters), root, seeds)

    def forward(self, x: Array) -> Array:
        inputs = self._categories.forward(x) if self._categories else x.swapaxes(1, 2)
        for layer in self._hidden:
            inputs = layer.forward(inputs)
        np.matmul(self._output_weights, inputs, out=self._raw_by_output)
        return self.raw

    def backward(self, x: Array, raw_gradient: Array, observe: Observer | None = None) -> None:
        self.gradients[:, self.layout.tail :] = 0
        by_output = raw_gradient.swapaxes(1, 2)
        np.matmul(by_output, self._features_by_row, out=self._output_gradient)
        np.matmul(self._input_by_output, by_output, out=self._delta)
        delta, spare = self._delta, self._spare
        for index in range(self.network.depth - 1, -1, -1):
            layer = self._hidden[index]
            before = self._hidden[index - 1].stream.swapaxes(1, 2) if index else self._first_inputs(x)
            delta, spare = layer.backward(before, delta, spare, observe)
        if self._categories:
            self._categories.backward(self._hidden[0].passed_on(spare))

    def infer(self, x: Array, observe: Observer | None = None, alter: Alteration | None = None) -> Array:
        """As promised by the base; batch normalisation uses its running statistics."""
        stream = self._categories.infer(x) if self._categories else np.broadcast_to(x.T, (self.members, *x.T.shape))
        for layer in self._hidden:
            stream = layer.infer(stream, observe, alter)
        raw: Array = np.matmul(self._output_weights, stream).swapaxes(1, 2)
        return raw

    def slopes(self, layer: int) -> tuple[Array, ...]:
        return self._hidden[layer].values.slopes

    def keep_in_bounds(self) -> None:
        self.layout.keep_in_bounds(self.parameters)

    def weights(self) -> dict[str, Array]:
        hidden = {f"hidden {layer.index}": layer.values.kernel for layer in self._hidden}
        return {**hidden, "output": self.layout.views(self.parameters)[-1].kernel}

    def _lay_out(self) -> Layout:
        return Layout(self.network, self.activation.parameters)

    def _build(self, rows: int, graph: Graph | None) -> None:
        views = self.layout.views(self.parameters)
        gradients = self.layout.views(self.gradients)
        members, width, dtype = self.members, self.network.width, self.parameters.dtype
        self._hidden = tuple(
            _Hidden(self, index, views[index], gradients[index], rows, self.shares)
            for index in range(self.network.depth)
        )
        tables = self.layout.tables(self.parameters), self.layout.tables(self.gradients)
        self._categories = Categories(*tables, rows, self.network.inputs) if self.network.categories else None
        self._features_by_row = self._hidden[-1].stream.swapaxes(1, 2)
        self._output_weights = views[-1].weights
        self._input_by_output = views[-1].kernel.swapaxes(1, 2)
        self._output_gradient = gradients[-1].weights
        self._raw_by_output = np.empty((members, self.network.outputs, rows), dtype)
        self.raw = self._raw_by_output.swapaxes(1, 2)
        self._delta = np.empty((members, width, rows), dtype)
        self._spare = np.empty_like(self._delta)

    def _first_inputs(self, x: Array) -> Array:
        """What the first layer saw, by row [shares, rows, inputs + 1]."""
        return self._categories.inputs.swapaxes(1, 2) if self._categories else x


class _Hidden:
    """One hidden layer: its views of the parameters, and its buffers.

    `stream` [M, width + 1, rows] is what the next layer sees, with the row of ones; `value` [M, width, rows] is
    f(norm(W h)), which is the stream itself where there is neither a residual path nor dropout.
    """

    def __init__(
        self, owner: Dense, index: int, values: LayerViews, gradients: LayerViews, rows: int, shares: int
    ) -> None:
        network = owner.network
        self.index = index
        self.activation = owner.activation
        self.residual = network.residual and index > 0
        self.values = values
        self.slope_gradients = gradients.slopes
        self.normalization = make_normalization(network.normalization, values, gradients, rows)
        members, width = owner.members, network.width
        self.stream = np.ones((members, width + 1, rows), values.weights.dtype)
        self.units = self.stream[:, :-1]
        self.dropout = self._dropout(network, (members, width, rows), shares, values.weights.dtype)
        kept = self.residual or self.dropout is not None
        self.value = np.empty((members, width, rows), values.weights.dtype) if kept else self.units
        self.work = owner.activation.work_like(np.empty((members, width, rows), values.weights.dtype))
        self._kernel_by_input = values.kernel.swapaxes(1, 2)
        apart = index > 0 or shares == members or bool(network.categories)
        self._grid = () if apart else (members // shares, shares)
        self._weights = self._split(values.weights)
        self._weight_gradient = self._split(gradients.weights)
        self._affine = self._split(self.value)

    def forward(self, inputs: Array) -> Array:
        """From inputs [shares, fan in + 1, rows] to the stream [M, width + 1, rows]."""
        np.matmul(self._weights, self._seen(inputs, axis=-2), out=self._affine)
        if self.normalization is not None:
            self.normalization.forward(self.value)
        self.activation.apply(self.value, self.work, self.values.slopes)
        branch = self.value
        if self.dropout is not None:
            self.dropout.draw()
            self.dropout.forward(self.value, out=self.units)
            branch = self.units
        if self.residual:
            np.add(branch, inputs[:, :-1], out=self.units)
        return self.stream

    def backward(self, before: Array, delta: Array, spare: Array, observe: Observer | None) -> tuple[Array, Array]:
        """(gradient at the inputs, free array), from inputs by row [shares, rows, fan in + 1] and delta at the stream.

        Both arrays [M, width, rows] are written to; for the first layer the result means nothing.
        """
        if self.residual:
            return self._backward_residual(before, delta, spare, observe)
        self._to_affine(before, delta, observe)
        if self.index:
            np.matmul(self._kernel_by_input, delta, out=spare)
        return spare, delta

    def passed_on(self, delta: Array) -> Array:
        """The gradient at the inputs [M, fan in, rows], from that at W h + b."""
        passed: Array = np.matmul(self._kernel_by_input, delta)
        return passed

    def infer(self, inputs: Array, observe: Observer | None, alter: Alteration | None) -> Array:
        """The stream in use [M, width + 1, n] for inputs [M, fan in + 1, n]."""
        z = np.matmul(self.values.weights, self._seen(inputs, axis=-2))
        if self.normalization is not None:
            self.normalization.infer(z)
        if observe is not None:
            observe(self.index, z)
        self.activation.apply(z, self.activation.work_like(z), self.values.slopes)
        if alter is not None:
            alter(self.index, z)
        if self.residual:
            z += inputs[:, :-1]
        return np.concatenate([z, np.ones((len(z), 1, z.shape[-1]), z.dtype)], axis=1)

    def _backward_residual(
        self, before: Array, delta: Array, spare: Array, observe: Observer | None
    ) -> tuple[Array, Array]:
        np.copyto(spare, delta)
        self._to_affine(before, spare, observe)
        np.matmul(self._kernel_by_input, spare, out=self.value)
        np.add(delta, self.value, out=delta)
        return delta, spare

    def _to_affine(self, before: Array, delta: Array, observe: Observer | None) -> None:
        """Turn the gradient at the branch into that at W h + b, and write the gradients of this layer's parameters."""
        if self.dropout is not None:
            self.dropout.backward(delta)
        self.activation.pull(delta, self.value, self.work, self.values.slopes, self.slope_gradients)
        if observe is not None:
            observe(self.index, delta)
        if self.normalization is not None:
            self.normalization.backward(delta)
        np.matmul(self._split(delta), self._seen(before, axis=-1), out=self._weight_gradient)

    @staticmethod
    def _dropout(network: DenseShape, shape: tuple[int, int, int], shares: int, dtype: np.dtype[Any]) -> Dropout | None:
        return Dropout(network.dropout, network.alpha_dropout, shape, shares, dtype) if network.dropout else None

    def _split(self, array: Array) -> Array:
        """[M, ...] as [M / shares, shares, ...], which broadcasts against one batch for each share of the members."""
        return array.reshape(*self._grid, *array.shape[1:]) if self._grid else array

    def _seen(self, inputs: Array, axis: int) -> Array:
        """The inputs without their ones where a normalisation stands in for the bias."""
        if self.values.has_bias:
            return inputs
        return inputs[:, :-1] if axis == -2 else inputs[..., :-1]


def workload(network: DenseShape, activation: Activation) -> Workload:
    """The cost of a dense network."""
    layout = Layout(network, activation.parameters)
    normalized = network.normalization != "none"
    apart = network.residual or network.dropout > 0
    buffers = 1 + activation.work_buffers + 2 * normalized + apart + 2 * (network.dropout > 0)
    inner = (network.depth - 1) * network.width**2
    return Workload(
        parameters=layout.size,
        products=network.inputs * network.width + inner + network.width * network.outputs,
        elements=network.width * (network.depth * buffers + 2) + network.outputs,
        calls=20 * (network.depth + 3),
        activated=network.depth * network.width,
    )

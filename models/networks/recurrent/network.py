"""Populations of recurrent networks: M networks of one shape and one raced activation, trained side by side.

    s_0 = layer_0(x)        s_k = layer_k(s_(k-1)), plus s_(k-1) with residual paths        raw = W s_last + b

where x are the channels of each step, or the vectors of its token, and s_last is the state after a row's last step. The
first layer has no residual path: it changes the width. Everything is [steps, members, units, rows].
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.activations import get
from models.activations.base import Activation, Array
from models.data.rows import Graph
from models.networks.base import Alteration, Observer, PopulationNetwork, Workload
from models.networks.buffering import direct_passes
from models.networks.embedding import Embedding, embedding_part
from models.networks.parts import Normal, OutputBias, Part, PartLayout, WeightStart
from models.networks.recurrent.checks import check
from models.networks.recurrent.fastest import layer_class
from models.networks.recurrent.functions import Function, make_function
from models.networks.recurrent.inputs import Ended, absent_steps, by_step, present_values
from models.networks.recurrent.layer import Layer, Sizes
from models.networks.recurrent.parts import ANATOMIES, Placed, layer_inputs, learned, placed_parts
from models.networks.recurrent.use import Use
from models.networks.shapes import RecurrentShape

USUAL = {"cell": "tanh", "gates": "sigmoid"}
"""The function at the place that is not raced, where the shape names none."""


class Recurrent(PopulationNetwork):
    """M recurrent networks. In memory the rows of `raw` come last.

    The raced function's places are the cell's, or the gates'. An observer sees every step that a row has: for an LSTM
    the candidate's inputs and the memory's in `infer`, the candidate's alone in `backward`.
    """

    family = "recurrent"
    network: RecurrentShape
    layout: PartLayout
    working_set = 64 * 2**20  # what is kept of past steps is streamed through, not worked on again and again

    def begin(
        self, start: WeightStart, *, root: int, seeds: Sequence[int], output_bias: Sequence[float] | Array
    ) -> None:
        self.layout.begin(self.parameters, start, root=root, seeds=seeds, output_bias=output_bias)

    def forward(self, x: Array) -> Array:
        with direct_passes():
            self._enter(x)
            for index, layer in enumerate(self._layers):
                layer.forward(self._ended)
                if index + 1 < len(self._layers):
                    self._climb(index)
        np.copyto(self._last, self._layers[-1].state[-1])
        if self._passes(len(self._layers) - 1):
            np.add(self._last, self._layers[-1].inputs[-1], out=self._last)
        np.matmul(self._values["output.kernel"], self._last, out=self._raw_by_output)
        np.add(self._raw_by_output, self._values["output.bias"][:, :, None], out=self._raw_by_output)
        return self.raw

    def backward(self, x: Array, raw_gradient: Array, observe: Observer | None = None) -> None:
        for gradient in self._slope_gradients:
            gradient[...] = 0
        by_output = raw_gradient.swapaxes(1, 2)
        np.matmul(by_output, self._last.swapaxes(1, 2), out=self._gradients["output.kernel"])
        np.sum(by_output, axis=2, out=self._gradients["output.bias"])
        last = np.matmul(self._values["output.kernel"].swapaxes(1, 2), by_output)
        above: Array | None = None
        with direct_passes():
            for index in range(len(self._layers) - 1, -1, -1):
                last, above = self._descend(index, last, above, observe)
        if self._embedding is not None and above is not None:
            self._embedding.backward(_by_place(above))

    def infer(self, x: Array, observe: Observer | None = None, alter: Alteration | None = None) -> Array:
        stepped = by_step(self.network, x)
        absent = absent_steps(self.network, stepped)
        ended = None if absent is None else absent.T
        stream = self._embedded(stepped)
        with direct_passes():
            for index, layer in enumerate(self._layers):
                use = Use(index, self.network.raced, layer.functions, observe, alter)
                states = layer.infer(stream, ended, use)
                stream = states + stream if self._passes(index) else states
        raw: Array = np.matmul(self._values["output.kernel"], stream[-1]) + self._values["output.bias"][:, :, None]
        return raw.swapaxes(1, 2)

    def states(self) -> list[Array]:
        """The state of each layer after each step of the last `forward`, as views [steps, M, units, rows]."""
        return [layer.state[1:] for layer in self._layers]

    def slopes(self, layer: int) -> tuple[Array, ...]:
        return tuple(self._values[f"layer {layer}.{parameter.name}"] for parameter in self.activation.parameters)

    def keep_in_bounds(self) -> None:
        self.layout.keep_in_bounds(self.parameters)

    def weights(self) -> dict[str, Array]:
        found = {name: view for name, view in self._values.items() if ".input." in name or name == "output.kernel"}
        for name, view in self._values.items():
            if ".recurrent." in name:
                found[name] = view.reshape(self.members, -1, self.network.width)
        return found

    def _enter(self, x: Array) -> None:
        """Fill the first layer's inputs, and note where rows end."""
        stepped = by_step(self.network, x)
        absent = absent_steps(self.network, stepped)
        if absent is not None:
            ended = np.moveaxis(absent, -1, 0)
            repeats = self.members // len(x)
            self._ended: Ended | None = np.tile(ended, (1, repeats, 1))[:, :, None]
        inputs = self._layers[0].inputs
        if self._embedding is None:
            np.copyto(self._by_share, present_values(self.network, stepped).transpose(2, 0, 3, 1)[:, None])
            return
        codes = stepped[..., 0].reshape(len(x), -1)
        vectors = self._embedding.forward(codes).reshape(self.members, x.shape[1], -1, inputs.shape[2])
        np.copyto(inputs, vectors.transpose(2, 0, 3, 1))

    def _embedded(self, stepped: Array) -> Array:
        """Inputs in use [steps, M or 1, inputs, n] of rows [n, steps, channels]."""
        if self._embedding is None:
            return present_values(self.network, stepped).transpose(1, 2, 0)[:, None]
        vectors = self._embedding.infer(stepped.reshape(-1))
        return vectors.reshape(self.members, *stepped.shape[:2], -1).transpose(2, 0, 3, 1)

    def _passes(self, index: int) -> bool:
        """Whether a layer's inputs are added to its state."""
        return self.network.residual and index > 0

    def _climb(self, index: int) -> None:
        layer, target = self._layers[index], self._layers[index + 1].inputs
        if self._passes(index):
            np.add(layer.state[1:], layer.inputs, out=target)
        else:
            np.copyto(target, layer.state[1:])

    def _descend(
        self, index: int, last: Array, above: Array | None, observe: Observer | None
    ) -> tuple[Array, Array | None]:
        """Gradients at a layer's inputs from those at what it passes on: after the last step, and after all steps."""
        layer = self._layers[index]
        layer.backward(last.copy(), above, self._ended, observe)
        if not index and self._embedding is None:
            return last, None
        below = layer.input_gradient
        if self._passes(index):
            if above is not None:
                np.add(below[:-1], above[:-1], out=below[:-1])
            np.add(below[-1], last, out=below[-1])
        return below[-1], below

    def _check(self) -> None:
        check(self.network, self.activation)

    def _lay_out(self) -> PartLayout:
        self._placed = [placed_parts(self.network, layer) for layer in range(self.network.depth)]
        return PartLayout(_parts(self.network, self.activation, self._placed))

    def _build(self, rows: int, graph: Graph | None) -> None:
        self._ended = None
        self._values, self._gradients = self.layout.views(self.parameters), self.layout.views(self.gradients)
        shape, members, dtype = self.network, self.members, self.parameters.dtype
        self._slope_gradients = [
            self._gradients[part.name]
            for layer in range(shape.depth)
            for part in learned(shape, self.activation, layer)
        ]
        self._embedding = None
        if shape.vocabulary is not None:
            self._embedding = Embedding(self._values["embedding"], self._gradients["embedding"])
        self._layers = [self._layer(index, rows) for index in range(shape.depth)]
        inputs = self._layers[0].inputs
        self._by_share = inputs.reshape(len(inputs), members // self.shares, self.shares, *inputs.shape[2:])
        self._last = np.empty((members, shape.width, rows), dtype)
        self._raw_by_output = np.empty((members, shape.outputs, rows), dtype)
        self.raw = self._raw_by_output.swapaxes(1, 2)

    def _layer(self, index: int, rows: int) -> Layer:
        shape = self.network
        sizes = Sizes(
            shape.sizes[0], self.members, shape.width, layer_inputs(shape, index), rows, self.parameters.dtype
        )
        functions = self._functions(index)
        return layer_class(shape.cell, functions, sizes.dtype)(
            index,
            sizes,
            self._placed[index],
            self._values,
            self._gradients,
            functions=functions,
            raced=shape.raced,
            passes_back=index > 0 or self._embedding is not None,
        )

    def _functions(self, layer: int) -> dict[str, Function]:
        """The functions of a layer by place; own parameters are learned where the function is raced."""
        learned_names = [part.name for part in learned(self.network, self.activation, layer)]
        slopes, gradients = ([where[name] for name in learned_names] for where in (self._values, self._gradients))
        raced, dtype = self.network.raced, self.parameters.dtype
        other = "gates" if raced == "cell" else "cell"
        return {
            raced: make_function(self.activation, slopes, gradients, dtype),
            other: make_function(get(self.network.other or USUAL[other]), [], [], dtype),
        }


def workload(network: RecurrentShape, activation: Activation) -> Workload:
    """The cost of a recurrent network."""
    anatomy, steps = ANATOMIES[network.cell], network.sizes[0]
    placed = [placed_parts(network, layer) for layer in range(network.depth)]
    columns = [network.width + layer_inputs(network, layer) + 1 for layer in range(network.depth)]
    kept = {"rnn": 0, "lstm": 8, "gru": 4}[network.cell] + anatomy.blocks * activation.work_buffers
    places = anatomy.gates if network.raced == "gates" else 1 + (network.cell == "lstm")
    return Workload(
        parameters=PartLayout(_parts(network, activation, placed)).size,
        products=steps * anatomy.blocks * network.width * sum(columns) + network.width * network.outputs,
        elements=steps * (network.depth * kept * network.width + sum(columns)) + network.outputs,
        calls=steps * network.depth * (30 + 12 * network.variable_lengths) + 50,
        activated=steps * network.depth * network.width * places,
    )


def _parts(network: RecurrentShape, activation: Activation, placed: Sequence[Sequence[Placed]]) -> list[Part]:
    """All parts; what only some candidates have comes last, so that the others' draws are those of every candidate."""
    first = [] if network.vocabulary is None else [embedding_part("embedding", network.vocabulary, network.embedding)]
    layers = [entry.part for layer in placed for entry in layer]
    output = [
        Part("output.kernel", (network.outputs, network.width), Normal((1,), "unit")),
        Part("output.bias", (network.outputs,), OutputBias()),
    ]
    own = [part for layer in range(network.depth) for part in learned(network, activation, layer)]
    return [*first, *layers, *output, *own]


def _by_place(gradient: Array) -> NDArray[np.floating]:
    """[steps, M, width, rows] as [M, rows * steps, width]."""
    steps, members, width, rows = gradient.shape
    return gradient.transpose(1, 3, 0, 2).reshape(members, rows * steps, width)

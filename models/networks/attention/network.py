"""Populations of transformer encoders: the raced function is that of the feed-forward parts.

    stream = vector of each step + its position -> blocks -> norm (where it comes first) -> mean over steps -> linear

A hidden layer is a block. Arrays are [members, channels, places], places being rows times steps: heads are ranges of
channels, so that cutting the stream into them copies nothing, and a row of ones below the channels makes each bias one
more column of its weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from models.activations.base import Activation, Array
from models.activations.gated import GatedActivation
from models.data.rows import Graph
from models.networks.attention.block import Block, block_parts
from models.networks.attention.feedforward import See, hidden_units
from models.networks.attention.inputs import StepInput, TokenInput, ValueInput
from models.networks.attention.normalization import KINDS, StreamNormalization, normalization_parts
from models.networks.attention.sight import Sight, sight
from models.networks.base import Alteration, Observer, PopulationNetwork, Workload
from models.networks.parts import Normal, Part, PartLayout, WeightStart
from models.networks.shapes import AttentionShape


class Attention(PopulationNetwork):
    """M transformer encoders. In memory the rows of `raw` come last."""

    network: AttentionShape
    layout: PartLayout
    family = "attention"
    working_set = 8 * 2**20

    def begin(
        self, start: WeightStart, *, root: int, seeds: Sequence[int], output_bias: Sequence[float] | Array
    ) -> None:
        self.layout.begin(self.parameters, start, root=root, seeds=seeds, output_bias=output_bias)
        self._output[:, :, -1] = np.asarray(output_bias)

    def forward(self, x: Array) -> Array:
        self._sight = self._sight_of(x)
        self._seen = self._input.forward(x, self._stream[:, :-1])
        stream = self._stream
        for block, kept in zip(self._blocks, self._kept, strict=True):
            stream = block.forward(stream, kept, self._sight)
        if self._last is not None:
            self._last.forward(stream[:, :-1], self._normalized[:, :-1], self._last_kept)
            stream = self._normalized
        self._pool(stream, self._sight, self._pooled)
        np.matmul(self._output, self._pooled, out=self._raw_by_output)
        return self.raw

    def backward(self, x: Array, raw_gradient: Array, observe: Observer | None = None) -> None:
        by_output = raw_gradient.swapaxes(1, 2)
        np.matmul(by_output, self._pooled.swapaxes(1, 2), out=self._output_gradient)
        delta, spares = self._delta, self._spares
        self._unpool(np.matmul(self._output[:, :, :-1].swapaxes(1, 2), by_output), delta)
        if self._last is not None:
            self._last.backward(delta, spares[0], self._last_kept)
        for index in range(self.network.depth - 1, -1, -1):
            see = None if observe is None else partial(observe, index)
            delta, spares = self._blocks[index].backward(delta, spares, self._kept[index], self._scratch, see)
        self._input.backward(self._seen, delta)

    def infer(self, x: Array, observe: Observer | None = None, alter: Alteration | None = None) -> Array:
        """As promised by the base; where rows may end early, the observer sees the steps that are there."""
        places = len(x) * self._input.steps
        seen = self._sight_of(x[None])
        stream = np.ones((self.members, self.network.width + 1, places), self.parameters.dtype)
        self._input.infer(x[None], stream[:, :-1])
        for index, block in enumerate(self._blocks):
            look = None if observe is None else _at_present(observe, index, seen)
            change = None if alter is None else partial(alter, index)
            stream = block.forward(stream, block.kept(places), seen, look, change)
        if self._last is not None:
            self._last.forward(stream[:, :-1], stream[:, :-1], self._last.kept(places))
        pooled = np.empty((self.members, self.network.width + 1, len(x)), self.parameters.dtype)
        self._pool(stream, seen, pooled)
        return np.asarray(np.matmul(self._output, pooled).swapaxes(1, 2))

    def slopes(self, layer: int) -> tuple[Array, ...]:
        return self._blocks[layer].feed_forward.slopes

    def keep_in_bounds(self) -> None:
        self.layout.keep_in_bounds(self.parameters)

    def weights(self) -> dict[str, Array]:
        found: dict[str, Array] = {}
        for index, block in enumerate(self._blocks):
            heads, feed_forward = block.heads, block.feed_forward
            found[f"block {index}.heads"] = heads.weights[:, :, :-1]
            found[f"block {index}.mixing"] = heads.mixing[:, :, :-1]
            found[f"block {index}.widening"] = feed_forward.widening[:, :, :-1]
            found[f"block {index}.narrowing"] = feed_forward.narrowing[:, :, :-1]
        return {**found, "output": self._output[:, :, :-1]}

    def _check(self) -> None:
        activation, kind = self.activation, self.network.normalization
        if "hidden" not in activation.roles and not isinstance(activation, GatedActivation):
            raise ValueError(f"{activation.name} serves as {sorted(activation.roles)}, not in feed-forward parts")
        if kind not in KINDS:
            raise ValueError(f"normalization {kind!r} is not for attention; choose from {list(KINDS)}")

    def _lay_out(self) -> PartLayout:
        return layout(self.network, self.activation)

    def _build(self, rows: int, graph: Graph | None) -> None:
        self._make_layers()
        self._allocate(rows)

    def _make_layers(self) -> None:
        shape = self.network
        values, gradients = self.layout.views(self.parameters), self.layout.views(self.gradients)
        made = ValueInput if shape.vocabulary is None else TokenInput
        self._input: StepInput = made(shape, values, gradients)
        self._blocks = [
            Block(shape, self.activation, values, gradients, f"block {index}") for index in range(shape.depth)
        ]
        ends = shape.norm_first and shape.normalization != "none"
        self._last = StreamNormalization(values, gradients, "last") if ends else None
        self._output, self._output_gradient = values["output"], gradients["output"]

    def _allocate(self, rows: int) -> None:
        shape, members, dtype = self.network, self.members, self.parameters.dtype
        places = rows * self._input.steps
        self._stream = np.ones((members, shape.width + 1, places), dtype)
        self._kept = [block.kept(places) for block in self._blocks]
        self._scratch = self._blocks[0].scratch(places)
        if self._last is not None:
            self._last_kept = self._last.kept(places)
            self._normalized = np.ones_like(self._stream)
        self._pooled = np.empty((members, shape.width + 1, rows), dtype)
        self._raw_by_output = np.empty((members, shape.outputs, rows), dtype)
        self.raw = self._raw_by_output.swapaxes(1, 2)
        self._delta = np.empty((members, shape.width, places), dtype)
        self._spares = np.empty_like(self._delta), np.empty_like(self._delta)

    def _sight_of(self, x: Array) -> Sight:
        return sight(self._input.present(x), self._input.steps, self.network.causal, self.parameters.dtype)

    def _pool(self, stream: Array, seen: Sight, out: Array) -> None:
        """out <- the mean over the steps [M, width + 1, rows], with its row of ones."""
        members, channels, places = stream.shape
        steps = self._input.steps
        if seen.present is None:
            by_row = stream.reshape(members, -1, steps)
            mean = np.full((steps, 1), 1 / steps, stream.dtype)
        else:
            by_share = stream.reshape(-1, len(seen.weights), channels, places // steps, steps)
            by_row = (by_share * seen.weights).reshape(members, -1, steps)
            mean = np.ones((steps, 1), stream.dtype)
        np.matmul(by_row, mean, out=out.reshape(members, -1, 1))
        out[:, -1] = 1

    def _unpool(self, at_mean: Array, out: Array) -> None:
        """out <- the gradient at the stream from that at its mean [M, width, rows]."""
        channels, rows = at_mean.shape[1:]
        weights = self._sight.weights
        shares = len(weights)
        by_step = out.reshape(-1, shares, channels, rows, self._input.steps)
        np.multiply(at_mean.reshape(-1, shares, channels, rows, 1), weights, out=by_step)


def _at_present(observe: Observer, layer: int, seen: Sight) -> See:
    """An observer of one layer that is shown the steps that are there, of rows that all members see."""

    def see(array: Array) -> None:
        observe(layer, array if seen.present is None else array[:, :, seen.present.reshape(-1)])

    return see


def layout(network: AttentionShape, activation: Activation) -> PartLayout:
    """The parts in the order of the forward pass."""
    made = ValueInput if network.vocabulary is None else TokenInput
    blocks = [part for index in range(network.depth) for part in block_parts(f"block {index}", network, activation)]
    ends = normalization_parts("last", network.normalization, network.width) if network.norm_first else []
    output = Part("output", (network.outputs, network.width + 1), Normal((1,), "unit", bias=True))
    return PartLayout([*made.parts(network), *blocks, *ends, output])


def workload(network: AttentionShape, activation: Activation) -> Workload:
    """The cost of a transformer encoder."""
    steps, width, units = network.sizes[0], network.width, hidden_units(network, activation)
    gated, normalized = isinstance(activation, GatedActivation), network.normalization != "none"
    inputs = network.sizes[1] if network.vocabulary is None else 1
    pairs = network.heads * steps
    block = (4 + 2 * steps / width) * width**2 + (2 + gated) * width * units
    kept = 3 * pairs // 2 + 10 * width + 4 * normalized * width + (1 + 2 * gated + activation.work_buffers) * units
    return Workload(
        parameters=layout(network, activation).size,
        products=round(steps * (inputs * width + network.depth * block)) + width * network.outputs,
        elements=steps * (network.depth * kept + pairs + 8 * width + (1 + gated) * units) + network.outputs,
        calls=80 * network.depth + 40,
        activated=steps * network.depth * units,
    )

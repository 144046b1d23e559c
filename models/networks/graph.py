"""Populations of graph convolutions [Kipf and Welling 2017] on one fixed graph, whose rows are indices of nodes.

    h' = f(norm(W h A + b))        and with residual paths        h' = h + f(norm(W h A))

A = D^(-1/2) (E + I) D^(-1/2) mixes every node with its neighbours: E the symmetric adjacency, D the degrees with the
node itself. Arrays are [members, units, nodes], as in dense networks. All nodes pass forward at every step; the linear
readout is judged at the nodes of the batch. The features mixed once, A x, are the same at every step.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from models.activations.base import Activation, Array
from models.data.rows import Graph
from models.networks.base import Alteration, Observer, PopulationNetwork, Workload
from models.networks.dense import with_ones
from models.networks.initialization import initialize
from models.networks.layout import LayerViews, Layout
from models.networks.normalization import make_normalization
from models.networks.parts import WeightStart
from models.networks.shapes import DenseShape, GraphShape

DENSE_FROM = 0.05
"""Share of entries that are not zero from which a full matrix product is the faster one."""


def mixing_matrix(graph: Graph, dtype: np.dtype[Any]) -> Any:
    """A of the formula above, [n, n]: sparse (CSR), or a full array where enough of it is not zero."""
    nodes = len(graph.features)
    ends = np.concatenate([graph.edges, graph.edges[::-1], np.tile(np.arange(nodes), (2, 1))], axis=1)
    ones = np.ones(ends.shape[1])
    adjacency = scipy.sparse.coo_array((ones, tuple(ends)), shape=(nodes, nodes)).tocsr()
    adjacency.data[:] = 1
    inverse = 1 / np.sqrt(adjacency.sum(axis=1))
    mixing = (scipy.sparse.diags_array(inverse) @ adjacency @ scipy.sparse.diags_array(inverse)).astype(dtype).tocsr()
    return mixing.toarray() if mixing.nnz > DENSE_FROM * nodes**2 else mixing


class GraphConvolution(PopulationNetwork):
    """M graph networks; the order of their parameters is that of a dense network of the same sizes."""

    family = "graph"
    network: GraphShape
    layout: Layout

    def begin(
        self, start: WeightStart, *, root: int, seeds: Sequence[int], output_bias: Sequence[float] | Array
    ) -> None:
        initialize(self.layout, self.parameters, start, root=root, seeds=seeds, output_bias=output_bias)

    def forward(self, x: Array) -> Array:
        stream = self._through(training=True, observe=None, alter=None)
        np.matmul(self._output_weights, stream, out=self._everywhere)
        for share, nodes in enumerate(_indices(x)):
            self._by_output[share :: self.shares] = self._everywhere[share :: self.shares, :, nodes]
        return self.raw

    def backward(self, x: Array, raw_gradient: Array, observe: Observer | None = None) -> None:
        self.gradients[:, self.layout.tail :] = 0
        everywhere = self._everywhere
        everywhere[...] = 0
        for share, nodes in enumerate(_indices(x)):
            everywhere[share :: self.shares, :, nodes] = raw_gradient[share :: self.shares].swapaxes(1, 2)
        last = self._hidden[-1]
        np.matmul(everywhere, last.stream.swapaxes(1, 2), out=self._output_gradient)
        delta = np.matmul(self._input_by_output, everywhere)
        for layer in reversed(self._hidden):
            delta = layer.backward(delta, self._mixing, observe)

    def infer(self, x: Array, observe: Observer | None = None, alter: Alteration | None = None) -> Array:
        stream = self._through(training=False, observe=observe, alter=alter)
        raw: Array = np.matmul(self._output_weights, stream)[:, :, _indices(x)].swapaxes(1, 2)
        return raw

    def slopes(self, layer: int) -> tuple[Array, ...]:
        return self._hidden[layer].values.slopes

    def keep_in_bounds(self) -> None:
        self.layout.keep_in_bounds(self.parameters)

    def weights(self) -> dict[str, Array]:
        hidden = {f"hidden {layer.index}": layer.values.kernel for layer in self._hidden}
        return {**hidden, "output": self.layout.views(self.parameters)[-1].kernel}

    def _lay_out(self) -> Layout:
        return Layout(_as_dense(self.network), self.activation.parameters)

    def _build(self, rows: int, graph: Graph | None) -> None:
        members, nodes, dtype = len(self.parameters), self.network.nodes, self.parameters.dtype
        self._mix(_checked(graph, self.network))
        views, gradients = self.layout.views(self.parameters), self.layout.views(self.gradients)
        self._hidden = tuple(_Layer(self, index, views[index], gradients[index]) for index in range(self.network.depth))
        self._output_weights = views[-1].weights
        self._input_by_output = views[-1].kernel.swapaxes(1, 2)
        self._output_gradient = gradients[-1].weights
        self._everywhere = np.empty((members, self.network.outputs, nodes), dtype)
        self._by_output = np.empty((members, self.network.outputs, rows), dtype)
        self.raw = self._by_output.swapaxes(1, 2)

    def _mix(self, graph: Graph) -> None:
        """Keep the matrix that mixes neighbours, and what it makes of the features, which no layer changes."""
        dtype = self.parameters.dtype
        self._mixing = mixing_matrix(graph, dtype)
        mixed = (self._mixing @ graph.features.astype(dtype)).astype(dtype)
        self._first = np.ascontiguousarray(with_ones(mixed).T)[None]

    def _through(self, training: bool, observe: Observer | None, alter: Alteration | None) -> Array:
        """The last layer's stream [M, width + 1, nodes]."""
        mixed, plain = self._first, self._first[:, :-1]
        for layer in self._hidden:
            if layer.index:
                mixed = layer.mix(plain, self._mixing)
            plain = layer.forward(mixed, plain, training, observe, alter)
        return self._hidden[-1].stream


def _checked(graph: Graph | None, network: GraphShape) -> Graph:
    if graph is None:
        raise ValueError("a graph network needs the graph that its rows are nodes of")
    if graph.features.shape != (network.nodes, network.node_features):
        raise ValueError(
            f"the shape says {network.nodes} nodes of {network.node_features} features, the graph has "
            f"{graph.features.shape[0]} of {graph.features.shape[1]}"
        )
    return graph


class _Layer:
    """One hidden layer: `mixed` [M, fan in + 1, nodes] is what its weights see, `stream` [M, width + 1, nodes] its
    result with a row of ones for the readout."""

    def __init__(self, owner: GraphConvolution, index: int, values: LayerViews, gradients: LayerViews) -> None:
        network, members, dtype = owner.network, owner.members, owner.parameters.dtype
        shape = (members, network.width, network.nodes)
        self.index, self.activation = index, owner.activation
        self.residual = network.residual and index > 0
        self.values, self.slope_gradients = values, gradients.slopes
        self.normalization = make_normalization(network.normalization, values, gradients, network.nodes)
        self.stream = np.ones((members, network.width + 1, network.nodes), dtype)
        self.units = self.stream[:, :-1]
        self.value = np.empty(shape, dtype) if self.residual else self.units
        self.work = owner.activation.work_like(np.empty(shape, dtype))
        self.mixed = np.ones_like(self.stream) if index else owner._first
        self._weight_gradient = gradients.weights
        self._kernel_by_input = values.kernel.swapaxes(1, 2)

    def mix(self, plain: Array, mixing: Any) -> Array:
        """The stream before, mixed over neighbours, with a row of ones."""
        self.mixed[:, :-1] = mixed_over(plain, mixing)
        return self.mixed

    def forward(
        self, mixed: Array, plain: Array, training: bool, observe: Observer | None, alter: Alteration | None
    ) -> Array:
        """The units [M, width, nodes] after this layer."""
        np.matmul(self.values.weights, self._seen(mixed), out=self.value)
        if self.normalization is not None:
            (self.normalization.forward if training else self.normalization.infer)(self.value)
        if observe is not None:
            observe(self.index, self.value)
        self.activation.apply(self.value, self.work, self.values.slopes)
        if alter is not None:
            alter(self.index, self.value)
        if self.residual:
            np.add(self.value, plain, out=self.units)
        return self.units

    def backward(self, delta: Array, mixing: Any, observe: Observer | None) -> Array:
        """From the gradient at the units to that at the units before; for the first layer it means nothing."""
        through = delta.copy() if self.residual else delta
        self.activation.pull(through, self.value, self.work, self.values.slopes, self.slope_gradients)
        if observe is not None:
            observe(self.index, through)
        if self.normalization is not None:
            self.normalization.backward(through)
        np.matmul(through, self._seen(self.mixed).swapaxes(1, 2), out=self._weight_gradient)
        if not self.index:
            return through
        before = mixed_over(np.matmul(self._kernel_by_input, through), mixing)
        return before + delta if self.residual else before

    def _seen(self, mixed: Array) -> Array:
        return mixed if self.values.has_bias else mixed[:, :-1]


def mixed_over(units: Array, mixing: Any) -> Array:
    """units [M, width, nodes] times the symmetric mixing matrix; members apart, for equal bytes in any company."""
    if isinstance(mixing, np.ndarray):
        mixed: Array = np.matmul(units, mixing)
        return mixed
    flat: Array = (mixing @ units.reshape(-1, units.shape[-1]).T).T
    return np.ascontiguousarray(flat).reshape(units.shape)


def _indices(x: Array) -> NDArray[np.int64]:
    """Nodes [..., rows] from rows of one number each."""
    return x[..., 0].astype(np.int64)


def _as_dense(network: GraphShape) -> DenseShape:
    return DenseShape(
        features=network.node_features,
        outputs=network.outputs,
        depth=network.depth,
        width=network.width,
        normalization=network.normalization,
        residual=network.residual,
    )


def workload(network: GraphShape, activation: Activation) -> Workload:
    """The cost of a graph network: all its nodes at every step, whatever the batch."""
    inner = (network.depth - 1) * network.width
    weights = network.node_features * network.width + inner * network.width + network.width * network.outputs
    buffers = 3 + activation.work_buffers + 2 * (network.normalization != "none") + network.residual
    return Workload(
        parameters=Layout(_as_dense(network), activation.parameters).size,
        products=0,
        elements=network.outputs,
        calls=30 * (network.depth + 2),
        activated=0,
        fixed_products=network.nodes * weights + inner * (2 * network.edges + network.nodes) * 8,
        fixed_elements=network.nodes * (network.width * (network.depth * buffers + 2) + network.outputs),
        fixed_activated=network.nodes * network.width * network.depth,
    )

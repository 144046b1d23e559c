"""Whole networks in float32, by kernels, against the same networks in float64, by NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from models.activations import get
from models.activations.base import Array
from models.data.rows import Graph
from models.networks.base import PopulationNetwork
from models.networks.families import FAMILIES
from models.networks.parts import WeightStart
from models.networks.shapes import AttentionShape, ConvShape, DenseShape, GraphShape, Network
from tests.models.kernels.needed import needs_kernels

pytestmark = needs_kernels
ROWS, SHARES, MEMBERS = 5, 2, 4
ATTENTION: dict[str, Any] = {"features": 3 * 7, "outputs": 2, "depth": 2, "width": 6, "sizes": (7, 3), "heads": 2}
NODES = 120
GRAPH: dict[str, Any] = {
    "features": 1, "outputs": 2, "depth": 2, "width": 6, "node_features": 3, "nodes": NODES, "edges": 2 * NODES
}  # fmt: skip
NETWORKS: dict[str, Network] = {
    "dense": DenseShape(features=7, outputs=3, depth=3, width=9),
    "dense, residual, batch": DenseShape(features=7, outputs=3, depth=3, width=8, residual=True, normalization="batch"),
    "dense, layer": DenseShape(features=7, outputs=3, depth=2, width=9, normalization="layer"),
    "dense, rms": DenseShape(features=7, outputs=3, depth=2, width=9, normalization="rms"),
    "dense, group": DenseShape(features=7, outputs=3, depth=2, width=8, normalization="group"),
    "conv, batch": ConvShape(features=18, outputs=2, depth=2, width=5, sizes=(3, 3, 2), normalization="batch"),
    "conv, layer": ConvShape(features=18, outputs=2, depth=2, width=5, sizes=(3, 3, 2), normalization="layer"),
    "graph": GraphShape(**GRAPH),
    "graph, residual, batch": GraphShape(**GRAPH, residual=True, normalization="batch"),
    "graph, layer": GraphShape(**GRAPH, normalization="layer"),
    "attention": AttentionShape(**ATTENTION),
    "attention, rms, after": AttentionShape(**ATTENTION, normalization="rms", norm_first=False),
    "attention, causal, ends early": AttentionShape(**ATTENTION, causal=True, variable_lengths=True),
}


def ring(dtype: type) -> Graph:
    """A ring of nodes, few enough of whose pairs are neighbours for sparse products."""
    features = np.random.default_rng(4).standard_normal((NODES, 3)).astype(dtype)
    return Graph(features, np.stack([np.arange(NODES), (np.arange(NODES) + 1) % NODES]))


def passed(shape: Network, activation: str, dtype: type, x: Array) -> tuple[PopulationNetwork, Array]:
    """A network after one pass forward and back, and what it gives in use."""
    graph = ring(dtype) if shape.family == "graph" else None
    sizes = {"members": MEMBERS, "rows": ROWS, "shares": SHARES}
    made = FAMILIES[shape.family].build(shape, get(activation), **sizes, dtype=dtype, graph=graph)
    made.begin(WeightStart(1.2, 1.0), root=3, seeds=[0, 1] * (MEMBERS // SHARES), output_bias=[0.1])
    rows = made.prepared(x.reshape(SHARES * ROWS, -1).astype(dtype))
    batches = rows.reshape(SHARES, ROWS, -1)
    made.forward(batches)
    made.backward(batches, np.random.default_rng(1).standard_normal(made.raw.shape).astype(dtype))
    return made, made.infer(rows)


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("activation", ["relu", "gelu", "tanh", "elu", "prelu"])
def test_kernels_give_the_gradients_and_the_outputs_of_float64(name: str, activation: str) -> None:
    shape = NETWORKS[name]
    x = np.random.default_rng(2).standard_normal((SHARES, ROWS, shape.features))
    if shape.family == "graph":
        x = np.arange(SHARES * ROWS).reshape(SHARES, ROWS, 1).astype(float)
    if "early" in name:
        x[0, 1].reshape(7, 3)[4:] = np.nan
    (exact, exact_raw), (fast, raw) = (passed(shape, activation, dtype, x) for dtype in (np.float64, np.float32))
    np.testing.assert_array_equal(fast.parameters, exact.parameters.astype(np.float32))
    np.testing.assert_allclose(raw, exact_raw, rtol=1e-4, atol=1e-5)
    largest = float(np.abs(exact.gradients).max())
    np.testing.assert_allclose(fast.gradients, exact.gradients, rtol=1e-3, atol=1e-5 * largest)

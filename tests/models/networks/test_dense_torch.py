"""Fifty steps of training beside PyTorch, from the same weights, in float64: dense networks and graph convolutions."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from models.activations import get
from models.data.rows import Graph
from models.networks.dense import Dense, with_ones
from models.networks.graph import GraphConvolution, mixing_matrix
from models.networks.layout import Layout
from models.networks.normalization import EPSILON
from models.networks.parts import WeightStart
from models.networks.shapes import DenseShape, GraphShape
from models.training.optimizers import Adam

torch = pytest.importorskip("torch")
FUNCTIONS = {
    "relu": torch.relu,
    "tanh": torch.tanh,
    "silu": torch.nn.functional.silu,
    "gelu": torch.nn.functional.gelu,
    "softplus": torch.nn.functional.softplus,
    "selu": torch.selu,
}
STEPS, ROWS, RATE = 50, 16, 3e-3


def parameters_of(layout: Layout, flat: np.ndarray) -> list[dict[str, torch.Tensor]]:
    """One member's layers as leaves that PyTorch can train."""
    layers = []
    for views in layout.views(flat):
        parts = {"weights": views.kernel[0]}
        if views.has_bias:
            parts["bias"] = views.bias[0]
        if views.scale is not None and views.shift is not None:
            parts |= {"scale": views.scale[0, :, 0], "shift": views.shift[0, :, 0]}
        layers.append({key: torch.tensor(value.copy(), requires_grad=True) for key, value in parts.items()})
    return layers


def hidden(h: torch.Tensor, layer: dict[str, torch.Tensor], kind: str, function: object) -> torch.Tensor:
    """f(norm(W h + b)), rows first."""
    z = h @ layer["weights"].T
    if kind == "none":
        return function(z + layer["bias"])
    groups = 4 if kind == "group" else 1
    axis, parts = (0, z) if kind == "batch" else (2, z.reshape(len(z), groups, -1))
    mean = 0 if kind == "rms" else parts.mean(dim=axis, keepdim=True)
    variance = ((parts - mean) ** 2).mean(dim=axis, keepdim=True)
    normal = ((parts - mean) / torch.sqrt(variance + EPSILON)).reshape(z.shape)
    return function(normal * layer["scale"] + layer["shift"])


def compare(network: Dense | GraphConvolution, layers: list, x: np.ndarray, model: object, y: np.ndarray) -> None:
    """Train both and hold outputs and weights together; the loss is half the mean square error."""
    ours, theirs = (
        Adam(network.parameters, network.gradients, [RATE]),
        torch.optim.Adam([value for layer in layers for value in layer.values()], RATE),
    )
    target = torch.tensor(y)
    for _ in range(STEPS):
        raw = network.forward(x)
        expected = model()
        np.testing.assert_allclose(raw[0], expected.detach().numpy(), rtol=1e-9, atol=1e-9)
        gradient = np.empty_like(raw)
        gradient[0] = (raw[0] - y) / len(y)
        network.backward(x, gradient)
        ours.step(1.0)
        theirs.zero_grad()
        (((expected - target) ** 2).sum() / (2 * len(y))).backward()
        theirs.step()
    for layer, views in zip(layers, network.layout.views(network.parameters), strict=True):
        np.testing.assert_allclose(views.kernel[0], layer["weights"].detach().numpy(), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("activation", "kind", "residual"),
    [*product(FUNCTIONS, ["none"], [False]), *product(["silu"], ["batch", "layer", "rms", "group"], [False, True])],
)
def test_dense_networks_train_as_in_pytorch(activation: str, kind: str, residual: bool) -> None:
    shape = DenseShape(features=5, outputs=2, depth=3, width=8, normalization=kind, residual=residual)
    network = Dense(shape, get(activation), members=1, rows=ROWS, dtype=np.float64)
    network.begin(WeightStart(1.3, 1.0), root=0, seeds=[0], output_bias=[0.0, 0.1])
    rng = np.random.default_rng(1)
    rows, y = rng.standard_normal((ROWS, 5)), rng.standard_normal((ROWS, 2))
    layers = parameters_of(network.layout, network.parameters)

    def model() -> torch.Tensor:
        h = torch.tensor(rows)
        for index, layer in enumerate(layers[:-1]):
            value = hidden(h, layer, kind, FUNCTIONS[activation])
            h = h + value if residual and index else value
        return h @ layers[-1]["weights"].T + layers[-1]["bias"]

    compare(network, layers, with_ones(rows[None]), model, y)


@pytest.mark.parametrize(("activation", "residual"), list(product(["relu", "tanh", "gelu"], [False, True])))
def test_graph_convolutions_train_as_in_pytorch(activation: str, residual: bool) -> None:
    rng = np.random.default_rng(2)
    order = np.arange(ROWS)
    graph = Graph(rng.standard_normal((ROWS, 5)).astype(np.float32), np.stack([order, np.roll(order, 3)]))
    shape = GraphShape(
        features=1, node_features=5, nodes=ROWS, edges=ROWS, outputs=2, depth=3, width=8, residual=residual
    )
    network = GraphConvolution(shape, get(activation), members=1, rows=ROWS, dtype=np.float64, graph=graph)
    network.begin(WeightStart(1.3, 1.0), root=0, seeds=[0], output_bias=[0.0, 0.1])
    y = rng.standard_normal((ROWS, 2))
    layers = parameters_of(network.layout, network.parameters)
    mixing = mixing_matrix(graph, np.dtype(np.float64))
    mixing = torch.tensor(mixing if isinstance(mixing, np.ndarray) else mixing.toarray())

    def model() -> torch.Tensor:
        h = torch.tensor(graph.features.astype(np.float64))
        for index, layer in enumerate(layers[:-1]):
            value = hidden(mixing @ h, layer, "none", FUNCTIONS[activation])
            h = h + value if residual and index else value
        return h @ layers[-1]["weights"].T + layers[-1]["bias"]

    compare(network, layers, order[None, :, None].astype(np.float64), model, y)

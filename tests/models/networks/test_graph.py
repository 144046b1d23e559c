"""Graph convolutions: gradients, members apart from each other, and learning from neighbours."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from models.activations import get, hidden_candidates
from models.data.prepared import PreparedData
from models.data.rows import Graph, RowShape
from models.networks.graph import GraphConvolution, mixing_matrix
from models.networks.parts import WeightStart
from models.networks.shapes import GraphShape, NormalizationKind
from models.training.run import run_task
from models.training.task import TrainingTask

KINDS: tuple[NormalizationKind, ...] = ("none", "batch", "layer", "rms", "group")


def ring(nodes: int, features: int, seed: int = 0) -> Graph:
    order = np.arange(nodes)
    values = np.random.default_rng(seed).standard_normal((nodes, features)).astype(np.float32)
    return Graph(values, np.stack([order, np.roll(order, 1)]))


def shape_of(graph: Graph, **changes: object) -> GraphShape:
    sizes = {"features": 1, "node_features": graph.features.shape[1], "nodes": len(graph.features), "outputs": 2}
    return GraphShape.model_validate({**sizes, "edges": graph.edges.shape[1], "depth": 3, "width": 4, **changes})


def built(graph: Graph, shape: GraphShape, activation: str, members: int = 2, shares: int = 1) -> GraphConvolution:
    made = GraphConvolution(
        shape, get(activation), members=members, rows=4, shares=shares, dtype=np.float64, graph=graph
    )
    made.begin(WeightStart(1.2, 1.0), root=5, seeds=range(members), output_bias=[0.0, 0.1])
    made.parameters += 0.1 * np.random.default_rng(6).standard_normal(made.parameters.shape)
    return made


def nodes(shares: int = 1) -> np.ndarray:
    return np.stack([np.random.default_rng(s).permutation(8)[:4] for s in range(shares)])[..., None].astype(np.float64)


CHECKS = [
    *((entry.name, "none", False) for entry in hidden_candidates()),
    *product(("prelu", "silu"), KINDS, (False, True)),
]


@pytest.mark.parametrize(("activation", "normalization", "residual"), CHECKS)
def test_every_gradient_equals_its_central_difference(
    activation: str, normalization: NormalizationKind, residual: bool
) -> None:
    graph = ring(8, 3)
    network = built(graph, shape_of(graph, normalization=normalization, residual=residual), activation, 4, shares=2)
    x, rng = nodes(2), np.random.default_rng(7)
    direction, along = rng.standard_normal((4, 4, 2)), rng.standard_normal(network.parameters.shape)
    network.forward(x)
    network.backward(x, direction)
    slope = (network.gradients * along).sum(axis=1)
    sums = []
    for step in (1e-6, -2e-6):
        network.parameters += step * along
        sums.append((network.forward(x) * direction).sum(axis=(1, 2)))
    np.testing.assert_allclose(slope, (sums[0] - sums[1]) / 2e-6, rtol=1e-6, atol=1e-6)


def test_full_and_sparse_mixing_agree_with_the_formula() -> None:
    sparse, full = ring(200, 2), ring(6, 2)
    for graph in (sparse, full):
        n = len(graph.features)
        adjacency = np.eye(n)
        adjacency[graph.edges[0], graph.edges[1]] = adjacency[graph.edges[1], graph.edges[0]] = 1
        degrees = adjacency.sum(axis=1)
        found = mixing_matrix(graph, np.dtype(np.float64))
        found = found if isinstance(found, np.ndarray) else found.toarray()
        np.testing.assert_allclose(found, adjacency / np.sqrt(np.outer(degrees, degrees)), atol=1e-12)


def test_an_edge_named_twice_counts_once() -> None:
    graph = ring(6, 2)
    twice = replace(graph, edges=np.concatenate([graph.edges, graph.edges[::-1]], axis=1))
    assert (mixing_matrix(graph, np.dtype(np.float64)) == mixing_matrix(twice, np.dtype(np.float64))).all()


def test_a_node_without_neighbours_keeps_its_own_features() -> None:
    graph = Graph(np.ones((3, 2), np.float32), np.array([[0], [1]]))
    assert mixing_matrix(graph, np.dtype(np.float64))[2].tolist() == [0, 0, 1]


def test_a_graph_of_another_size_is_refused() -> None:
    graph = ring(8, 3)
    with pytest.raises(ValueError, match="9 nodes"):
        built(graph, shape_of(graph, nodes=9), "relu")
    with pytest.raises(ValueError, match="needs the graph"):
        GraphConvolution(shape_of(graph), get("relu"), members=1, rows=4)


def test_networks_in_use_give_what_they_give_in_training() -> None:
    graph = ring(8, 3)
    network = built(graph, shape_of(graph, residual=True, normalization="layer"), "gelu")
    x = nodes()
    expected = network.forward(x).copy()
    np.testing.assert_allclose(network.infer(x[0]), expected, rtol=1e-12)


def communities(rows: int = 120) -> PreparedData:
    """Two communities whose features alone are near noise: neighbours must be asked."""
    rng = np.random.default_rng(1)
    y = np.arange(rows) % 2
    pairs = np.array([(i, j) for i in range(rows) for j in range(i) if rng.random() < (0.15 if y[i] == y[j] else 0.01)])
    features = (rng.standard_normal((rows, 4)) + 0.3 * (2 * y[:, None] - 1)).astype(np.float32)
    graph = Graph(features, pairs.T)
    order = rng.permutation(rows)
    train, valid = np.sort(order[:40]), np.sort(order[40:])
    return PreparedData(
        name="communities",
        x_train=train[:, None].astype(np.float32),
        y_train=y[train],
        x_valid=valid[:, None].astype(np.float32),
        y_valid=y[valid],
        task="multiclass_classification",
        classes=2,
        features=1,
        outputs=1,
        fingerprint="",
        row=RowShape("node", (1,), graph=graph),
    )


def task(data: PreparedData, **changes: object) -> TrainingTask:
    assert data.row.graph is not None
    settings = {
        "id": "t",
        "candidate": "relu",
        "activation": "relu",
        "head": "softmax_cross_entropy",
        "network": shape_of(data.row.graph, depth=2, width=16),
        "gain": 1.4,
        "learning_rates": (0.01, 0.003),
        "seeds": (0, 1),
        "steps": 60,
        "batch_size": 40,
    }
    return TrainingTask.model_validate({**settings, **changes})


def test_a_population_learns_from_the_neighbours() -> None:
    data = communities()
    scores = [member.score for member in run_task(task(data), data).members]
    features = data.row.graph.features if data.row.graph else np.empty((0, 4))
    alone = (features[data.x_valid[:, 0].astype(int)].sum(axis=1) > 0) == data.y_valid
    assert min(score or 0 for score in scores) > 0.9 > alone.mean() + 0.1


def test_how_members_are_grouped_does_not_change_a_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    data = communities()
    together = run_task(task(data), data)
    monkeypatch.setattr(GraphConvolution, "working_set", 1)
    assert run_task(task(data), data).model_dump_json() == together.model_dump_json()

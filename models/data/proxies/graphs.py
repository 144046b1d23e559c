"""Nodes of a graph: a stochastic block model with noisy features (Holland, Laskey and Leinhardt 1983; unverified).

Nodes fall into groups, and two of one group are tied more often than others. Each group has a position in a space of
FEATURES numbers; a node shows its own under strong noise. The factors are the mean positions of a node and its
neighbours' groups: one node's features hardly tell them, those of its neighbours together do. There are more groups
than a linear function of FEATURES numbers can tell apart.

A pass forward takes the whole graph, so the number of nodes decides what a training step costs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.data.proxies.teacher import Array
from models.data.rows import Graph, RowShape

GROUPS = 10
FEATURES = 4
MOST_NODES = 400
_TIES_WITHIN, _TIES_ACROSS = 6.0, 2.0
"""Neighbours per node, on average, of its own group and of the others."""
_NOISE = 1.0


def node_rows(nodes: int, rng: np.random.Generator) -> tuple[Array, Array, RowShape]:
    """Indices [nodes, 1], factors [nodes, factors], and the shape of a row with its graph."""
    count = min(nodes, MOST_NODES)
    groups = rng.integers(0, GROUPS, count)
    edges = _ties(groups, rng)
    positions = rng.standard_normal((GROUPS, FEATURES))[groups]
    features = positions + _NOISE * rng.standard_normal(positions.shape)
    graph = Graph(features.astype(np.float32), edges)
    return (
        np.arange(count, dtype=np.float64)[:, None],
        _with_neighbours(positions, edges),
        RowShape("node", (1,), graph=graph),
    )


def _ties(groups: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Undirected edges [2, edges], each once, sorted."""
    count = len(groups)
    first, second = np.triu_indices(count, k=1)
    same = groups[first] == groups[second]
    within = min(1.0, _TIES_WITHIN * GROUPS / count)
    across = min(1.0, _TIES_ACROSS * GROUPS / ((GROUPS - 1) * count))
    drawn = rng.random(len(first)) < np.where(same, within, across)
    return np.stack([first[drawn], second[drawn]]).astype(np.int64)


def _with_neighbours(positions: Array, edges: NDArray[np.int64]) -> Array:
    """The mean over a node and its neighbours."""
    total, count = positions.copy(), np.ones(len(positions))
    for one, other in (edges, edges[::-1]):
        np.add.at(total, one, positions[other])
        np.add.at(count, one, 1.0)
    return np.asarray(total / count[:, None])

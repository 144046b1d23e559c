"""What a step costs, counted: the raced function is applied to as many numbers as networks say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from models.activations import get
from models.activations.base import Array
from models.activations.self_gated import Silu
from models.data.rows import Graph
from models.networks.families import FAMILIES, workload
from models.networks.parts import WeightStart
from models.networks.shapes import AttentionShape, ConvShape, DenseShape, GraphShape, Network, RecurrentShape

ROWS = 3
RECURRENT: dict[str, Any] = {"features": 8, "outputs": 2, "depth": 2, "width": 3, "sizes": (4, 2)}
NETWORKS: tuple[Network, ...] = (
    DenseShape(features=4, outputs=2, depth=3, width=5),
    ConvShape(features=16, outputs=2, depth=2, width=3, sizes=(4, 4, 1), shrink_every=1, pooling="max"),
    RecurrentShape(**RECURRENT, cell="rnn"),
    RecurrentShape(**RECURRENT, cell="lstm"),
    RecurrentShape(**RECURRENT, cell="gru"),
    RecurrentShape(**RECURRENT, cell="gru", raced="gates"),
    AttentionShape(features=12, outputs=2, depth=2, width=4, sizes=(4, 3), heads=2),
    GraphShape(features=1, outputs=2, depth=2, width=3, node_features=2, nodes=5, edges=4),
)


class Counting(Silu):
    """SiLU that counts the numbers it is applied to."""

    def __init__(self) -> None:
        self.count = 0

    def apply(self, z: Array, work: Array, parameters: Any = ()) -> None:
        self.count += z.size
        super().apply(z, work, parameters)


@pytest.mark.parametrize("network", NETWORKS)
def test_the_numbers_that_the_function_is_applied_to_are_those_promised(network: Network) -> None:
    counting = Counting()
    graph = Graph(np.ones((5, 2)), np.array([[0, 1, 2, 3], [1, 2, 3, 4]])) if network.family == "graph" else None
    made = FAMILIES[network.family].build(network, counting, members=1, rows=ROWS, dtype=np.float64, graph=graph)
    made.begin(WeightStart(1.0, 1.0), root=0, seeds=[0], output_bias=[0.0])
    counting.count = 0
    made.forward(made.prepared(np.zeros((ROWS, network.features)))[None])
    assert counting.count == workload(network, get("silu")).activated_of(ROWS)

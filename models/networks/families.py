"""The families of networks by name: which class trains a shape, and what a step of it costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from models.activations.base import Activation
from models.networks import attention, conv, dense, graph, recurrent
from models.networks.base import PopulationNetwork, Workload
from models.networks.shapes import Network


@dataclass(frozen=True)
class Family:
    """`build(shape, activation, members=, rows=, shares=, graph=)`, and `workload(shape, activation)`."""

    build: Callable[..., PopulationNetwork]
    workload: Callable[[Any, Activation], Workload]


FAMILIES: dict[str, Family] = {
    "attention": Family(attention.Attention, attention.workload),
    "conv": Family(conv.Conv, conv.workload),
    "dense": Family(dense.Dense, dense.workload),
    "graph": Family(graph.GraphConvolution, graph.workload),
    "recurrent": Family(recurrent.Recurrent, recurrent.workload),
}


def workload(network: Network, activation: Activation) -> Workload:
    """What one step of one member of this shape costs."""
    return FAMILIES[network.family].workload(network, activation)


def working_set(network: Network) -> int:
    """Bytes that may be trained side by side."""
    built = FAMILIES[network.family].build
    size: int = getattr(built, "working_set", PopulationNetwork.working_set)
    return size

"""The signal passport of any family: what untrained networks do to rows and to gradients, measured on the networks
that a probe would train."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, log10

import numpy as np
from numpy.typing import NDArray

from models.activations.base import Array
from models.data.rows import Graph
from models.formulas import resolve
from models.networks.base import PopulationNetwork
from models.networks.families import FAMILIES
from models.networks.parts import WeightStart
from models.networks.shapes import AttentionShape, GraphShape, Network, RecurrentShape
from models.theory.passport import SATURATED, Measure, Passport
from models.theory.start import Start

ROWS = 64


def family_passport(
    name: str, network: Network, start: Start, seeds: Sequence[int] = (0, 1, 2), x: NDArray[np.floating] | None = None
) -> Passport:
    """Measure one activation in networks of a shape, one for each seed, in float64.

    Args:
        start: how the weights around the activation begin.
        x: rows [n, features] of the shape's form; 64 standard normal ones (random tokens, the nodes of a random graph)
            when left out. Graph networks take no rows of others: their graph is drawn.

    A network whose signals overflow has infinite variances and NaN for gradients and shares. Raises ValueError for no
    seeds, and for an activation that cannot stand in such a network.
    """
    if not seeds:
        raise ValueError("a passport needs at least one seed")
    rng = np.random.default_rng(0)
    graph = _graph(network, rng) if isinstance(network, GraphShape) else None
    rows = np.asarray(_rows(network, rng) if x is None else x, np.float64)
    built = FAMILIES[network.family].build(
        network, resolve(name), members=len(seeds), rows=len(rows), shares=1, dtype=np.float64, graph=graph
    )
    weights = WeightStart(start.gain, start.input_gain, start.centred)
    built.begin(weights, root=0, seeds=seeds, output_bias=[0.0] * network.outputs)
    with np.errstate(all="ignore"):
        return _measured(name, start, built, built.prepared(rows))


def _measured(name: str, start: Start, network: PopulationNetwork, rows: Array) -> Passport:
    depth, members = network.network.depth, network.members
    variance, dead, saturated, sizes = (np.full((members, depth), np.nan) for _ in range(4))

    def forwards(layer: int, z: Array) -> None:
        slope = np.abs(network.activation.slope(z, network.slopes(layer)))
        variance[:, layer] = _mean_square(z)
        dead[:, layer] = (slope == 0).all(axis=2).mean(axis=1)
        saturated[:, layer] = (slope < SATURATED).mean(axis=(1, 2))

    def backwards(layer: int, delta: Array) -> None:
        sizes[:, layer] = np.sqrt(_mean_square(delta))

    network.infer(rows, forwards)
    raw = network.forward(rows[None])
    gradient = np.empty_like(raw)
    gradient[...] = np.random.default_rng(1).standard_normal(raw.shape)
    network.backward(rows[None], gradient, backwards)
    return Passport(name, start, variance, _decades(sizes), dead, saturated)


def _decades(sizes: Measure) -> Measure:
    """log10 of each layer's gradient relative to the last one's, [members, depth]; -inf where none arrives."""
    return np.array([[_ratio(size, row[-1]) for size in row] for row in sizes.tolist()])


def _ratio(size: float, last: float) -> float:
    if not (isfinite(size) and isfinite(last)):
        return float("nan")
    return log10(size) - log10(last) if size > 0 and last > 0 else float("-inf")


def _mean_square(values: Array) -> NDArray[np.float64]:
    found: NDArray[np.float64] = np.square(values, dtype=np.float64).mean(axis=(1, 2))
    return found


def _rows(network: Network, rng: np.random.Generator) -> NDArray[np.float64]:
    if isinstance(network, GraphShape):
        return np.arange(network.nodes, dtype=np.float64)[:, None]
    if isinstance(network, RecurrentShape | AttentionShape) and network.vocabulary is not None:
        return rng.integers(0, network.vocabulary, (ROWS, network.features)).astype(np.float64)
    return rng.standard_normal((ROWS, network.features))


def _graph(network: GraphShape, rng: np.random.Generator) -> Graph:
    features = rng.standard_normal((network.nodes, network.node_features)).astype(np.float32)
    return Graph(features, rng.integers(0, network.nodes, (2, network.edges)))

"""The network that is trained in the probe, and how far it is from the network described.

The layer type is kept wherever the rows allow it: an image can be convolved, or read row by row as a sequence; a graph
is convolved; a table has neither order nor neighbours, so dense layers stand in. Depth is kept up to DEEPEST.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import gcd
from typing import Any

from actwise.contract.situation import Situation
from models.data.prepared import PreparedData
from models.data.rows import RowShape
from models.networks.families import FAMILIES
from models.networks.shapes import (
    AttentionShape,
    ConvShape,
    DenseShape,
    GraphShape,
    Network,
    NormalizationKind,
    RecurrentShape,
)

DEEPEST = 64
WIDEST = {"dense": 64, "conv": 16, "recurrent": 32, "attention": 32, "graph": 32}
"""Units (channels) at most: what a probe can afford in its seconds."""
HEADS = 4
EMBEDDING = 4

_NORMALIZATION: dict[str, NormalizationKind] = {
    "none": "none",
    "batch": "batch",
    "layer": "layer",
    "rms": "rms",
    "group": "group",
    "instance": "batch",
    "weight": "none",
}
# What a family can do, and what stands in for the rest.
_INSTEAD: dict[str, dict[NormalizationKind, NormalizationKind]] = {
    "recurrent": {"batch": "none", "layer": "none", "rms": "none", "group": "none"},
    "attention": {"batch": "layer", "group": "layer"},
}


@dataclass(frozen=True)
class Proxy:
    """A network, and one sentence for each way in which it differs from the block it stands for."""

    network: Network
    differences: tuple[str, ...]


def proxy_network(situation: Situation, data: PreparedData, outputs: int) -> Proxy:
    """The network for a block on these rows: depth, normalisation and residual paths as described where they can be."""
    family = _family(situation, data.row)
    network = _BUILDERS[family](situation, data.row, outputs)
    return Proxy(network, _differences(situation, network, family))


def _family(situation: Situation, row: RowShape) -> str:
    """The family that the block's layers belong to, or what stands in for them on rows of this form."""
    if row.form == "node":
        return "graph"
    wanted = situation.layer_type
    if row.form == "table" or wanted not in FAMILIES or wanted == "graph":
        return "dense"
    if row.form == "tokens" and wanted in ("dense", "conv"):
        return "attention"
    return wanted


def _common(situation: Situation, family: str, features: int, outputs: int) -> dict[str, Any]:
    kind = _NORMALIZATION[situation.normalization]
    return {
        "features": features,
        "outputs": outputs,
        "depth": min(situation.depth, DEEPEST),
        "width": min(situation.width, WIDEST[family]),
        "normalization": _INSTEAD.get(family, {}).get(kind, kind),
        "residual": situation.residual,
    }


def _dense(situation: Situation, row: RowShape, outputs: int) -> Network:
    return DenseShape(
        **_common(situation, "dense", row.features, outputs), categories=row.categories, embedding=EMBEDDING
    )


def _conv(situation: Situation, row: RowShape, outputs: int) -> Network:
    return ConvShape(**_common(situation, "conv", row.features, outputs), sizes=row.sizes)


def _recurrent(situation: Situation, row: RowShape, outputs: int) -> Network:
    return RecurrentShape(
        **_common(situation, "recurrent", row.features, outputs),
        sizes=_steps(row),
        vocabulary=row.vocabulary,
        cell=situation.cell or "lstm",
        other=situation.gate or "sigmoid",
        variable_lengths=row.form in ("sequence", "tokens"),
    )


def _attention(situation: Situation, row: RowShape, outputs: int) -> Network:
    common = _common(situation, "attention", row.features, outputs)
    heads = gcd(common["width"], HEADS)
    return AttentionShape(
        **common,
        sizes=_steps(row),
        vocabulary=row.vocabulary,
        heads=heads,
        variable_lengths=row.form in ("sequence", "tokens"),
    )


def _graph(situation: Situation, row: RowShape, outputs: int) -> Network:
    assert row.graph is not None
    nodes, features = row.graph.features.shape
    return GraphShape(
        **_common(situation, "graph", 1, outputs), node_features=features, nodes=nodes, edges=row.graph.edges.shape[1]
    )


_BUILDERS: dict[str, Callable[[Situation, RowShape, int], Network]] = {
    "dense": _dense,
    "conv": _conv,
    "recurrent": _recurrent,
    "attention": _attention,
    "graph": _graph,
}


def _steps(row: RowShape) -> tuple[int, ...]:
    """(steps, channels) of a sequence, or (steps,) of tokens; an image is read row by row."""
    return (row.sizes[0], row.sizes[1] * row.sizes[2]) if row.form == "image" else row.sizes


def _differences(situation: Situation, network: Network, family: str) -> tuple[str, ...]:
    found = []
    if family != situation.layer_type:
        found.append(f"{family} layers stand in for {situation.layer_type} layers")
    if network.depth < situation.depth:
        found.append(f"{network.depth} hidden layers instead of {situation.depth}")
    if network.width < situation.width:
        found.append(f"width {network.width} instead of {situation.width}")
    if network.normalization != situation.normalization:
        found.append(f"normalisation {network.normalization} instead of {situation.normalization}")
    if situation.gated_ffn and family != "attention":
        found.append("no gated feed-forward")
    return tuple(found)

"""The dense network that is trained in the probe, and how far it is from the network described."""

from __future__ import annotations

from dataclasses import dataclass

from actwise.contract.situation import Situation
from models.networks.shapes import DenseShape, NormalizationKind

WIDEST = 64
DEEPEST = 64
_NORMALIZATION: dict[str, NormalizationKind] = {
    "none": "none",
    "batch": "batch",
    "layer": "layer",
    "rms": "layer",
    "group": "layer",
    "instance": "batch",
    "weight": "none",
}


@dataclass(frozen=True)
class Proxy:
    """A dense network, and one sentence for each way in which it differs from the block it stands for."""

    network: DenseShape
    differences: tuple[str, ...]


def proxy_network(situation: Situation, features: int, outputs: int) -> Proxy:
    """The dense network for a block: depth, normalisation and residual paths as described, width at most WIDEST."""
    network = DenseShape(
        features=features,
        outputs=outputs,
        depth=min(situation.depth, DEEPEST),
        width=min(situation.width, WIDEST),
        normalization=_NORMALIZATION[situation.normalization],
        residual=situation.residual,
    )
    return Proxy(network, _differences(situation, network))


def _differences(situation: Situation, network: DenseShape) -> tuple[str, ...]:
    found = []
    if situation.layer_type != "dense":
        found.append(f"dense layers stand in for {situation.layer_type} layers")
    if network.depth < situation.depth:
        found.append(f"{network.depth} hidden layers instead of {situation.depth}")
    if network.width < situation.width:
        found.append(f"width {network.width} instead of {situation.width}")
    if network.normalization != situation.normalization:
        found.append(f"normalisation {network.normalization} instead of {situation.normalization}")
    if situation.gated_ffn:
        found.append("no gated feed-forward")
    return tuple(found)

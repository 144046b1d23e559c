"""Which recurrent networks there are."""

from __future__ import annotations

from models.activations import get
from models.activations.base import Activation
from models.networks.shapes import RecurrentShape


def check(network: RecurrentShape, activation: Activation) -> None:
    """Raise ValueError, naming all faults, where this family has no such network."""
    faults = []
    if network.normalization != "none":
        faults.append(f"recurrent layers know no {network.normalization} normalisation; allowed: none")
    if network.raced == "gates" and network.cell == "rnn":
        faults.append("a plain recurrent layer has no gates to race; race its cell, or take an lstm or a gru")
    if not activation.roles & {"hidden", "gate"}:
        faults.append(f"{activation.name} serves as {sorted(activation.roles)}, not in recurrent layers")
    faults += _faults_of_other(network)
    if faults:
        raise ValueError("; ".join(faults))


def _faults_of_other(network: RecurrentShape) -> list[str]:
    if network.other is None:
        return []
    try:
        other = get(network.other)
    except KeyError as unknown:
        return [str(unknown)]
    if other.parameters or not other.roles & {"hidden", "gate"}:
        return [f"{other.name} cannot stand beside the raced function: it must be elementwise, with nothing to learn"]
    return []

"""Who takes part: hidden candidates behind the task's usual head, and heads behind one hidden activation."""

from __future__ import annotations

from collections.abc import Sequence

from models.activations import catalogue
from models.data.prepared import PreparedData
from models.formulas import is_formula, resolve
from models.heads import Head
from models.networks.shapes import Network
from models.race.plan import Entrant
from service.probing.judging import RACED_TASKS, usable_heads
from service.probing.starts import start_for


def hidden_entrants(names: Sequence[str], network: Network, head: Head) -> tuple[Entrant, ...]:
    """One entrant per name, in order, each with its own recommended start.

    Names that the network cannot train (softmax; gated units but in attention's feed-forward part) and repeated ones
    are left out.
    """
    known = [name for name in dict.fromkeys(names) if trainable(name, network)]
    return tuple(_entrant(name, name, head.id, network, network.outputs) for name in known)


def trainable(name: str, network: Network) -> bool:
    """Whether the function can stand in the hidden layers of such a network."""
    roles = resolve(name).roles if name in catalogue() or is_formula(name) else frozenset()
    return "hidden" in roles or ("gated_unit" in roles and network.family == "attention")


def head_entrants(activation: str, network: Network, data: PreparedData) -> tuple[Entrant, ...]:
    """One entrant per head that can be trained on the data; empty for tasks with one sensible head."""
    if data.task not in RACED_TASKS:
        return ()
    heads = usable_heads(data)
    units = [head.unit_count(data.classes, data.outputs) for head in heads]
    return tuple(
        _entrant(head.id, activation, head.id, network, count) for head, count in zip(heads, units, strict=True)
    )


def _entrant(candidate: str, activation: str, head: str, network: Network, outputs: int) -> Entrant:
    start = start_for(activation, network)
    return Entrant(
        candidate=candidate,
        activation=activation,
        head=head,
        gain=start.gain,
        centred=start.centred,
        input_gain=start.input_gain,
        outputs=outputs,
    )

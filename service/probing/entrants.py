"""Who takes part: hidden candidates behind the task's usual head, and heads behind one hidden activation."""

from __future__ import annotations

from collections.abc import Sequence

from models.activations import hidden_candidates
from models.data.prepared import PreparedData
from models.heads import Head
from models.networks.shapes import Network
from models.race.plan import Entrant
from models.theory import recommended_start
from service.probing.judging import RACED_TASKS, usable_heads


def hidden_entrants(names: Sequence[str], network: Network, head: Head) -> tuple[Entrant, ...]:
    """One entrant per name, in order, each with its own recommended start.

    Names that cannot be trained element by element (gated units, softmax) and repeated ones are left out.
    """
    trainable = {activation.name for activation in hidden_candidates()}
    known = [name for name in dict.fromkeys(names) if name in trainable]
    return tuple(_entrant(name, name, head.id, network, network.outputs) for name in known)


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
    start = recommended_start(activation, network.depth, network.normalization, network.residual)
    return Entrant(
        candidate=candidate,
        activation=activation,
        head=head,
        gain=start.gain,
        centred=start.centred,
        input_gain=start.input_gain,
        outputs=outputs,
    )

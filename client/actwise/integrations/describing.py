"""From the anatomy of a network to the fields of a request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from actwise.contract.faults import ContractError, Fault
from actwise.integrations.blocks import Anatomy, FoundBlock
from actwise.integrations.report import Found, Manner, Place

_OF_BLOCK = ("depth", "width", "normalization", "residual", "gated_ffn", "cell")


def found_in(anatomy: Anatomy, known: Mapping[str, Any], extra: Mapping[str, Any], notes: Iterable[str]) -> Found:
    """Everything that is told about a network. `extra` holds fields that the integration found by itself.

    Raises ContractError for a network without a layer with weights.
    """
    if not anatomy.graph.weighted():
        raise ContractError((_NO_LAYER,))
    outputs = [anatomy.graph.nodes[place].units for place in sorted(anatomy.outputs)]
    return Found(
        fields={
            **_fields(anatomy),
            **{name: value for name, value in extra.items() if value is not None},
            **_head(anatomy),
        },
        layers=anatomy.graph.layers(),
        activations=_places(anatomy),
        notes=(*notes, *_notes(anatomy)),
        known=dict(known),
        outputs=outputs[-1] if outputs else None,
    )


_NO_LAYER = Fault(
    pointer="",
    code="missing",
    message="no layer with weights was found: give the whole network, and an example that passes through it",
)


def _fields(anatomy: Anatomy) -> dict[str, Any]:
    blocks = anatomy.blocks
    if not blocks:
        only = anatomy.graph.nodes[min(anatomy.outputs)]
        return {"layer_type": only.kind, "depth": 1}
    if len(blocks) == 1:
        return {"layer_type": blocks[0].kind, **_of_block(blocks[0])}
    told = [{"layer_type": one.kind, "name": one.kind, **_of_block(one)} for one in blocks]
    return {"layer_type": "mixed", "depth": min(sum(one.depth for one in blocks), 10_000), "layers": told}


def _of_block(block: FoundBlock) -> dict[str, Any]:
    told = {name: getattr(block, name) for name in _OF_BLOCK}
    return {name: value for name, value in told.items() if value is not None}


def _head(anatomy: Anatomy) -> dict[str, Any]:
    """The task, where the function behind the output layer shows it."""
    shown = {"softmax": "multiclass_classification", "log_softmax": "multiclass_classification"}
    for place in anatomy.graph.activations():
        node = anatomy.graph.nodes[place]
        behind_output = any(anatomy.graph.is_before(one, place) for one in anatomy.outputs)
        if behind_output and node.activation in shown:
            return {"task": shown[node.activation]}
    return {}


def _places(anatomy: Anatomy) -> tuple[Place, ...]:
    nodes = anatomy.graph.nodes
    uses = Counter(id(nodes[place].owner) for place in anatomy.hidden_activations if nodes[place].owner is not None)
    found: dict[Any, Place] = {}
    for place in anatomy.hidden_activations:
        node = nodes[place]
        shared = node.owner is not None
        manner: Manner = "module" if shared or node.slot else "function"
        key = id(node.owner) if shared else -1 - place
        found.setdefault(key, Place(str(node.activation), node.name, manner, uses[id(node.owner)] if shared else 1))
    cells = [node for node in nodes if node.kind == "recurrent" and node.activation and node.hidden_by is None]
    return (*found.values(), *(Place(str(node.activation), node.name, "cell") for node in cells))


def _notes(anatomy: Anatomy) -> Iterable[str]:
    nodes = anatomy.graph.nodes
    if not anatomy.graph.connected:
        yield "layers are listed as they were registered: residual paths and functions called in the code are not known"
    if not anatomy.graph.whole:
        yield "part of the way to the outputs was not seen: scripted functions, or code outside the library's functions"
    if not anatomy.outputs:
        yield "no output layer was found: the last layer is taken as a hidden one"
    if not anatomy.blocks:
        yield "no hidden layer was found: the only layer is the output, and depth is given as 1"
    if anatomy.gates:
        names = ", ".join(f"{nodes[place].name} ({nodes[place].activation})" for place in anatomy.gates[:3])
        yield f"{len(anatomy.gates)} activations only scale another signal and are taken as gates: {names}"
    unknown = [node for node in nodes if node.kind == "other" and node.hidden_by is None]
    if unknown:
        types = ", ".join(sorted({one.type for one in unknown})[:5])
        yield f"what {len(unknown)} operations compute is not known: {types}"

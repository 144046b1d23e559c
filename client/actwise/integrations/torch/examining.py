"""What a module is: its description for a request, and the form in which the doctor takes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import prod
from typing import Any

import torch
from torch import nn

from actwise.contract.diagnosis import Network
from actwise.contract.request import TaskDescription
from actwise.integrations.blocks import Anatomy
from actwise.integrations.describing import found_in
from actwise.integrations.graph import WEIGHTED
from actwise.integrations.report import Found
from actwise.integrations.torch.tracing import plain, trace
from actwise.integrations.torch.units import kind_of

_PRECISIONS = {
    torch.float64: "float64",
    torch.float32: "float32",
    torch.float16: "float16",
    torch.bfloat16: "bfloat16",
}


def describe(module: nn.Module, example: Any, **known: Any) -> TaskDescription:
    """The request for a module.

    example: one tensor, a tuple of arguments or a mapping of named ones, with a batch of at least one; it passes
    through the module once, in evaluation mode and without gradients. `known`: fields of TaskDescription that the
    caller knows better, such as task and compute_budget ("medium" unless said); they win. Raises ContractError when
    the task is neither told nor shown by a softmax at the end, and whatever the module raises for the example.
    """
    return examine(module, example, **known).description


def examine(module: nn.Module, example: Any, **known: Any) -> Found:
    """Everything that was found in a module, and notes about what was not; arguments as for `describe`."""
    module = plain(module)
    first = _first(example)
    extra: dict[str, Any] = {"framework": "pytorch", "precision": _precision(module)}
    if first is None:
        raise TypeError("example: a tensor, a tuple of tensors or a mapping of them is wanted")
    anatomy = Anatomy(trace(module, example))
    length, features = _sizes(anatomy, first)
    extra |= {"features": features, "modality": _modality(anatomy, first)}
    notes = [f"sequences of the example have {length} steps"] if length else []
    unused = sorted(_unused(module, {id(node.owner) for node in anatomy.graph.nodes}))
    if unused:
        notes.append(f"{len(unused)} layers were not used by the example: {', '.join(unused[:5])}")
    found = found_in(anatomy, known, extra, notes)
    return replace(found, sequence_length=length)


def network(module: nn.Module, example: Any, **known: Any) -> Network:
    """The module for the doctor: client.diagnose(network=network(module, example), context={"loss": ...}).

    `known`: fields of the doctor's network, such as loss, task or learning_rate.
    """
    return examine(module, example, **known).network


def _unused(module: nn.Module, used: set[int], name: str = "") -> Iterator[str]:
    """Names of the layers with weights that no node stands for."""
    kind = kind_of(module)
    if kind in WEIGHTED and id(module) not in used:
        yield name or type(module).__name__
    if kind is None:
        for own, child in module.named_children():
            yield from _unused(child, used, f"{name}.{own}" if name else own)


def _first(example: Any) -> torch.Tensor | None:
    values = (
        example.values()
        if isinstance(example, Mapping)
        else example
        if isinstance(example, (tuple, list))
        else [example]
    )
    return next((one for one in values if isinstance(one, torch.Tensor)), None)


def _precision(module: nn.Module) -> str | None:
    types = {one.dtype for one in module.parameters() if one.is_floating_point()}
    return _PRECISIONS.get(types.pop()) if len(types) == 1 else None


def _sizes(anatomy: Anatomy, example: torch.Tensor) -> tuple[int | None, int | None]:
    """(length of sequences, inputs per example); tokens are no features."""
    kinds = [anatomy.graph.nodes[place].kind for place in anatomy.graph.weighted()]
    sequential = "recurrent" in kinds or "attention" in kinds
    if not example.is_floating_point():
        return (int(example.shape[-1]) if sequential and example.dim() > 1 else None), None
    if not sequential or example.dim() != 3:
        return None, prod(example.shape[1:]) or None
    length = example.shape[1 if _batch_first(anatomy) else 0]
    return int(length), int(length * example.shape[2]) or None


def _batch_first(anatomy: Anatomy) -> bool:
    """Whether the first layer that says so takes the batch as the first axis."""
    told = [
        node.parameters.get("batch_first") for node in anatomy.graph.nodes if node.kind in ("recurrent", "attention")
    ]
    return bool(next((one for one in told if one is not None), True))


def _modality(anatomy: Anatomy, example: torch.Tensor) -> str | None:
    """What the shape of the example shows: four axes are images, whole numbers before an embedding are text."""
    kinds = {node.kind for node in anatomy.graph.nodes}
    if "graph" in kinds:
        return "graph"
    if "embedding" in kinds and not example.is_floating_point():
        return "text"
    return "image" if "conv" in kinds and example.dim() == 4 else None

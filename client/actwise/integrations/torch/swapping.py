"""Activation modules exchanged: everywhere where the same object is used, once."""

from __future__ import annotations

from collections.abc import Iterable

from torch import nn

from actwise.integrations.graph import Graph
from actwise.integrations.torch.activations import activation

_FAST_PATH = {"relu": 1, "gelu": 2}
"""What a transformer layer of torch.nn keeps of its activation beside it."""


def channels_of(graph: Graph, uses: Iterable[int], fronts: Iterable[int]) -> tuple[int, int]:
    """(channels, axis) along which an activation learns: those of the layers in front; (1, 1) where uses differ."""
    found = {_channels(graph, place, [one for one in fronts if graph.is_before(one, place)]) for place in uses}
    return found.pop() if len(found) == 1 else (1, 1)


def _channels(graph: Graph, place: int, fronts: list[int]) -> tuple[int, int]:
    nodes = [graph.nodes[one] for one in fronts]
    units = {node.units for node in nodes}
    kinds = {node.kind for node in nodes}
    known = units.pop() if len(units) == 1 else None
    if known is None or len(kinds) != 1:
        return 1, 1
    shape = graph.nodes[place].shape
    axis = 1 if "conv" in kinds or (shape is not None and len(shape) == 2) else -1
    if shape is not None and (len(shape) < 2 or shape[axis] != known):
        return 1, 1
    return known, axis


def made(function: str, channels: int, axis: int, like: nn.Module | None, training: bool) -> nn.Module:
    """A new activation, its learned numbers where the weights of `like` are and of their type."""
    new = activation(function, channels, axis)
    weight = next((one for one in like.parameters() if one.is_floating_point()), None) if like is not None else None
    if weight is not None:
        new = new.to(device=weight.device, dtype=weight.dtype)
    return new.train(training)


def put_in_place(root: nn.Module, old: nn.Module, new: nn.Module, function: str) -> int:
    """Put a module where another is, under every name; how many names there were."""
    count = 0
    for parent in list(root.modules()):
        for name, child in list(parent._modules.items()):
            if child is old:
                put_at(parent, name, new, function)
                count += 1
    return count


def put_at(parent: nn.Module, name: str, new: nn.Module, function: str) -> None:
    """Put a module under a name, with what a transformer layer keeps about it."""
    if isinstance(parent, nn.Sequential):
        parent[int(name) if name.isdigit() else list(parent._modules).index(name)] = new
    else:
        setattr(parent, name, new)
    if isinstance(parent, nn.TransformerEncoderLayer) and name == "activation":
        parent.activation_relu_or_gelu = _FAST_PATH.get(function, 0)


def set_nonlinearity(cell: nn.Module, function: str) -> None:
    """Change the function of a plain recurrent layer: "tanh" or "relu"."""
    cell.nonlinearity = function
    if hasattr(cell, "mode"):
        cell.mode = f"RNN_{function.upper()}"

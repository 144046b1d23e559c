"""The layers of a module as they are registered, without running it: what is known when there is no example."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import nn

from actwise.contract.names import canonical_name
from actwise.integrations.functions import GRID, name_of
from actwise.integrations.graph import Graph, Node, chain
from actwise.integrations.torch.units import kind_of, node_of, parameters_of


def listed(module: nn.Module) -> Graph:
    """The modules that are one layer, and activations, in the order in which they were registered."""
    return chain(_nodes(module))


def _nodes(module: nn.Module) -> Iterator[Node]:
    inside: set[int] = set()
    for name, one in module.named_modules():
        if id(one) in inside:
            continue
        kind = kind_of(one)
        if kind is not None:
            inside |= {id(part) for part in one.modules()}
            yield node_of(one, kind, name or type(one).__name__, ())
        elif not any(True for _ in one.children()) and (known := activation_of(one)) is not None:
            yield Node("activation", name, type(one).__name__, (), known, owner=one, parameters=parameters_of(one))
        elif isinstance(one, (nn.TransformerEncoderLayer, nn.TransformerDecoderLayer)):
            yield from _feed_forward(one, name, inside)


def _feed_forward(layer: nn.Module, name: str, inside: set[int]) -> Iterator[Node]:
    """The parts of a transformer layer in the order in which its published code uses them."""
    order = ("self_attn", "norm1", "multihead_attn", "norm2", "linear1", "activation", "linear2", "norm3")
    inside |= {id(part) for part in layer.modules()}
    for part in order:
        one = getattr(layer, part, None)
        where = f"{name}.{part}" if name else part
        if part == "activation":
            known = activation_of(one)
            yield Node("activation", where, "activation", (), known or "identity", owner=layer, slot=part)
        elif one is not None and (kind := kind_of(one)) is not None:
            yield node_of(one, kind, where, ())


def activation_of(function: object) -> str | None:
    """The canonical name of a module or function that acts value by value; None when it is none of ours.

    It is called on a grid of numbers; one that has settings of its own is known by its name.
    """
    if not callable(function):
        return None
    named = canonical_name(
        type(function).__name__ if isinstance(function, nn.Module) else str(getattr(function, "__name__", ""))
    )
    if isinstance(function, nn.Module) and named in ("softmax", "log_softmax", "identity", "glu"):
        return named if named not in ("identity", "glu") else None
    try:
        with torch.no_grad():
            given = function(torch.tensor(GRID, dtype=torch.float32)[:, None])
    except Exception:  # a module of the caller's may raise anything: then it is no such function
        return named
    if not isinstance(given, torch.Tensor) or given.shape != (len(GRID), 1):
        return named
    found = name_of([float(one) for one in given[:, 0]])
    return named if found is None or found == "identity" else found

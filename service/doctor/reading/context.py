"""What the caller says besides the text: fields of the network, and activations of its layers by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from actwise.contract.diagnosis import Layer, Network
from actwise.contract.faults import ContractError, Fault
from actwise.contract.names import ACTIVATIONS, canonical_name, nearest_name
from actwise.contract.validation import MOST_FAULTS, escaped

FIELDS = (*(name for name in Network.model_fields if name != "layers"), "activations")
"""Every field that a context may have."""


def unknown_fields(context: Mapping[str, Any]) -> tuple[Fault, ...]:
    """One fault for each field that no context has."""
    return tuple(_unknown_field(name) for name in context if name not in FIELDS)


def _unknown_field(name: str) -> Fault:
    near = nearest_name(name[:60], FIELDS)
    hint = f": did you mean {near!r}?" if near else ""
    if name == "layers":
        hint = ": layers come from the text or the network"
    return Fault(
        pointer=f"/context/{escaped(name)[:200]}",
        code="unknown_field",
        message=f"Extra inputs are not permitted{hint}",
        allowed=FIELDS,
        nearest=near,
    )


def with_activations(layers: tuple[Layer, ...], told: Any) -> tuple[Layer, ...]:
    """The layers with the activations told by their names. Raises ContractError for unknown names and functions."""
    if told is None:
        return layers
    if not isinstance(told, dict):
        raise ContractError((_fault("", "an object is wanted: names of layers with their activations"),))
    named = dict(_flat(told, ""))
    known = {layer.name for layer in layers if layer.name}
    faults = [fault for name, function in named.items() for fault in _wrong(name, function, known)]
    if faults:
        raise ContractError(tuple(faults[:MOST_FAULTS]))
    return tuple(_with(layer, named) for layer in layers)


def _flat(told: Mapping[str, Any], prefix: str, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Dotted names with their values: {"net": {"0": "relu"}} says the same as {"net.0": "relu"}."""
    for key, inner in told.items():
        if isinstance(inner, dict) and depth < 32:
            yield from _flat(inner, f"{prefix}{key}.", depth + 1)
        else:
            yield f"{prefix}{key}", inner


def _wrong(name: str, function: Any, known: set[str]) -> Iterator[Fault]:
    if name not in known:
        near = nearest_name(name[:200], sorted(known)[:500])
        yield _fault(name, f"no layer is called {name[:100]!r}" + (f": did you mean {near!r}?" if near else ""), near)
    if not isinstance(function, str) or canonical_name(function) is None:
        near = nearest_name(function[:60], ACTIVATIONS) if isinstance(function, str) else None
        hint = f": did you mean {near!r}?" if near else ""
        yield _fault(name, f"unknown activation {str(function)[:60]!r}{hint}", near)


def _fault(name: str, message: str, near: str | None = None) -> Fault:
    place = f"/{escaped(name)[:200]}" if name else ""
    return Fault(pointer=f"/context/activations{place}", code="not_allowed", message=message, nearest=near)


def _with(layer: Layer, named: Mapping[str, str]) -> Layer:
    if layer.name not in named:
        return layer
    return layer.model_copy(update={"activation": canonical_name(named[str(layer.name)])})

"""What a reader finds in a text, before it is merged with what the caller says besides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from actwise.contract.diagnosis import Layer
from actwise.contract.faults import ContractError
from service.doctor.reading.text import refusal

MOST_LAYERS = 5_000
_LONGEST_NAME = 200


@dataclass(frozen=True)
class Found:
    """Layers and further fields of the network, lines not understood, and what the text does not show."""

    layers: tuple[Layer, ...]
    fields: Mapping[str, Any] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    hidden: Callable[[tuple[Layer, ...]], Iterable[str]] = lambda _layers: ()
    """What a text of this kind does not show of the layers, once the caller's own words are merged in."""


def cut_name(name: str) -> str | None:
    """A name of at most 200 characters, the end of a longer one; None for an empty one."""
    return (name if len(name) <= _LONGEST_NAME else f"...{name[3 - _LONGEST_NAME :]}") or None


def some_names(layers: Sequence[Layer]) -> str:
    """How many layers, and the names of the first three: "5 layers (fc1, fc2, fc3, ...)"."""
    first = ", ".join((layer.name or layer.type or layer.kind)[-60:] for layer in layers[:3])
    return f"{len(layers)} layer{'s' if len(layers) > 1 else ''} ({first}{', ...' if len(layers) > 3 else ''})"


def too_many() -> ContractError:
    """The error of a network that is too long."""
    return refusal(f"more than {MOST_LAYERS:,} layers", "too_long")

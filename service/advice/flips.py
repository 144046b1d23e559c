"""Flips: the smallest changes of the description that would change a first choice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from actwise.contract.answer import Flip
from service.advice.neighbours import Change

MOST = 16
"""Flips in an answer; the nearest are kept."""


class Shift(NamedTuple):
    """A first choice that a change alters, in one block or for the "output"."""

    change: Change
    block: str
    now: str
    then: str


def flips(shifts: Iterable[Shift]) -> tuple[Flip, ...]:
    """The smallest change per field, block and new choice; of these, the nearest."""
    found: dict[tuple[str, str, str], Shift] = {}
    for shift in shifts:
        key = (shift.change.field, shift.block, shift.then)
        if key not in found or shift.change.distance < found[key].change.distance:
            found[key] = shift
    nearest = sorted(found.values(), key=lambda one: (one.change.distance, one.change.field, one.block, one.then))
    return tuple(map(_flip, nearest[:MOST]))


def _flip(shift: Shift) -> Flip:
    change, block, now, then = shift
    return Flip(
        field=change.field,
        value=change.value,
        block=block,
        now=now,
        then=then,
        sentence=f"{_condition(change.field, change.value)}, {then} would come first {_where(block)}, not {now}.",
    )


_SWITCHES = {
    "adversarial": "adversarial training",
    "residual": "residual paths",
    "gated_ffn": "a gated feed-forward part",
    "intervals": "prediction intervals",
    "int8": "8-bit weights and activations",
    "latency_critical": "critical latency",
    "physics_informed": "a differential equation in the loss",
    "heavy_tailed": "outliers in the target",
    "overdispersed": "a variance above the mean of the counts",
    "integer": "targets that are whole numbers",
}
_SPOKEN: dict[tuple[str, Any], str] = {
    ("privacy", "dp_sgd"): "With private training (DP-SGD)",
    ("privacy", "none"): "Without private training",
    ("prefer", "quality"): "Preferring quality",
    ("prefer", "convention"): "Preferring convention",
    ("prefer", "balanced"): "Preferring neither quality nor convention",
    ("domain", None): "Without the words about the domain",
    ("deployment.operators", None): "Without the limit to certain operators",
    ("target.low", None): "Without a lowest target",
    ("target.high", None): "Without a highest target",
}


def _condition(field: str, value: Any) -> str:
    """The change in words: "With depth 20", "Without residual paths", "With depth 20 in trunk"."""
    *path, last = field.split(".")
    place = f" in {path[1]}" if path[:1] == ["layers"] else ""
    if (field, value) in _SPOKEN:
        return _SPOKEN[field, value]
    if isinstance(value, bool):
        return f"{'With' if value else 'Without'} {_SWITCHES[last]}{place}"
    name = " ".join([*([] if place else path), last]).replace("_", " ")
    return f"With {name} {str(value).replace('_', ' ')}{place}"


def _where(block: str) -> str:
    return "for the output" if block == "output" else f"in {block} layers"

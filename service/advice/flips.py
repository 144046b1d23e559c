"""Flips: the smallest changes of the description that would change a first choice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from actwise.contract.answer import Flip
from service.advice.neighbours import Neighbour

MOST = 12
"""Flips in an answer; the nearest are kept."""


def flips(neighbours: Sequence[Neighbour], now: dict[str, str], then: Sequence[dict[str, str]]) -> tuple[Flip, ...]:
    """The nearest flip per field, block and new choice.

    Args:
        neighbours: the neighbouring descriptions.
        now: first choice per block ("output" among them) of the description itself.
        then: the same for each neighbour.
    """
    found: dict[tuple[str, str, str], tuple[int, Flip]] = {}
    for neighbour, choices in zip(neighbours, then, strict=True):
        for block, before, after in _changes(now, choices):
            key = (neighbour.field, block, after)
            if key not in found or neighbour.distance < found[key][0]:
                found[key] = (neighbour.distance, _flip(neighbour, block, before, after))
    nearest = sorted(found.values(), key=lambda item: (item[0], item[1].field, item[1].block, item[1].then))
    return tuple(flip for _, flip in nearest[:MOST])


def _changes(now: dict[str, str], then: dict[str, str]) -> Iterable[tuple[str, str, str]]:
    """Blocks whose first choice changes. Blocks correspond by place, since a new layer type renames them."""
    for (block, before), after in zip(now.items(), then.values(), strict=True):
        if before != after:
            yield block, before, after


def _flip(neighbour: Neighbour, block: str, before: str, after: str) -> Flip:
    condition = _condition(neighbour.field, neighbour.value)
    return Flip(
        field=neighbour.field,
        value=neighbour.value,
        block=block,
        now=before,
        then=after,
        sentence=f"{condition}, {after} would come first {_where(block)}, not {before}.",
    )


_SWITCHES = {
    "adversarial": "adversarial training",
    "residual": "residual paths",
    "gated_ffn": "a gated feed-forward part",
    "intervals": "prediction intervals",
    "int8": "8-bit weights and activations",
    "latency_critical": "critical latency",
}


def _condition(field: str, value: Any) -> str:
    """The change in words: "With depth 20", "Without residual paths", "With depth 20 in trunk"."""
    *path, last = field.split(".")
    place = f" in {path[1]}" if path[:1] == ["layers"] else ""
    if isinstance(value, bool):
        return f"{'With' if value else 'Without'} {_SWITCHES[last]}{place}"
    name = " ".join([*([] if place else path), last]).replace("_", " ")
    return f"With {name} {str(value).replace('_', ' ')}{place}"


def _where(block: str) -> str:
    return "for the output" if block == "output" else f"in {block} layers"

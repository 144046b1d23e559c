"""What the plots draw: plain data for a script, and the same numbers as a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from service.pages.words import signed

MOST_LINES = 4
"""Curves that one plot can hold and still be read."""

_STEP = 2
_ROWS = 20


class Points(Protocol):
    """A curve of the catalogue."""

    @property
    def x(self) -> tuple[float, ...]: ...
    @property
    def value(self) -> tuple[float, ...]: ...
    @property
    def slope(self) -> tuple[float, ...]: ...


@dataclass(frozen=True, slots=True)
class Plot:
    """`data` goes to the script named `kind`; `columns` and `rows` are the table."""

    kind: str
    title: str
    data: Mapping[str, Any]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def curves_plot(curves: Mapping[str, Points]) -> Plot | None:
    """Functions and their slopes, at most MOST_LINES; None without any."""
    chosen = dict(list(curves.items())[:MOST_LINES])
    if not chosen:
        return None
    data = {
        "lines": [
            {"name": name, "x": one.x[::_STEP], "value": _short(one.value), "slope": _short(one.slope)}
            for name, one in chosen.items()
        ]
    }
    columns = ("x", *(word for name in chosen for word in (name, f"slope of {name}")))
    one = next(iter(chosen.values()))
    rows = tuple(
        (
            f"{one.x[place]:g}",
            *(f"{part[place]:.3f}" for curve in chosen.values() for part in (curve.value, curve.slope)),
        )
        for place in range(0, len(one.x), _ROWS)
    )
    return Plot("curves", "Function and slope", data, columns, rows)


def _short(values: Iterable[float]) -> list[float]:
    return [round(value, 3) for value in list(values)[::_STEP]]


def gradient_plot(layers: Mapping[str, Sequence[tuple[float | None, float | None, float | None]]]) -> Plot | None:
    """log10 of the gradient by layer, relative to the last, per activation: mean, lowest and highest of the seeds."""
    chosen = dict(list(layers.items())[:MOST_LINES])
    if not chosen:
        return None
    data = {
        "lines": [
            {
                "name": name,
                "points": [
                    {"layer": layer, "mean": mean, "low": low, "high": high}
                    for layer, (mean, low, high) in enumerate(found, start=1)
                    if None not in (mean, low, high)
                ],
            }
            for name, found in chosen.items()
        ]
    }
    depth = max(map(len, chosen.values()))
    rows = tuple(
        (str(layer + 1), *(_figure(found[layer][0]) if layer < len(found) else "" for found in chosen.values()))
        for layer in range(depth)
    )
    return Plot("gradient", "Gradient by layer", data, ("layer", *chosen), rows)


def _figure(value: float | None) -> str:
    return "not finite" if value is None else signed(value, ".2f")

"""Curves as paths of an SVG drawing, made here so that they are there without any script."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, hypot, isfinite, log10

Point = tuple[float, float]

_ROUNDING = 0.05
"""Units of the drawing by which a point may lie beside the line before it is left out: nobody can see it."""

_BEYOND = 0.5
"""Share of the window's height up to which a curve is drawn on outside of it, so that it leaves it at its own angle."""


@dataclass(frozen=True, slots=True)
class Window:
    """The part of the plane that is drawn, x and y each from low to high, and the size of the drawing in its units."""

    x: tuple[float, float]
    y: tuple[float, float]
    width: float
    height: float

    def across(self, x: float) -> float:
        """Where an x lies, from 0 on the left to `width`."""
        low, high = self.x
        return round((x - low) / (high - low) * self.width, 2)

    def down(self, y: float) -> float:
        """Where a y lies, from 0 at the top to `height`; values far outside stay near the edge."""
        low, high = self.y
        share = (high - y) / (high - low)
        return round(min(max(share, -_BEYOND), 1 + _BEYOND) * self.height, 2)


@dataclass(frozen=True, slots=True)
class Tick:
    """One mark of an axis: where it lies in the drawing, and its number."""

    place: float
    words: str


def path(window: Window, x: Sequence[float], y: Sequence[float | None]) -> str:
    """The `d` of an SVG path through the points; it is interrupted where a value is missing or not finite.

    Values far above or below the window are drawn just outside of it.
    """
    strokes: list[list[Point]] = [[]]
    for one, other in zip(x, y, strict=True):
        if other is None or not isfinite(other) or not window.x[0] <= one <= window.x[1]:
            strokes.append([])
        else:
            strokes[-1].append((window.across(one), window.down(other)))
    return "".join(_stroke(thinned(points)) for points in strokes if len(points) > 1)


def _stroke(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{across:g} {down:g}" for across, down in points)


def thinned(points: Sequence[Point], tolerance: float = _ROUNDING) -> list[Point]:
    """Ends and bends of a line: without the points that lie within `tolerance` of it (Ramer-Douglas-Peucker)."""
    keep = [False] * len(points)
    keep[0] = keep[-1] = True
    spans = [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        inner = range(first + 1, last)
        far = max(inner, key=lambda place: _distance(points[place], points[first], points[last]), default=first)
        if far != first and _distance(points[far], points[first], points[last]) > tolerance:
            keep[far] = True
            spans += [(first, far), (far, last)]
    return [point for point, kept in zip(points, keep, strict=True) if kept]


def _distance(point: Point, start: Point, end: Point) -> float:
    """From a point to the line through two others."""
    across, down = end[0] - start[0], end[1] - start[1]
    length = hypot(across, down)
    if not length:
        return hypot(point[0] - start[0], point[1] - start[1])
    return abs(across * (start[1] - point[1]) - (start[0] - point[0]) * down) / length


def ticks(low: float, high: float, most: int = 6) -> tuple[float, ...]:
    """At most `most` round numbers, 1, 2 or 5 times a power of ten apart, that cover [low, high] from the inside."""
    rough = (high - low) / max(1, most - 1)
    power = 10.0 ** floor(log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))
    first = ceil(low / step - 1e-9)
    return tuple(round(place * step, 10) for place in range(first, floor(high / step + 1e-9) + 1))


def fitted(values: Iterable[float | None], least: float, most: float) -> tuple[float, float]:
    """A range that shows all finite values with a little air, within [least, most] and at least one wide."""
    found = [value for value in values if value is not None and isfinite(value)] or [0.0]
    low, high = max(least, min(0.0, *found)), min(most, max(0.0, *found))
    air = max(0.08 * (high - low), (1 - (high - low)) / 2)
    return low - air, high + air

"""The large drawing of one activation: the function and its slope, with axes, and the same numbers as a table."""

from __future__ import annotations

from dataclasses import dataclass

from service.pages.plots import Points
from service.pages.sketch import Tick, Window, fitted, path, ticks

WIDTH, HEIGHT = 480.0, 320.0
_LOWEST, _HIGHEST = -5.0, 6.0
"""Values beyond are cut off, so that what happens around zero can be seen."""

_ROW_STEP = 10


@dataclass(frozen=True, slots=True)
class Portrait:
    """Paths and marks, in units of a drawing that is `width` by `height`; `cut` where values go on outside of it."""

    width: float
    height: float
    value: str
    slope: str
    across: tuple[Tick, ...]
    down: tuple[Tick, ...]
    zero_across: float
    zero_down: float
    cut: bool
    rows: tuple[tuple[str, str, str], ...]


def portrait(curve: Points) -> Portrait:
    """The drawing of a curve and its slope on one scale."""
    both = (*curve.value, *curve.slope)
    window = Window((curve.x[0], curve.x[-1]), fitted(both, _LOWEST, _HIGHEST), WIDTH, HEIGHT)
    low, high = window.y
    return Portrait(
        width=WIDTH,
        height=HEIGHT,
        value=path(window, curve.x, curve.value),
        slope=path(window, curve.x, curve.slope),
        across=tuple(Tick(window.across(x), figure(x)) for x in ticks(*window.x) if x),
        down=tuple(Tick(window.down(y), figure(y)) for y in ticks(low, high) if y),
        zero_across=window.across(0.0),
        zero_down=window.down(0.0),
        cut=min(both) < low or max(both) > high,
        rows=tuple(
            (figure(curve.x[place]), f"{curve.value[place]:.4f}", f"{curve.slope[place]:.4f}")
            for place in range(0, len(curve.x), _ROW_STEP)
        ),
    )


def figure(value: float) -> str:
    """A number as a person writes it, with a real minus sign."""
    return f"{value:.4g}".replace("-", "−")

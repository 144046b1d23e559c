"""Facts of an activation computed from its values and slopes alone, to be compared with what it claims.

A section is a function of one number: it takes a float64 array and returns values and slopes. Bends are
looked for in [-24, 24], ends out to 1e7, flat pieces in [-8, 8] and one unit beyond the outermost joint (farther out,
rounding makes smooth tails flat).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import inf

import numpy as np

from ..base import Array, Saturation

Section = Callable[[Array], tuple[Array, Array]]

STEP = 1e-3
BENDS_WITHIN = 24.0
FLAT_WITHIN = 8.0
FARTHEST = 1e7
UNBOUNDED = 1e6
LEAST_RUN = 100
"""Grid points, a tenth of a unit, that a flat piece must span."""


@lru_cache(maxsize=1)
def grid() -> Array:
    """Ascending points in [-24, 24], a thousandth apart and off every round number, and geometric tails to 1e7."""
    middle = np.arange(-BENDS_WITHIN, BENDS_WITHIN, STEP) + STEP / np.e
    tail = np.geomspace(BENDS_WITHIN + 1, FARTHEST, 200)
    return np.concatenate([-tail[::-1], middle, tail])


def extremes(section: Section) -> tuple[float, float]:
    """Infimum and supremum; infinite beyond 1e6, or when an end still gains more than one between 1e4 and 1e7."""
    x = grid()
    value, _ = section(x)
    near = value[np.abs(x) <= 1e4]
    low, high = float(value.min()), float(value.max())
    return (
        -inf if low < max(near.min() - 1, -UNBOUNDED) else low,
        inf if high > min(near.max() + 1, UNBOUNDED) else high,
    )


def steepest(section: Section) -> float:
    """sup |f'|; inf when it passes 1000 times its size within [-24, 24]."""
    x = grid()
    slope = np.abs(section(x)[1])
    near = float(slope[np.abs(x) <= BENDS_WITHIN].max())
    if slope.max() > 1000 * max(near, 1.0) or near > 1e6:
        return inf
    return max(float(slope.max()), _steepest_near(section, float(x[np.argmax(slope)])))


def _steepest_near(section: Section, place: float) -> float:
    """The largest |f'| within a grid step of `place`, by three ever finer scans."""
    reach, best = STEP, 0.0
    for _ in range(3):
        x = np.linspace(place - reach, place + reach, 201)
        slope = np.abs(section(x)[1])
        place, best, reach = float(x[np.argmax(slope)]), float(slope.max()), reach / 50
    return best


def never_falls(section: Section) -> bool:
    """Whether neither the values nor the slopes ever go down."""
    value, slope = section(grid())
    rounding = 1e-12 * np.maximum(1, np.abs(value[1:]))
    return bool(slope.min() >= -1e-9 and np.all(np.diff(value) >= -rounding))


def gaussian_mean(section: Section) -> float:
    """E f(z) for z ~ N(0, 1), by the trapezium rule on [-12, 12]."""
    z = np.linspace(-12, 12, 240_001)
    weight = np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
    return float(np.trapezoid(weight * section(z)[0], z))


def saturated_ends(section: Section) -> Saturation:
    """The ends beyond 1e3 at which f moves by less than 0.01 while |f'| stays below 1e-5."""
    far = np.geomspace(1e3, FARTHEST, 50)
    left, right = _settles(section, -far[::-1]), _settles(section, far)
    names: dict[tuple[bool, bool], Saturation] = {
        (True, True): "both",
        (True, False): "left",
        (False, True): "right",
        (False, False): "no",
    }
    return names[left, right]


def _settles(section: Section, x: Array) -> bool:
    value, slope = section(x)
    return bool(np.ptp(value) < 0.01 and np.abs(slope).max() < 1e-5)


def zero_runs(x: Array, values: Array) -> list[tuple[float, float]]:
    """Intervals of LEAST_RUN points or more on which `values` is exactly zero; infinite at the window's edge."""
    zero = np.concatenate([[False], values == 0, [False]])
    turns = np.flatnonzero(zero[1:] != zero[:-1]).reshape(-1, 2)
    runs = []
    for start, stop in turns[turns[:, 1] - turns[:, 0] >= LEAST_RUN]:
        runs.append((-inf if start == 0 else float(x[start]), inf if stop == len(x) else float(x[stop - 1])))
    return runs


def _window(within: float = FLAT_WITHIN) -> Array:
    x = grid()
    return x[np.abs(x) <= within]


def has_exact_zeros(section: Section) -> bool:
    """Whether f is exactly zero on an interval."""
    x = _window()
    return bool(zero_runs(x, section(x)[0]))


def flat_hull(section: Section, within: float = FLAT_WITHIN) -> tuple[float, float] | None:
    """The hull of the intervals of [-within, within] where f' is exactly zero, to the nearest thousandth, or None."""
    x = _window(within)
    runs = zero_runs(x, section(x)[1])
    return (runs[0][0], runs[-1][1]) if runs else None


def jumps(function: Callable[[Array], Array], width: float, least: float) -> list[float]:
    """Places in [-24, 24] where `function` changes by more than `least` within `width`, found by bisection.

    `least` is relative where the function exceeds one in size.
    """
    x = grid()
    x = x[np.abs(x) <= BENDS_WITHIN]
    change = np.abs(np.diff(function(x)))
    suspects = np.sort(np.argsort(change)[-64:])
    low, high = x[suspects], x[suspects + 1]
    while (high - low).max() > width:
        middle = (low + high) / 2
        at_low, at_middle, at_high = function(low), function(middle), function(high)
        left = np.abs(at_middle - at_low) >= np.abs(at_high - at_middle)
        low, high = np.where(left, low, middle), np.where(left, middle, high)
    at_low, at_high = function(low), function(high)
    found = low[np.abs(at_high - at_low) > least * np.maximum(1, np.abs(at_low))]
    return [float(place) for place in found[np.concatenate([[True], np.diff(found) > STEP])[: len(found)]]]


def value_jumps(section: Section) -> list[float]:
    """Where f itself jumps."""
    return jumps(lambda x: section(x)[0], width=1e-10, least=1e-6)


def slope_jumps(section: Section) -> list[float]:
    """Where f' jumps."""
    return jumps(lambda x: section(x)[1], width=1e-10, least=1e-6)


def bend_jumps(section: Section) -> list[float]:
    """Where f'' jumps, f'' being the central difference of f' over 1e-5."""
    reach = 1e-5

    def bend(x: Array) -> Array:
        return (section(x + reach)[1] - section(x - reach)[1]) / (2 * reach)

    return jumps(bend, width=1e-4, least=0.02)


def smoothness(section: Section) -> float:
    """-1 when f jumps, 0 when f' jumps, 1 when f'' jumps, else inf (a jump of a higher derivative is not seen)."""
    if value_jumps(section):
        return -1
    if slope_jumps(section):
        return 0
    return 1 if bend_jumps(section) else inf


def is_homogeneous(section: Section) -> bool:
    """Whether f(a x) = a f(x) for several a > 0."""
    x = np.linspace(-7, 7, 141)
    value = section(x)[0]
    return all(np.allclose(section(a * x)[0], a * value, rtol=1e-9, atol=1e-12) for a in (0.1, 0.5, 3.7, 100.0))


def is_odd(section: Section) -> bool:
    """Whether f(-x) = -f(x)."""
    x = np.linspace(-9, 9, 181)
    return bool(np.allclose(section(-x)[0], -section(x)[0], rtol=1e-9, atol=1e-12))


def is_piecewise_linear(section: Section) -> bool:
    """Whether the slope takes no more than a few distinct values in [-24, 24]."""
    x = grid()
    slope = section(x[np.abs(x) <= BENDS_WITHIN])[1]
    return len(np.unique(np.round(slope, 9))) <= 16


def is_periodic(section: Section) -> bool:
    """Whether some shift between 0.5 and 15 maps f onto itself on [-24, 24]."""
    spacing = 0.01
    x = np.arange(-BENDS_WITHIN, BENDS_WITHIN, spacing)
    value = section(x)[0]
    allowed = 0.6 * float(np.abs(np.diff(value)).max())
    return any(
        np.abs(value[shift:] - value[:-shift]).max() <= allowed
        for shift in range(round(0.5 / spacing), round(15 / spacing))
    )

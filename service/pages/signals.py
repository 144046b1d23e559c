"""The gradient on its way back through untrained layers of one activation: a drawing, a sentence and a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from service.pages.sketch import Tick, Window, path, ticks
from service.pages.words import counted, signed

if TYPE_CHECKING:
    from service.http.views import SignalPassport, Spread

WIDTH, HEIGHT = 480.0, 220.0
_LEVEL = 0.5
"""Decades within which a gradient counts as level."""

_LARGE = 6.0
"""Decades from which on powers of ten are easier to read."""

_FURTHEST = 12.0
"""Decades that are drawn; what is beyond cannot be trained anyway."""


@dataclass(frozen=True, slots=True)
class SignalView:
    """Paths and marks in units of a drawing that is `width` by `height`, layers from left to right."""

    width: float
    height: float
    mean: str
    low: str
    high: str
    across: tuple[Tick, ...]
    down: tuple[Tick, ...]
    zero: float
    sentence: str
    network: str
    rows: tuple[tuple[str, ...], ...]


def signal_view(passport: SignalPassport) -> SignalView:
    """The passport of one activation in one network."""
    parts = {part: [getattr(one.gradient, part) for one in passport.layers] for part in ("mean", "low", "high")}
    layers = list(range(1, passport.depth + 1))
    window = Window((1.0, max(2.0, float(passport.depth))), _range(parts["low"] + parts["high"]), WIDTH, HEIGHT)
    return SignalView(
        width=WIDTH,
        height=HEIGHT,
        **{part: path(window, layers, values) for part, values in parts.items()},
        across=tuple(Tick(window.across(one), f"{one:g}") for one in ticks(*window.x) if one == int(one)),
        down=tuple(Tick(window.down(one), signed(one, "g")) for one in ticks(*window.y, most=5)),
        zero=window.down(0.0),
        sentence=_sentence(passport.gradient_decades),
        network=_network(passport),
        rows=tuple(
            (str(one.layer), *(_figure(part) for part in (one.gradient, one.variance, one.dead_share)))
            for one in passport.layers
        ),
    )


def _range(values: Sequence[float]) -> tuple[float, float]:
    """At least one decade to either side, so that level looks level."""
    found = [value for value in values if isfinite(value)] or [0.0]
    return max(-_FURTHEST, min(-1.0, *found)), min(_FURTHEST, max(1.0, *found))


def _sentence(decades: Spread) -> str:
    if not isfinite(decades.mean):
        return "In some draws of the weights no gradient arrives at the first layer at all."
    if abs(decades.mean) <= _LEVEL:
        return "The gradient arrives at the first layer about as large as it left the last."
    way = "grows" if decades.mean > 0 else "shrinks"
    return f"On its way from the last layer to the first the gradient {way} {_times(abs(decades.mean))}."


def _times(decades: float) -> str:
    """A factor with one figure, which is all that the draws of the weights agree on."""
    if decades >= _LARGE:
        return f"by {decades:.0f} powers of ten"
    return f"about {float(f'{10**decades:.1g}'):,.0f}-fold"


def _network(passport: SignalPassport) -> str:
    normalised = "without normalisation" if passport.normalization == "none" else f"{passport.normalization} normalised"
    paths = ", residual paths" if passport.residual else ""
    start = f"started with {passport.initialization.scheme.replace('_', ' ')}"
    layers = f"{counted(passport.depth, 'dense layer')} of {passport.width} units"
    return f"{layers}, {normalised}{paths}, {start}; {counted(passport.seeds, 'draw')} of the weights"


def _figure(one: Spread) -> str:
    words = (f"{part:.3g}".replace("-", "−") for part in (one.mean, one.low, one.high))
    mean, low, high = words
    return f"{mean} ({low} to {high})"

"""The starts that people use most, and what each does to gradient and signal in one network."""

from __future__ import annotations

from functools import cache
from math import isclose, isnan
from typing import NamedTuple

from models.theory.names import CANDIDATES
from models.theory.recommend import depth_index, family_index, recommended_start
from models.theory.start import USUAL
from models.theory.tables import DEPTHS, FAMILIES, tables


class Outcome(NamedTuple):
    """What one way to start does to one activation in one network."""

    starts: tuple[str, ...]
    """words of `USUAL`, and "recommended": all those that amount to the same weights"""
    gain: float
    """weights have standard deviation gain / sqrt(fan_in), in layers that are as wide as the one before"""
    gradient_decades: float
    """log10 of the gradient at the first over that at the last hidden layer"""
    variance_last: float
    """variance of the input to the activation in the last hidden layer, within 1e-6..1e3"""


def usual_outcomes(name: str, depth: int, normalization: str = "none", residual: bool = False) -> tuple[Outcome, ...]:
    """The outcomes of the usual starts and of the recommended one, by rising gain, in `depth` hidden layers.

    Starts without a gain for this activation are left out. Where layers are normalised no gain changes the signal, so
    that all starts without centred weights share one outcome. Depths above 64 are read at the nearest kept depth,
    decades scaled to the exact one. Raises UnknownNameError for an activation or normalisation that is not covered,
    ValueError for a depth below 1.
    """
    best = recommended_start(name, depth, normalization, residual)
    column, family, row = CANDIDATES.index(name), family_index(normalization, residual), depth_index(depth)
    exact = (depth - 1) / max(int(DEPTHS[row]) - 1, 1)
    found = _plain(column, family, row, exact)
    apart = best.centred or best.input_gain != best.gain
    same = next((at for at, one in enumerate(found) if isclose(one.gain, best.gain, rel_tol=1e-9)), None)
    if same is not None and not apart:
        found[same] = found[same]._replace(starts=(*found[same].starts, "recommended"))
    else:
        made, place = tables(), (family, row, column)
        decades, variance = float(made.decades[place]) * exact, float(made.variance[place])
        found.append(Outcome(("recommended",), best.gain, decades, variance))
    return tuple(sorted(found, key=_by_gain))


def _plain(column: int, family: int, row: int, exact: float) -> list[Outcome]:
    """Outcomes of the starts in `USUAL`, one for each gain; `exact` is the depth over the kept one."""
    made, (kind, residual) = tables(), FAMILIES[family]
    if kind != "none":
        decades = float(made.default_decades[family, row, column]) * exact
        return [Outcome(starts, gain, decades, 1.0) for starts, gain, _ in _by_weights(column)]
    place = (int(residual), row, column)
    decades_of, variance_of = made.usual_decades[place].tolist(), made.usual_variance[place].tolist()
    return [Outcome(starts, gain, decades_of[at] * exact, variance_of[at]) for starts, gain, at in _by_weights(column)]


@cache
def _by_weights(column: int) -> tuple[tuple[tuple[str, ...], float, int], ...]:
    """The starts in `USUAL` that amount to the same weights together, their gain, and the place of the first."""
    gains = tables().usual_gain[column].tolist()
    found: dict[float, list[int]] = {}
    for at, gain in enumerate(gains):
        same = next((known for known in found if isclose(known, gain, rel_tol=1e-9)), gain)
        if not isnan(gain):
            found.setdefault(same, []).append(at)
    return tuple((tuple(USUAL[at] for at in places), gain, places[0]) for gain, places in found.items())


def _by_gain(outcome: Outcome) -> float:
    return outcome.gain

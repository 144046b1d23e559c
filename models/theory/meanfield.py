"""What mean-field theory expects of every candidate in a network of a given depth, normalisation and residual paths."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.theory.effect import Effect, effect
from models.theory.names import CANDIDATES, KINDS
from models.theory.recommend import depth_index, family_index, recommended_start
from models.theory.start import Start
from models.theory.tables import DEPTHS, tables

Array = NDArray[np.floating[Any]]

_LIKENESS = {"weight": 1.25, "group": 1.25, "instance": 2.0}
"""Factor on the standard deviation for normalisations that are treated like another one."""

_MERGED = 0.98


@dataclass(frozen=True)
class Assessment:
    """Expected signal propagation under each candidate's recommended start; arrays [len(CANDIDATES)], in that order."""

    depth: int
    normalization: str
    residual: bool
    effect_mean: Array
    """points, at most 0"""
    effect_sd: Array
    """points"""
    gradient_decades: Array
    """log10 of the gradient at the first over that at the last hidden layer"""
    gradient_spread: Array
    """how far `gradient_decades` moves when the first layer's gain is an eighth (residual: a half) larger or smaller"""
    default_decades: Array
    """the same under PyTorch's default start"""
    variance_last: Array
    """variance of the input to the activation in the last hidden layer, within 1e-6..1e3"""
    chi: Array
    """factor of the squared gradient over the last layer"""
    depth_scale: Array
    """layers over which the squared gradient changes by a factor e, at the last layer's rate; inf when it does not"""
    related: Array
    """correlation at the last layer of two inputs that started at 0.5"""
    unrelated: Array
    """the same of two inputs that started at 0"""
    gains: Array
    """gain of the recommended start"""

    def start(self, index: int) -> Start:
        """The recommended start of one candidate."""
        return recommended_start(CANDIDATES[index], self.depth, self.normalization, self.residual)


@lru_cache(maxsize=4096)
def assess(depth: int, normalization: str = "none", residual: bool = False, optimizer: str = "adam") -> Assessment:
    """Assess all candidates in a network of `depth` hidden layers (at least 1), trained by "adam" or "sgd".

    The arrays are shared between calls and read-only. Depths above 64 are read at the nearest kept depth, decades
    scaled to the exact one. Raises UnknownNameError for a normalisation that is not in the contract, ValueError for a
    depth below 1.
    """
    made, place = tables(), (family_index(normalization, residual), depth_index(depth))
    exact = (depth - 1) / max(int(DEPTHS[place[1]]) - 1, 1)
    decades = made.decades[place].astype(np.float64) * exact
    related, unrelated = made.related[place].astype(np.float64), made.unrelated[place].astype(np.float64)
    spread = made.spread[place].astype(np.float64)
    judged = effect(decades, spread, related, unrelated, residual=residual, optimizer=optimizer)
    chi = made.factor[place].astype(np.float64)
    found = Assessment(
        depth=depth,
        normalization=normalization,
        residual=residual,
        effect_mean=judged.mean,
        effect_sd=judged.sd * _LIKENESS.get(normalization, 1.0),
        gradient_decades=decades,
        gradient_spread=spread,
        default_decades=made.default_decades[place].astype(np.float64) * exact,
        variance_last=made.variance[place].astype(np.float64),
        chi=chi,
        depth_scale=_depth_scale(chi),
        related=related,
        unrelated=unrelated,
        gains=made.gain[place].copy(),
    )
    return _read_only(found)


def effects(depth: int, normalization: str = "none", residual: bool = False, optimizer: str = "adam") -> Effect:
    """The effects of `assess` alone, arrays over CANDIDATES, for those who ask about many networks.

    Up to depth 64 all are computed at once, at the first call. Errors as for `assess`.
    """
    if depth > 64:
        found = assess(depth, normalization, residual, optimizer)
        return Effect(np.asarray(found.effect_mean, np.float64), np.asarray(found.effect_sd, np.float64))
    family, place = family_index(normalization, residual), depth_index(depth)
    every = _every_effect(residual, optimizer)
    return Effect(every.mean[family, place], every.sd[family, place] * _LIKENESS.get(normalization, 1.0))


@lru_cache(maxsize=8)
def _every_effect(residual: bool, optimizer: str) -> Effect:
    """Effects of all kept families, depths and candidates, judged as with or without residual paths."""
    parts = (tables().decades, tables().spread, tables().related, tables().unrelated)
    return effect(*(part.astype(np.float64) for part in parts), residual=residual, optimizer=optimizer)


def claim(assessment: Assessment, index: int) -> str:
    """One plain sentence with figures about the candidate at `index`."""
    if assessment.depth == 1:
        return "with a single hidden layer no gradient has to pass through others"
    decades, spread = float(assessment.gradient_decades[index]), float(assessment.gradient_spread[index])
    gradient = _gradient(decades) if spread < 1 else _unstable(spread)
    inputs = _inputs(float(assessment.related[index]), float(assessment.unrelated[index]))
    sentence = f"over {assessment.depth} {_layers(assessment)} {gradient}, and {inputs}"
    default = float(assessment.default_decades[index])
    if abs(default) - abs(decades) < 2 or spread >= 1:
        return sentence
    change = "shrink" if default < 0 else "grow"
    return f"{sentence}; from PyTorch's default start the gradient would {change} by {_power(default)}"


def _layers(assessment: Assessment) -> str:
    kind = KINDS[assessment.normalization]
    words = [] if kind == "none" else [f"{kind}-normalised"]
    words += ["residual"] if assessment.residual else []
    return f"{' '.join(words) or 'plain'} layers"


def _gradient(decades: float) -> str:
    if abs(decades) < 0.05:
        return "the gradient keeps its size"
    return f"the gradient {'shrinks' if decades < 0 else 'grows'} by {_power(decades)}"


def _unstable(spread: float) -> str:
    return (
        f"the size of the signal is unstable: a little more at the first layer moves the gradient by {_power(spread)}"
    )


def _power(decades: float) -> str:
    return f"10^{abs(decades):.1f}"


def _inputs(related: float, unrelated: float) -> str:
    figures = f"(correlations 0.5 and 0 become {related:.2f} and {unrelated:.2f})"
    if unrelated > _MERGED:
        return f"different inputs merge {figures}"
    if related - unrelated < 0.05:
        return f"related and unrelated inputs become alike {figures}"
    return f"inputs stay apart {figures}"


def _depth_scale(chi: Array) -> Array:
    rate = np.abs(np.log(np.maximum(chi, 1e-300)))
    return np.divide(1.0, rate, out=np.full_like(rate, np.inf), where=rate > 1e-6)


def _read_only(assessment: Assessment) -> Assessment:
    for value in vars(assessment).values():
        if isinstance(value, np.ndarray):
            value.setflags(write=False)
    return assessment

"""How to start the weights of a function that the tables of signal theory do not hold, and what it then does.

The computation is the tables' own (`models.theory.tables`), for one function at one depth.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from models.activations import Activation, get
from models.formulas.activation import FormulaActivation, is_formula, resolve
from models.theory.effect import Effect, effect
from models.theory.meanfield import Assessment
from models.theory.names import KINDS, check, check_depth
from models.theory.options import Gains, Option, options
from models.theory.quadrature import averages_of
from models.theory.recommend import recommended_start, strangeness_of
from models.theory.start import Start, standard_start_of
from models.theory.tables import choices, gains_of, trace_of
from models.theory.trajectories import pack

COARSER = 3.0
"""Steps of the quadrature in units of those that the tables were made with."""

DEEPEST = 1000
"""Deeper networks are taken for this deep, as in the tables."""


@dataclass(frozen=True)
class Propagation:
    """What theory expects of one function in one network under its recommended start.

    gradient_decades  log10 of the gradient at the first over that at the last hidden layer
    gradient_spread   how far that moves when the first layer's gain is an eighth (residual: a half) larger or smaller
    variance_last     of the input to the function in the last hidden layer
    related, unrelated  correlations at the last layer of two inputs that started at 0.5 and at 0
    strangeness       points: how far the start is from what people write without being told
    """

    start: Start
    gradient_decades: float
    gradient_spread: float
    variance_last: float
    related: float
    unrelated: float
    residual: bool
    strangeness: float

    def effect(self, optimizer: str = "adam") -> Effect:
        """Points against the best candidate, at most 0, with their standard deviation."""
        parts = (self.gradient_decades, self.gradient_spread, self.related, self.unrelated)
        return effect(*(np.array(part) for part in parts), residual=self.residual, optimizer=optimizer)


def start_by_name(name: str, depth: int, normalization: str = "none", residual: bool = False) -> Start:
    """The recommended start of what a name, or a formula behind "=", stands for. Errors as for `resolve`, too."""
    if is_formula(name):
        return start_of(resolve(name), depth, normalization, residual)
    return recommended_start(name, depth, normalization, residual)


def start_of(activation: Activation, depth: int, normalization: str = "none", residual: bool = False) -> Start:
    """The recommended start of an activation of the catalogue or of a formula.

    A formula that is a function of the catalogue starts like that. Errors as for `recommended_start`.
    """
    if not isinstance(activation, FormulaActivation):
        return recommended_start(activation.name, depth, normalization, residual)
    same = activation.likeness.same_as
    if same is not None and "hidden" in _roles(same):
        return recommended_start(same, depth, normalization, residual)
    return propagation(activation, depth, normalization, residual).start


@lru_cache(maxsize=512)
def propagation(
    activation: FormulaActivation, depth: int, normalization: str = "none", residual: bool = False
) -> Propagation:
    """Follow every start on offer through the network, and take the best; the first call for a formula takes a second.

    Raises UnknownNameError for a normalisation that is not in the contract, ValueError for a depth below 1.
    """
    check("normalization", normalization, KINDS)
    check_depth(depth)
    kind, (table, tried) = KINDS[normalization], _tried(activation, KINDS[normalization], residual)
    starts = [option.start for option in tried]
    trace = trace_of(table, starts, 1, np.array([min(depth, DEEPEST)]), kind, residual)
    prices = np.array([[option.price for option in tried]])
    chosen = int(choices(trace, prices, residual)[0, 0])
    found = {key: float(values[0, 0, chosen]) for key, values in trace.items()}
    return Propagation(
        start=starts[chosen],
        gradient_decades=found["decades"],
        gradient_spread=found["spread"],
        variance_last=found["variance"],
        related=found["related"],
        unrelated=found["unrelated"],
        residual=residual,
        strangeness=strangeness_of(starts[chosen], starts[0]),
    )


def _tried(activation: FormulaActivation, kind: str, residual: bool) -> tuple[NDArray[np.float64], tuple[Option, ...]]:
    table, gains = _averages(activation)
    return table, options(standard_start_of(activation), gains, kind, residual)


@lru_cache(maxsize=64)
def _averages(activation: FormulaActivation) -> tuple[NDArray[np.float64], Gains]:
    found = averages_of(activation, COARSER)
    return pack(found.mean[None], found.variance[None], found.spread[None]), gains_of(found)


def assessment(
    activation: FormulaActivation, depth: int, normalization: str, residual: bool, optimizer: str
) -> Assessment:
    """The same in the form in which theory speaks of the catalogue, with the formula as the only candidate."""
    found = propagation(activation, depth, normalization, residual)
    told = found.effect(optimizer)
    nothing = np.full(1, np.nan)
    return Assessment(
        depth=depth,
        normalization=normalization,
        residual=residual,
        effect_mean=np.array([told.mean]),
        effect_sd=np.array([told.sd]),
        gradient_decades=np.array([found.gradient_decades]),
        gradient_spread=np.array([found.gradient_spread]),
        default_decades=np.array([found.gradient_decades]),
        variance_last=np.array([found.variance_last]),
        chi=nothing,
        depth_scale=nothing,
        related=np.array([found.related]),
        unrelated=np.array([found.unrelated]),
        gains=np.array([found.start.gain]),
    )


def _roles(name: str) -> frozenset[str]:
    return get(name).roles

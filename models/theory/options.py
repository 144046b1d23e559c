"""The starts that are tried for one activation in one family of networks, each with the price of its strangeness."""

from __future__ import annotations

from dataclasses import dataclass
from math import isclose, sqrt

from models.theory.start import Start

_NEIGHBOURS = (0.85, 0.9, 0.95, 1.05, 1.1, 1.2)
_BRANCHES = 11


@dataclass(frozen=True)
class Gains:
    """Gains that keep one thing constant from layer to layer when the pre-activation has variance 1."""

    forward: float
    """the mean square: 1 / sqrt(E f^2)"""
    variance: float
    """the variance, under centred weights: 1 / sqrt(Var f)"""
    backward: float
    """the gradient: 1 / sqrt(E f'^2)"""


@dataclass(frozen=True)
class Option:
    """A start, and the points of expected quality that it must gain to be worth leaving the published scheme."""

    start: Start
    price: float


def options(standard: Start, gains: Gains, kind: str, residual: bool) -> tuple[Option, ...]:
    """All starts to choose from, the published scheme first; equally many for every candidate of a family.

    Where layers are normalised the gain has no effect on the signal, so that only centring is left to choose; batch
    normalisation centres by itself.
    """
    if kind == "batch":
        return (Option(standard, 0.0),)
    if kind == "layer":
        return (Option(standard, 0.0), Option(_centred_start(gains, gains.variance), 3.0))
    return _branches(standard, gains) if residual else _stack(standard, gains)


def _centred_start(gains: Gains, gain: float) -> Start:
    """Centred weights, or plain ones for a function without a mean to remove."""
    if isclose(gains.forward, gains.variance, rel_tol=1e-4):
        return Start("tuned_normal", gain)
    return Start("centred_normal", gain, True)


def _stack(standard: Start, gains: Gains) -> tuple[Option, ...]:
    """Published schemes, then exact gains and their neighbours, then centred weights with theirs."""
    exact = [
        Option(standard, 0.0),
        Option(Start("lecun_normal", 1.0), 0.5),
        Option(Start("he_normal", sqrt(2)), 0.5),
        Option(Start("exact_gain_normal", gains.forward), 1.0),
        Option(Start("critical_normal", gains.backward), 1.0),
    ]
    near = [Option(Start("tuned_normal", gains.backward * factor), 1.5) for factor in _NEIGHBOURS]
    return (*exact, *near, *_centred(gains, gains.variance), *_centred(gains, gains.backward))


def _centred(gains: Gains, gain: float) -> tuple[Option, ...]:
    near = (Option(_centred_start(gains, gain * factor), 3.5) for factor in _NEIGHBOURS)
    return (Option(_centred_start(gains, gain), 3.0), *near)


def _branches(standard: Start, gains: Gains) -> tuple[Option, ...]:
    """The published scheme, and residual branches made smaller step by step, plain and centred."""
    factors = [2 ** (-step / 2) for step in range(1, _BRANCHES)]
    plain = [
        Option(Start("scaled_branch_normal", standard.gain * factor), 1 + 0.3 * step)
        for step, factor in enumerate(factors)
    ]
    centred = [
        Option(_centred_start(gains, gains.variance * factor), 3 + 0.3 * step)
        for step, factor in enumerate([1.0, *factors])
    ]
    return (Option(standard, 0.0), *plain, *centred)

"""Which functions of the catalogue a formula is, is a simple change of, or is nearest to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import isclose

import numpy as np

from models.activations import catalogue, get
from models.activations.base import Activation, Array
from models.activations.conformance.computed_facts import Section
from models.activations.gated import GatedActivation

EQUAL = 1e-9
"""Largest difference, relative to max(1, size), between two ways to write one function."""

NEAREST = 3
_INPUT_FACTORS = (1.0, -1.0, 2.0, 0.5, -2.0, -0.5, 3.0, 1 / 3)


@dataclass(frozen=True)
class Near:
    """A function of the catalogue, and the root mean square difference to it for standard normal inputs."""

    activation: str
    distance: float


@dataclass(frozen=True)
class Likeness:
    """What a formula is known as.

    same_as   the function of the catalogue that it is, learned parameters at their first value; None: a new function
    relation  how it comes from a function of the catalogue by factors and shifts, in words; None when it does not
    nearest   the hidden activations most alike, nearest first
    """

    same_as: str | None
    relation: str | None
    nearest: tuple[Near, ...]


def likeness(section: Section) -> Likeness:
    """Compare a function with the catalogue on [-12, 12] and out to 1000."""
    x = _grid()
    value = section(x)[0]
    same = next((name for name, known in _values(1.0).items() if _equal(value, known)), None)
    relation = None if same else next(filter(None, (_relation(value, factor) for factor in _INPUT_FACTORS)), None)
    return Likeness(same, relation, _nearest(section))


@cache
def _grid() -> Array:
    near = np.linspace(-12, 12, 961) + 1e-3
    far = np.geomspace(13, 1000, 20)
    return np.concatenate([-far[::-1], near, far])


@cache
def _known() -> tuple[Activation, ...]:
    """Elementwise functions, those of hidden layers first and without learned parameters first: silu before swish."""
    found = [one for one in catalogue().values() if one.elementwise and not isinstance(one, GatedActivation)]
    return tuple(sorted(found, key=lambda one: ("hidden" not in one.roles, bool(one.parameters))))


@cache
def _values(factor: float) -> dict[str, Array]:
    return {one.name: one.value(factor * _grid()) for one in _known() if one.name != "exp"}


def _equal(value: Array, known: Array) -> bool:
    return bool(np.all(np.abs(value - known) <= EQUAL * np.maximum(1, np.abs(known))))


def _relation(value: Array, factor: float) -> str | None:
    """value = scale * g(factor x) + shift, for the first such g."""
    for name, known in _values(factor).items():
        centred = known - known.mean()
        scale = float(centred @ (value - value.mean()) / (centred @ centred))
        shift = float(value.mean() - scale * known.mean())
        if abs(scale) > EQUAL and _equal(value, scale * known + shift):
            return _words(name, factor, scale, shift)
    return None


def _words(name: str, factor: float, scale: float, shift: float) -> str:
    inner = "x" if factor == 1 else f"{factor:.6g} x"
    outer = "" if isclose(scale, 1) else f"{scale:.6g} "
    added = "" if abs(shift) < EQUAL else f" {'+' if shift > 0 else '-'} {abs(shift):.6g}"
    return f"{outer}{name}({inner}){added}"


def _nearest(section: Section) -> tuple[Near, ...]:
    x = np.linspace(-6, 6, 1201)
    weight = np.exp(-x * x / 2)
    weight /= weight.sum()
    value = section(x)[0]
    names = [one.name for one in _known() if "hidden" in one.roles]
    found = [Near(name, float(np.sqrt(weight @ (value - get(name).value(x)) ** 2))) for name in names]
    return tuple(sorted(found, key=lambda near: near.distance)[:NEAREST])

"""The operations of formulas: each makes value and derivative together, in place.

A dual is a value with its derivative by x; plain numbers stand for arrays of one value, 1.0 as a derivative for that of
x itself, 0.0 for that of a number. Where an exponential leaves the range of the number type it stays at the largest
number that leaves room for a product, so that quotients such as x / (1 + exp(-x)) keep their limits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import pi, sqrt
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

from models.activations import Activation, catalogue
from models.activations.base import Array
from models.activations.gated import GatedActivation


class Dual(NamedTuple):
    """A value and its derivative by x."""

    value: Array | float
    slope: Array | float


class Room(NamedTuple):
    """Where an operation writes its value and its slope, and an array that it may use; all of one shape."""

    value: Array
    slope: Array
    spare: Array


Rule = Callable[[Sequence[Dual], Room], None]
Unary = Callable[[Array, Array, Array], None]


@dataclass(frozen=True)
class Operation:
    """An operation: how it is computed, how many arguments it takes, and its time relative to relu's.

    price: time of value and derivative of one element, divided by that of relu forward and backward; set so that the
    sums agree with formulas measured by benchmarks/activations.py.
    """

    rule: Rule
    arguments: int
    price: float
    words: str = ""


def _add(arguments: Sequence[Dual], room: Room) -> None:
    a, b = arguments
    np.add(a.value, b.value, out=room.value)
    np.add(a.slope, b.slope, out=room.slope)


def _subtract(arguments: Sequence[Dual], room: Room) -> None:
    a, b = arguments
    np.subtract(a.value, b.value, out=room.value)
    np.subtract(a.slope, b.slope, out=room.slope)


def _multiply(arguments: Sequence[Dual], room: Room) -> None:
    """(a b)' = a' b + b' a, without the part of a plain number."""
    a, b = arguments
    np.multiply(a.value, b.value, out=room.value)
    if isinstance(a.value, float):
        a, b = b, a
    np.multiply(a.slope, b.value, out=room.slope)
    if not isinstance(b.value, float):
        np.multiply(b.slope, a.value, out=room.spare)
        np.add(room.slope, room.spare, out=room.slope)


def _divide(arguments: Sequence[Dual], room: Room) -> None:
    """q = a / b, q' = (a' - q b') / b."""
    a, b = arguments
    np.divide(a.value, b.value, out=room.value)
    if isinstance(b.value, float):
        np.divide(a.slope, b.value, out=room.slope)
        return
    np.multiply(room.value, b.slope, out=room.slope)
    np.subtract(a.slope, room.slope, out=room.slope)
    np.divide(room.slope, b.value, out=room.slope)


def _negate(arguments: Sequence[Dual], room: Room) -> None:
    np.negative(arguments[0].value, out=room.value)
    np.negative(arguments[0].slope, out=room.slope)


def _power(arguments: Sequence[Dual], room: Room) -> None:
    """u^c of a plain number c; slope c u^(c - 1) u'."""
    base, exponent = arguments[0], float(arguments[1].value)
    np.power(base.value, exponent, out=room.value)
    np.power(base.value, exponent - 1, out=room.slope)
    np.multiply(room.slope, exponent, out=room.slope)
    np.multiply(room.slope, base.slope, out=room.slope)


def _chosen(pick: np.ufunc) -> Rule:
    """The larger or smaller of two, with the slope of the one taken; of equal ones the first."""

    def rule(arguments: Sequence[Dual], room: Room) -> None:
        a, b = arguments
        pick(a.value, b.value, out=room.value)
        _select(np.equal(room.value, a.value), a.slope, b.slope, room.slope)

    return rule


def _select(holds: NDArray[np.bool_], yes: Array | float, no: Array | float, out: Array) -> None:
    """One or the other, element by element; between two numbers by a product, which is several times as fast."""
    if isinstance(yes, float) and isinstance(no, float):
        np.multiply(holds, yes - no, out=out)
        np.add(out, no, out=out)
    else:
        np.copyto(out, no)
        np.copyto(out, yes, where=holds)


def _where(compare: np.ufunc) -> Rule:
    """a where left and right compare so, else b; NaN where they cannot be compared."""

    def rule(arguments: Sequence[Dual], room: Room) -> None:
        left, right, a, b = arguments
        holds = compare(left.value, right.value)
        _select(holds, a.value, b.value, room.value)
        _select(holds, a.slope, b.slope, room.slope)
        np.copyto(room.value, np.nan, where=np.isnan(left.value) | np.isnan(right.value))

    return rule


def _unary(function: Unary) -> Rule:
    """The chain rule for f(u): `function` writes f(u) and f'(u). A plain slope is that of x: 1."""

    def rule(arguments: Sequence[Dual], room: Room) -> None:
        (u,) = arguments
        function(np.asarray(u.value), room.value, room.slope)
        if not isinstance(u.slope, float):
            np.multiply(room.slope, u.slope, out=room.slope)

    return rule


def _exp(u: Array, value: Array, slope: Array) -> None:
    np.minimum(u, 0.95 * np.log(np.finfo(value.dtype).max), out=value)
    np.exp(value, out=value)
    np.copyto(slope, value)


def _expm1(u: Array, value: Array, slope: Array) -> None:
    _exp(u, value, slope)
    np.minimum(u, 0.95 * np.log(np.finfo(value.dtype).max), out=value)
    np.expm1(value, out=value)


def _log(u: Array, value: Array, slope: Array) -> None:
    np.log(u, out=value)
    np.divide(1.0, u, out=slope)


def _log1p(u: Array, value: Array, slope: Array) -> None:
    np.log1p(u, out=value)
    np.add(u, 1.0, out=slope)
    np.divide(1.0, slope, out=slope)


def _sqrt(u: Array, value: Array, slope: Array) -> None:
    np.sqrt(u, out=value)
    np.divide(0.5, value, out=slope)


def _square(u: Array, value: Array, slope: Array) -> None:
    np.multiply(u, u, out=value)
    np.multiply(u, 2.0, out=slope)


def _absolute(u: Array, value: Array, slope: Array) -> None:
    np.abs(u, out=value)
    np.sign(u, out=slope)


def _sign(u: Array, value: Array, slope: Array) -> None:
    np.sign(u, out=value)
    slope[...] = 0


def _sin(u: Array, value: Array, slope: Array) -> None:
    np.sin(u, out=value)
    np.cos(u, out=slope)


def _cos(u: Array, value: Array, slope: Array) -> None:
    np.cos(u, out=value)
    np.sin(u, out=slope)
    np.negative(slope, out=slope)


def _erf(u: Array, value: Array, slope: Array) -> None:
    erf(u, out=value)
    np.multiply(u, u, out=slope)
    np.negative(slope, out=slope)
    np.exp(slope, out=slope)
    np.multiply(slope, 2 / sqrt(pi), out=slope)


def _arctan(u: Array, value: Array, slope: Array) -> None:
    np.arctan(u, out=value)
    np.multiply(u, u, out=slope)
    np.add(slope, 1.0, out=slope)
    np.divide(1.0, slope, out=slope)


def _arcsinh(u: Array, value: Array, slope: Array) -> None:
    np.arcsinh(u, out=value)
    np.hypot(u, 1.0, out=slope)
    np.divide(1.0, slope, out=slope)


def _of_catalogue(activation: Activation) -> Rule:
    """A function of the catalogue at its initial parameters, by its own kernels."""

    def rule(arguments: Sequence[Dual], room: Room) -> None:
        (u,) = arguments
        parameters = activation.initial_parameters(room.value.dtype)
        work = room.spare if activation.work_buffers == 1 else activation.work_like(room.value)
        np.copyto(room.value, u.value)
        activation.apply(room.value, work, parameters)
        np.copyto(room.slope, u.slope)
        activation.pull(room.slope, room.value, work, parameters)

    return rule


_ARITHMETIC = {
    "add": Operation(_add, 2, 1.2),
    "subtract": Operation(_subtract, 2, 1.2),
    "multiply": Operation(_multiply, 2, 1.5),
    "divide": Operation(_divide, 2, 2.2),
    "negate": Operation(_negate, 1, 0.9),
    "power": Operation(_power, 2, 10.0),
    "square": Operation(_unary(_square), 1, 0.8),
    "where<": Operation(_where(np.less), 4, 14.0),
    "where<=": Operation(_where(np.less_equal), 4, 14.0),
    "where>": Operation(_where(np.greater), 4, 14.0),
    "where>=": Operation(_where(np.greater_equal), 4, 14.0),
}
_FUNCTIONS = {
    "exp": Operation(_unary(_exp), 1, 2.5),
    "expm1": Operation(_unary(_expm1), 1, 13.0),
    "log": Operation(_unary(_log), 1, 2.2),
    "log1p": Operation(_unary(_log1p), 1, 11.0),
    "sqrt": Operation(_unary(_sqrt), 1, 1.0),
    "square": _ARITHMETIC["square"],
    "abs": Operation(_unary(_absolute), 1, 1.0),
    "sign": Operation(_unary(_sign), 1, 1.0),
    "sin": Operation(_unary(_sin), 1, 3.2),
    "cos": Operation(_unary(_cos), 1, 3.2),
    "erf": Operation(_unary(_erf), 1, 18.0),
    "arctan": Operation(_unary(_arctan), 1, 15.0),
    "arcsinh": Operation(_unary(_arcsinh), 1, 25.0),
    "max": Operation(_chosen(np.maximum), 2, 3.3),
    "min": Operation(_chosen(np.minimum), 2, 3.3),
    "power": _ARITHMETIC["power"],
}


_COPIES = 1.0
"""Price of the two copies that a catalogue's kernel needs, which works in place."""


def _usable(activation: Activation) -> bool:
    """Whether a formula may call it: a function of one number."""
    return activation.elementwise and not isinstance(activation, GatedActivation) and activation.name not in _FUNCTIONS


_CATALOGUE = {
    name: Operation(_of_catalogue(activation), 1, activation.relative_cost + _COPIES)
    for name, activation in catalogue().items()
    if _usable(activation)
}

OPERATIONS: Mapping[str, Operation] = MappingProxyType({**_CATALOGUE, **_ARITHMETIC, **_FUNCTIONS})
"""Everything that a step of a graph can do, by name."""

FUNCTIONS: tuple[str, ...] = (*sorted(_FUNCTIONS), "clip", "where", *_CATALOGUE)
"""What a formula may call."""


def evaluate_numbers(operation: str, numbers: Sequence[float]) -> float:
    """An operation's value of plain numbers; NaN or infinite where it has none."""
    if operation == "clip":
        number, low, high = numbers
        return min(max(number, low), high)
    room = Room(*np.zeros((3, 1)))
    duals = [
        Dual(np.array([number]) if operation != "power" or not place else number, 0.0)
        for place, number in enumerate(numbers)
    ]
    with np.errstate(all="ignore"):
        OPERATIONS[operation].rule(duals, room)
    return float(room.value[0])

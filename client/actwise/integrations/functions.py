"""The functions of the contract as plain numbers, and the name of a function from its values.

What a library calls a function says little (three of them are called gelu, a lambda has no name at all); what it gives
for some numbers says which one it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import erf, exp, expm1, isfinite, log, log1p, pi, sin, sqrt, tanh

SELU_SCALE = 1.0507009873554805
SELU_ALPHA = 1.6732632423543772
MEAN_SLOPE_OF_RRELU = 11 / 48


def sigmoid(x: float) -> float:
    """1 / (1 + exp(-x)) without overflow."""
    return 1 / (1 + exp(-x)) if x >= 0 else exp(x) / (1 + exp(x))


def softplus(x: float) -> float:
    """log(1 + exp(x)) without overflow."""
    return max(x, 0.0) + log1p(exp(-abs(x)))


def _leaky(slope: float) -> Callable[[float], float]:
    return lambda x: x if x > 0 else slope * x


def _clip(x: float, low: float, high: float) -> float:
    return min(max(x, low), high)


def _gelu(x: float) -> float:
    return x / 2 * (1 + erf(x / sqrt(2)))


def _gelu_tanh(x: float) -> float:
    return x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x**3)))


def _penalized_tanh(x: float) -> float:
    return tanh(x) if x > 0 else 0.25 * tanh(x)


def _selu(x: float) -> float:
    return SELU_SCALE * (x if x > 0 else SELU_ALPHA * expm1(x))


FUNCTIONS: Mapping[str, Callable[[float], float]] = {
    "identity": lambda x: x,
    "sigmoid": sigmoid,
    "hard_sigmoid": lambda x: _clip(x / 6 + 0.5, 0.0, 1.0),
    "log_sigmoid": lambda x: -softplus(-x),
    "tanh": tanh,
    "lecun_tanh": lambda x: 1.7159 * tanh(2 * x / 3),
    "penalized_tanh": _penalized_tanh,
    "hard_tanh": lambda x: _clip(x, -1.0, 1.0),
    "softsign": lambda x: x / (1 + abs(x)),
    "relu": lambda x: max(x, 0.0),
    "relu6": lambda x: _clip(x, 0.0, 6.0),
    "clipped_relu": lambda x: _clip(x, 0.0, 20.0),
    "leaky_relu": _leaky(0.01),
    "rrelu": _leaky(MEAN_SLOPE_OF_RRELU),
    "prelu": _leaky(0.25),
    "elu": lambda x: x if x > 0 else expm1(x),
    "celu": lambda x: x if x > 0 else 2 * expm1(x / 2),
    "selu": _selu,
    "softplus": softplus,
    "shifted_softplus": lambda x: softplus(x) - log(2),
    "squareplus": lambda x: (x + sqrt(x * x + 4)) / 2,
    "gelu": _gelu,
    "gelu_tanh": _gelu_tanh,
    "quick_gelu": lambda x: x * sigmoid(1.702 * x),
    "silu": lambda x: x * sigmoid(x),
    "swish": lambda x: x * sigmoid(x),
    "mish": lambda x: x * tanh(softplus(x)),
    "hard_swish": lambda x: x * _clip(x + 3, 0.0, 6.0) / 6,
    "squared_relu": lambda x: max(x, 0.0) ** 2,
    "sine": sin,
    "snake": lambda x: x + sin(x) ** 2,
    "exp": exp,
}
"""Every function of one number, learned parameters at their initial values; swish is silu until it has learned."""

GATE_OF: Mapping[str, str] = {"glu": "sigmoid", "reglu": "relu", "geglu": "gelu", "swiglu": "silu"}
"""The function of the gate in each gated unit: the unit is it, times a second projection."""

GRID: tuple[float, ...] = (
    -8,
    -5.5,
    -3.3,
    -2.4,
    -1.6,
    -1.1,
    -0.7,
    -0.3,
    -0.1,
    0,
    0.1,
    0.4,
    0.8,
    1.3,
    2.1,
    2.9,
    4.5,
    7,
    22,
)
"""Where functions are told apart: within the joints of all of them, and beyond."""

_NEAR = 2e-5
"""The two forms of GELU are 4.7e-4 apart; float32 is within 1e-6 of the numbers here."""

_TABLE = {name: tuple(function(x) for x in GRID) for name, function in FUNCTIONS.items() if name != "swish"}


def name_of(values: Sequence[float]) -> str | None:
    """The canonical name of the function with these values on GRID; None when it is none of ours."""
    if len(values) != len(GRID):
        return None
    return next((name for name, known in _TABLE.items() if all(map(_alike, known, values))), None)


def _alike(known: float, value: float) -> bool:
    return isfinite(value) and abs(known - value) <= _NEAR * max(1.0, abs(known))

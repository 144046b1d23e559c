"""What a floating-point format can hold of a head's outputs, computed from its exponent and mantissa bits."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class FloatFormat:
    """A binary format with gradual underflow (IEEE 754, or bfloat16): the raw outputs at which it gives way.

    Every number is for functions rounded correctly; libraries that flush subnormal numbers to zero reach zero at
    `smallest_normal` already.
    """

    name: str
    exponent_bits: int
    mantissa_bits: int

    @property
    def largest(self) -> float:
        """The largest finite number."""
        return math.ldexp(2 - self.epsilon, 2 ** (self.exponent_bits - 1) - 1)

    @property
    def epsilon(self) -> float:
        """The distance from 1 to the next number."""
        return math.ldexp(1, -self.mantissa_bits)

    @property
    def smallest_normal(self) -> float:
        """The smallest positive number of full precision."""
        return math.ldexp(1, 2 - 2 ** (self.exponent_bits - 1))

    @property
    def smallest(self) -> float:
        """The smallest positive number: the smallest probability of a softmax that is not 0."""
        return self.smallest_normal * self.epsilon

    @property
    def log_largest(self) -> float:
        """ln of the largest number: exp overflows above."""
        return math.log(self.largest)

    @property
    def log_smallest(self) -> float:
        """exp is 0 below: ln of half the smallest number, which is the first to round to 0."""
        return math.log(self.smallest_normal) + math.log(self.epsilon / 2)

    @property
    def sigmoid_is_one(self) -> float:
        """From here up 1 / (1 + e**-z) rounds to 1: 1 - sigmoid(z) is below half the step under 1."""
        return math.log(4 / self.epsilon - 1)

    @property
    def tanh_is_one(self) -> float:
        """From here up tanh(z) rounds to 1: 2 / (1 + e**2z) is below half the step under 1."""
        return 0.5 * math.log(8 / self.epsilon - 1)

    @property
    def square_overflows(self) -> float:
        """The square of anything above is infinite: residuals of a squared error."""
        return math.sqrt(self.largest)

    @property
    def whole_numbers(self) -> int:
        """Counts are exact up to here."""
        return int(2 ** (self.mantissa_bits + 1))

    @property
    def bessel_overflows(self) -> float:
        """I_0(k), about e**k / sqrt(2 pi k) (1 + 1 / (8 k)), is infinite above; by fixed-point iteration."""
        concentration = self.log_largest
        for _ in range(40):
            correction = 0.5 * math.log(2 * math.pi * concentration) - math.log1p(1 / (8 * concentration))
            concentration = self.log_largest + correction
        return concentration


FORMATS: tuple[FloatFormat, ...] = (
    FloatFormat("float16", 5, 10),
    FloatFormat("bfloat16", 8, 7),
    FloatFormat("float32", 8, 23),
    FloatFormat("float64", 11, 52),
)

LIMITS: dict[str, str] = {
    "log_largest": "`exp(z)` is infinite above",
    "log_smallest": "`exp(z)`, `softplus(z)`, `sigmoid(z)` and a softmax this far under the largest logit are 0 below",
    "smallest_normal": "smallest probability of full precision",
    "smallest": "smallest probability that is not 0",
    "sigmoid_is_one": "`sigmoid(z)` is 1 above, so that `ln(1 - sigmoid(z))` is infinite",
    "tanh_is_one": "`tanh(z)` is 1 above, so that `ln(1 - tanh(z)^2)` is infinite",
    "square_overflows": "a residual's square is infinite above",
    "bessel_overflows": "`I_0(k)` is infinite above",
    "whole_numbers": "counts are exact up to",
}
"""What each property means for raw outputs, in words."""

_OF_ACTIVATION: dict[str, tuple[str, ...]] = {
    "exp": ("log_largest", "log_smallest"),
    "softplus": ("log_smallest",),
    "sigmoid": ("sigmoid_is_one", "log_smallest"),
    "softmax": ("log_largest", "smallest"),
    "log_softmax": ("log_largest",),
    "tanh": ("tanh_is_one",),
    "identity": ("square_overflows",),
    "relu": ("square_overflows",),
}


def limits_for(activation: str, loss: str) -> tuple[str, ...]:
    """Names of the limits that concern a head with this activation and loss."""
    counts = ("whole_numbers",) if "poisson" in loss or "negative_binomial" in loss else ()
    own = ("bessel_overflows",) if loss == "von_mises" else _OF_ACTIVATION.get(activation, ())
    return own + counts


def limit_text(name: str) -> str:
    """One limit in all formats: '11.09 (float16), 88.72 (bfloat16), ...'."""
    return ", ".join(f"{getattr(one, name):.4g} ({one.name})" for one in FORMATS)

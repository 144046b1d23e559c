"""The parts of a member's parameters: what each is called, its shape, how it starts, and where it lies.

One array [members, P] holds everything that is learned, so that the optimiser is a handful of passes over it; parts
are views into it, which matrix products read and write directly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import inf, isfinite, prod, sqrt
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.activations.base import Activation, Array

_WEIGHTS = 0

GainOf = Literal["hidden", "first", "unit"]
"""Whose gain scales a draw: that of hidden layers, that of the first one, or 1."""


@dataclass(frozen=True)
class WeightStart:
    """How the weights around the raced function begin: the gains of `TrainingTask`, and whether they are centred."""

    gain: float
    first_gain: float
    centred: bool = False

    def of(self, role: GainOf) -> float:
        """The gain of a draw."""
        return {"hidden": self.gain, "first": self.first_gain, "unit": 1.0}[role]


@dataclass(frozen=True)
class Normal:
    """Normal draws of standard deviation factor * gain / sqrt(fan in).

    `fan_in` are the axes of the part that its unit sums over. Only hidden draws are centred over them: the inputs of
    the first layer are standardised features, and nothing is known of others. With `bias`, the last column of the part
    is no input but a bias, which begins at 0.
    """

    fan_in: tuple[int, ...]
    gain_of: GainOf = "hidden"
    factor: float = 1.0
    bias: bool = False


@dataclass(frozen=True)
class Orthogonal:
    """A random orthogonal matrix times `factor`, for the square matrices of recurrence [n, n]."""

    factor: float = 1.0


@dataclass(frozen=True)
class Constant:
    """One value for all."""

    value: float = 0.0


@dataclass(frozen=True)
class OutputBias:
    """The bias of the output layer, which the task's head knows."""


Beginning = Normal | Orthogonal | Constant | OutputBias


@dataclass(frozen=True)
class Part:
    """One array of a member's parameters; training keeps it within [low, high]."""

    name: str
    shape: tuple[int, ...]
    begins: Beginning
    low: float = -inf
    high: float = inf


def learned_parts(prefix: str, activation: Activation, per_channel: tuple[int, ...]) -> list[Part]:
    """The activation's own parameters at one place: of shape `per_channel`, or all ones for one per layer."""
    ones = (1,) * len(per_channel)
    return [
        Part(
            f"{prefix}.{parameter.name}",
            per_channel if parameter.per == "channel" else ones,
            Constant(parameter.initial),
            parameter.low,
            parameter.high,
        )
        for parameter in activation.parameters
    ]


class PartLayout:
    """Parts in their order, in one flat row per member."""

    def __init__(self, parts: Sequence[Part]) -> None:
        names = [part.name for part in parts]
        if len(set(names)) < len(names):
            raise ValueError(f"parts must have different names, got {names}")
        self.parts = tuple(parts)
        ends = list(accumulate(prod(part.shape) for part in parts))
        self._places = [slice(start, end) for start, end in zip([0, *ends], ends, strict=False)]
        self._bounded = [
            (place, part)
            for place, part in zip(self._places, self.parts, strict=True)
            if isfinite(part.low) or isfinite(part.high)
        ]

    @property
    def size(self) -> int:
        """P, the number of parameters of one member."""
        return self._places[-1].stop

    def views(self, flat: Array) -> dict[str, Array]:
        """Views [M, *shape] of `flat` [M, P], by name."""
        return {
            part.name: flat[:, place].reshape(-1, *part.shape)
            for part, place in zip(self.parts, self._places, strict=True)
        }

    def keep_in_bounds(self, flat: Array) -> None:
        """Clip what has limits, in place."""
        for place, part in self._bounded:
            np.clip(flat[:, place], part.low, part.high, out=flat[:, place])

    def begin(
        self, flat: Array, start: WeightStart, *, root: int, seeds: Sequence[int], output_bias: Sequence[float] | Array
    ) -> None:
        """Fill `flat` [M, P], one seed for each; draws depend on both seeds, the part's place and its shape alone."""
        for index, view in enumerate(self.views(flat).values()):
            part = self.parts[index]
            for member, seed in enumerate(seeds):
                view[member] = beginning(part, start, (root, seed, _WEIGHTS, index), output_bias)


def beginning(
    part: Part, start: WeightStart, key: tuple[int, ...], output_bias: Sequence[float] | Array
) -> NDArray[np.float64]:
    """The first values of one member's part, float64."""
    begins = part.begins
    if isinstance(begins, Constant):
        return np.full(part.shape, begins.value)
    if isinstance(begins, OutputBias):
        return np.broadcast_to(np.asarray(output_bias, np.float64), part.shape)
    generator = np.random.Generator(np.random.Philox(np.random.SeedSequence(key)))
    if isinstance(begins, Orthogonal):
        return begins.factor * _orthogonal(generator.standard_normal(part.shape))
    shape = (*part.shape[:-1], part.shape[-1] - begins.bias)
    weights = _scaled(begins, start, generator.standard_normal(shape))
    return np.concatenate([weights, np.zeros((*shape[:-1], 1))], axis=-1) if begins.bias else weights


def _scaled(begins: Normal, start: WeightStart, draws: NDArray[np.float64]) -> NDArray[np.float64]:
    inputs = prod(draws.shape[axis] for axis in begins.fan_in)
    if start.centred and begins.gain_of == "hidden" and inputs > 1:
        draws -= draws.mean(axis=begins.fan_in, keepdims=True)
    return draws * (begins.factor * start.of(begins.gain_of) / sqrt(inputs))


def _orthogonal(draws: NDArray[np.float64]) -> NDArray[np.float64]:
    """Haar-distributed orthogonal factors of square normal draws [..., n, n]."""
    q, r = np.linalg.qr(draws)
    signs = np.sign(np.diagonal(r, axis1=-2, axis2=-1))
    return np.asarray(q * np.where(signs == 0, 1.0, signs)[..., None, :])

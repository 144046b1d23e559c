"""The signal passport: what a finite network with random weights does to its inputs before training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, log10, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.activations import Activation, get
from models.theory.names import CANDIDATES, GATES, KINDS, check, check_depth
from models.theory.recommend import recommended_start
from models.theory.start import Start

Array = NDArray[np.float32]
Measure = NDArray[np.float64]

SATURATED = 0.01
"""A unit is saturated on an input when its slope there is nearer to zero than this."""

_EPSILON = np.float32(1e-5)
_INPUTS, _FEATURES = 128, 64
_CEILING = np.float32(1e15)


@dataclass(frozen=True)
class Passport:
    """Measurements at every hidden layer for every seed; arrays [seeds, depth] unless said otherwise.

    Signals beyond 1e15 are cut there, so that an exploding network still has finite figures.
    """

    name: str
    start: Start
    variance: Measure
    """mean square of what enters the activation"""
    gradient: Measure
    """log10 of the RMS gradient of a random linear output, at the same place, relative to the last layer's"""
    dead_share: Measure
    """share of units whose slope is zero on every input"""
    saturated_share: Measure
    """share of (input, unit) pairs with |slope| < `SATURATED`"""

    @property
    def gradient_decades(self) -> Measure:
        """log10 of the first over the last layer's gradient, [seeds]; -inf where no gradient arrives at all."""
        return self.gradient[:, 0]

    @property
    def spread(self) -> float:
        """Standard deviation of `gradient_decades` over the seeds; 0 for one seed, nan when a gradient is lost."""
        decades = self.gradient_decades
        return float(decades.std()) if np.isfinite(decades).all() else float("nan")


def signal_passport(
    name: str,
    depth: int,
    width: int = 64,
    normalization: str = "none",
    residual: bool = False,
    start: Start | None = None,
    seeds: Sequence[int] = (0, 1, 2),
    inputs: NDArray[Any] | None = None,
) -> Passport:
    """Measure one activation in a dense network of `depth` hidden layers of `width` units, once for each seed.

    `inputs` [B, F] are standardised features, 128 rows of 64 standard normal ones when left out. The start is the
    recommended one unless given. Weight normalisation counts as none; group and RMS are taken like layer normalisation,
    and instance like batch. Gated units are not covered: they have no slope of one input. Raises UnknownNameError, and
    ValueError for a depth or width below 1 or no seeds.
    """
    check("activation", name, [known for known in CANDIDATES if known not in GATES])
    check("normalization", normalization, KINDS)
    check_depth(depth)
    if width < 1 or not seeds:
        raise ValueError(f"a passport needs width and seeds of at least 1, got width {width} and {len(seeds)} seeds")
    chosen = start or recommended_start(name, depth, normalization, residual)
    network = _Network(get(name), depth, width, KINDS[normalization], residual, chosen)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        measured = [network.measure(np.random.default_rng(seed), inputs) for seed in seeds]
    return Passport(name, chosen, *(np.array(part) for part in zip(*measured, strict=True)))


@dataclass(frozen=True)
class _Network:
    """Draws weights, runs forward and backward once, and measures."""

    activation: Activation
    depth: int
    width: int
    kind: str
    residual: bool
    start: Start

    def measure(self, draw: np.random.Generator, inputs: NDArray[Any] | None) -> tuple[list[float], ...]:
        stream = _standard_normal(draw, (_INPUTS, _FEATURES)) if inputs is None else np.asarray(inputs, np.float32)
        weights, layers = [], []
        for layer in range(self.depth):
            weights.append(self._weights(draw, stream.shape[1], first=layer == 0))
            entering, scale = self._normalise(stream @ weights[-1])
            value, slope = self.activation.value_and_slope(entering)
            layers.append((entering, scale, slope))
            stream = np.clip(stream + value if self.residual and layer else value, -_CEILING, _CEILING)
        gradients = self._backward(_standard_normal(draw, stream.shape), weights, layers)
        slopes = [slope for _, _, slope in layers]
        return (
            [_mean_square(entering) for entering, _, _ in layers],
            gradients,
            [float((slope == 0).all(axis=0).mean()) for slope in slopes],
            [float((np.abs(slope) < SATURATED).mean()) for slope in slopes],
        )

    def _weights(self, draw: np.random.Generator, inputs: int, first: bool) -> Array:
        weights = _standard_normal(draw, (inputs, self.width))
        if self.start.centred and not first and inputs > 1:
            weights -= weights.mean(axis=0)
        return weights * np.float32((self.start.input_gain if first else self.start.gain) / sqrt(inputs))

    def _normalise(self, z: Array) -> tuple[Array, Array]:
        """What enters the activation, and what the gradient at z is divided by."""
        if self.kind == "none":
            return z, np.ones((1, 1), np.float32)
        axis = 0 if self.kind == "batch" else 1
        centred = z - z.mean(axis=axis, keepdims=True)
        scale = np.sqrt((centred**2).mean(axis=axis, keepdims=True) + _EPSILON)
        return centred / scale, scale

    def _backward(self, delta: Array, weights: list[Array], layers: list[tuple[Array, Array, Array]]) -> list[float]:
        """log10 RMS gradient where each layer's activation is entered, first layer first, relative to the last.

        The gradient is brought back to size 1 at every layer and its size kept apart, so that it cannot leave float32.
        """
        found, decades = [], 0.0
        for layer in range(self.depth - 1, -1, -1):
            entering, scale, slope = layers[layer]
            local = delta * slope
            size = sqrt(_mean_square(local))
            found.append(decades + (log10(size) if size else -inf))
            if not layer:
                break
            passed = self._through(local, entering, scale) @ weights[layer].T
            delta, grown = _unit(delta + passed if self.residual else passed)
            decades += grown
        return [value - found[0] if found[0] > -inf else -inf for value in reversed(found)]

    def _through(self, delta: Array, entering: Array, scale: Array) -> Array:
        """The gradient before normalisation, from the one after it."""
        if self.kind == "none":
            return delta
        axis = 0 if self.kind == "batch" else 1
        along = (delta * entering).mean(axis=axis, keepdims=True)
        return np.asarray((delta - delta.mean(axis=axis, keepdims=True) - entering * along) / scale)


def _standard_normal(draw: np.random.Generator, shape: tuple[int, ...]) -> Array:
    return draw.standard_normal(shape, dtype=np.float32)


def _unit(delta: Array) -> tuple[Array, float]:
    """The gradient at RMS 1, and log10 of its RMS before; zero stays zero."""
    size = sqrt(_mean_square(delta))
    return (delta / np.float32(size), log10(size)) if size else (delta, 0.0)


def _mean_square(values: Array) -> float:
    return float(np.square(values, dtype=np.float64).mean())

"""Losses that contain derivatives of the network by its input: a differential equation, and a slope to be matched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

import numpy as np

from models.activations.base import Array
from models.experiments.base import Experiment, Parameters, Scores, Value
from models.experiments.starts import start_of

_POINTS, _STEP = 64, 1e-3
_WORST = 1.0


class SecondDerivative(Experiment):
    """Train u so that u'' = -sin x with u = sin x at both ends (order 1: u' = cos x), and compare u with sin x.

    Derivatives by x are central differences over 0.002 in float64, which for a kinked function see what its own
    derivatives are almost everywhere.
    """

    id = "second-derivative"
    runs = "train u'' = -sin x (order 1: u' = cos x) on [0, 2 pi], 64 points, 2 layers of 32, the best of two rates"
    measures = "minus log10 of the error of u (order 1: of u' between the points) relative to the solution"
    unit = "decades"
    negligible = 0.1
    parameters: ClassVar[dict[str, Value | tuple[str, ...]]] = {"order": 2, "depth": 2, "width": 32, "steps": 800}

    def measure(self, candidate: str, parameters: Parameters, seeds: Sequence[int]) -> Scores:
        from models.experiments.populations import Recipe, best_rate, fit, outputs
        from models.networks.shapes import DenseShape
        from models.theory.start import Start

        depth, order = int(parameters["depth"]), int(parameters["order"])
        usual = start_of(candidate, "recommended", depth)
        start = usual if candidate != "sine" else Start("he_normal", np.sqrt(2))
        shape = DenseShape(features=1, outputs=1, depth=depth, width=int(parameters["width"]))
        recipe = Recipe((0.003, 0.01), tuple(seeds), int(parameters["steps"]))
        points = np.linspace(0, 2 * np.pi, _POINTS)
        slope = _residual_slope(points, order)
        network = fit(candidate, shape, start, _stencil(points), slope, recipe, precise=True)
        between = points[:-1] + np.pi / _POINTS
        found = outputs(network, _stencil(between))[:, :, 0].reshape(-1, 3, len(between))
        error = found[:, 1] - np.sin(between) if order == 2 else _first(found) - np.cos(between)
        relative = np.sqrt((error**2).mean(axis=1) * 2)
        return best_rate(-np.log10(np.clip(np.nan_to_num(relative, nan=_WORST), 1e-6, 10.0)), recipe, -_WORST)


def _stencil(points: Array) -> Array:
    """x - h, x, x + h below each other, [3 points, 1], with the interval's middle at zero."""
    x = np.concatenate([points - _STEP, points, points + _STEP])
    return (x - np.pi)[:, None]


def _first(u: Array) -> Array:
    return np.asarray((u[:, 2] - u[:, 0]) / (2 * _STEP))


def _residual_slope(points: Array, order: int) -> Callable[[Array], Array]:
    """The derivative of the mean squared residual, and of the squared error at both ends, by the outputs."""
    weights = np.array([1.0, -2.0, 1.0]) / _STEP**2 if order == 2 else np.array([-0.5, 0.0, 0.5]) / _STEP
    target = -np.sin(points) if order == 2 else np.cos(points)

    def slope(raw: Array) -> Array:
        u = raw[:, :, 0].reshape(-1, 3, len(points))
        residual = np.einsum("s,msp->mp", weights, u) - target
        by_output = 2 * residual[:, None, :] * weights[:, None] / len(points)
        for end in (0, -1):
            by_output[:, 1, end] += 2 * (u[:, 1, end] - np.sin(points[end]))
        return np.asarray(by_output.reshape(len(raw), -1, 1))

    return slope

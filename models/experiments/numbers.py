"""Short number formats: rounding to eight bits, and the headroom of sixteen-bit floats."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from models import activations
from models.activations.base import Array
from models.experiments.base import Experiment, Parameters, Scores, Value
from models.experiments.starts import start_of

_LARGEST_FLOAT16 = 65504.0


class Int8Error(Experiment):
    """Round weights and activations of a trained network to a grid per tensor, and compare its outputs.

    Every grid runs from the least to the greatest value that the tensor takes on the training rows.
    """

    id = "int8-error"
    runs = "digits, 3 layers of 64, trained; then weights and activations rounded to eight bits per tensor"
    measures = "signal to rounding noise of the outputs on held-out rows"
    unit = "dB"
    negligible = 0.5
    replicates = 4
    parameters: ClassVar[dict[str, Value | tuple[str, ...]]] = {"depth": 3, "width": 64, "bits": 8, "steps": 150}

    def measure(self, candidate: str, parameters: Parameters, seeds: Sequence[int]) -> Scores:
        from models.experiments.populations import Recipe, fit, label_slope, outputs
        from models.experiments.trained import prepared
        from models.networks.shapes import DenseShape

        data, depth = prepared("digits"), int(parameters["depth"])
        recipe = Recipe((0.003,), tuple(seeds), int(parameters["steps"]))
        shape = DenseShape(features=data.features, outputs=10, depth=depth, width=int(parameters["width"]))
        start = start_of(candidate, "recommended", depth)
        network = fit(candidate, shape, start, data.x_train, label_slope(data.y_train), recipe)
        levels = 2 ** int(parameters["bits"]) - 1
        exact = outputs(network, data.x_valid)
        weights = [(views.kernel, views.bias) for views in network.layout.views(network.parameters)]
        rounded = _rounded_outputs(candidate, weights, data.x_valid, levels)
        noise = ((rounded - exact) ** 2).mean(axis=(1, 2))
        with np.errstate(all="ignore"):
            found = 10 * np.log10(exact.var(axis=(1, 2)) / np.maximum(noise, 1e-12))
        return np.asarray(np.nan_to_num(found.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0))


class Float16Headroom(Experiment):
    """How far the largest value of a random network is from overflowing sixteen-bit floats."""

    id = "float16-headroom"
    runs = "a random dense network of 6 layers, He weights, inputs ten times their usual size"
    measures = "log10 of the largest sixteen-bit float over the largest value of any layer"
    unit = "decades"
    negligible = 0.2
    replicates = 5
    parameters: ClassVar[dict[str, Value | tuple[str, ...]]] = {"depth": 6, "width": 128, "scale": 10.0}

    def measure(self, candidate: str, parameters: Parameters, seeds: Sequence[int]) -> Scores:
        from models.experiments.populations import draw, pre_activations
        from models.networks.shapes import DenseShape

        depth = int(parameters["depth"])
        shape = DenseShape(features=32, outputs=1, depth=depth, width=int(parameters["width"]))
        x = np.random.default_rng(0).standard_normal((128, 32)) * float(parameters["scale"])
        layers = pre_activations(draw(candidate, shape, "he", seeds, len(x), precise=True), x)
        with np.errstate(all="ignore"):
            values = [np.abs(activations.get(candidate).value(z)).max(axis=(1, 2)) for z in layers]
            headroom = np.log10(_LARGEST_FLOAT16 / np.max(values, axis=0))
        return np.asarray(np.clip(np.nan_to_num(headroom, nan=-30.0), -30.0, 30.0))


def _rounded_outputs(candidate: str, weights: list[tuple[Array, Array]], x: Array, levels: int) -> Array:
    """Outputs [M, rows, K] with weights, pre-activations and activations rounded, each per tensor and member."""
    stream = np.broadcast_to(_rounded(x.T[None], levels), (len(weights[0][0]), *x.T.shape))
    for kernel, bias in weights[:-1]:
        z = _rounded(np.matmul(_rounded(kernel, levels), stream) + bias[:, :, None], levels)
        stream = _rounded(activations.get(candidate).value(z), levels)
    kernel, bias = weights[-1]
    return np.asarray((np.matmul(_rounded(kernel, levels), stream) + bias[:, :, None]).swapaxes(1, 2))


def _rounded(values: Array, levels: int) -> Array:
    """Values [M, ...] on the grid of `levels` steps between each member's extremes, zero being on the grid."""
    axes = tuple(range(1, values.ndim))
    low = np.minimum(values.min(axis=axes, keepdims=True), 0)
    step = np.maximum((np.maximum(values.max(axis=axes, keepdims=True), 0) - low) / levels, 1e-12)
    zero = np.round(-low / step)
    return np.asarray((np.clip(np.round(values / step) + zero, 0, levels) - zero) * step)

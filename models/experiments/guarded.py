"""Training under constraints: differential privacy, and an adversary that moves the inputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from models.activations.base import Array
from models.experiments.base import Experiment, Parameters, Scores, Value
from models.experiments.perceptron import Perceptron, label_delta

if TYPE_CHECKING:
    from models.data.prepared import PreparedData

_SIZES = (64, 64)
_BATCH = 256
_CLASSES = 10
_PANEL = ("relu", "leaky_relu", "elu", "gelu", "silu", "softplus", "tanh", "sigmoid")


class PrivateAccuracy(Experiment):
    """Digits with every example's gradient clipped and noise added to the sum, as in DP-SGD."""

    id = "private-accuracy"
    runs = "digits, 2 layers of 64, gradients clipped per example and noised, the best of three rates"
    measures = "held-out accuracy, from 0 for the majority class to 100 for perfect"
    unit = "points"
    negligible = 0.5
    replicates = 3
    usual = _PANEL
    parameters: ClassVar[dict[str, Value | tuple[str, ...]]] = {"clip": 1.0, "noise": 2.0, "steps": 100}

    def measure(self, candidate: str, parameters: Parameters, seeds: Sequence[int]) -> Scores:
        data = _digits()
        grid = [[_private(candidate, parameters, data, rate, seed) for seed in seeds] for rate in (0.25, 1.0, 4.0)]
        return _best(np.array(grid))


class AdversarialAccuracy(Experiment):
    """Digits trained on inputs that an attack has moved, and judged on moved inputs."""

    id = "adversarial-accuracy"
    runs = "digits, 2 layers of 64, trained on 2 steps of projected gradient ascent, judged on 5; the best of two rates"
    measures = "accuracy on attacked held-out rows, from 0 for the majority class to 100 for perfect"
    unit = "points"
    negligible = 0.5
    replicates = 3
    usual = _PANEL[:7]
    parameters: ClassVar[dict[str, Value | tuple[str, ...]]] = {"reach": 0.4, "steps": 200}

    def measure(self, candidate: str, parameters: Parameters, seeds: Sequence[int]) -> Scores:
        data = _digits()
        grid = [[_attacked(candidate, parameters, data, rate, seed) for seed in seeds] for rate in (0.1, 0.5)]
        return _best(np.array(grid))


def _private(candidate: str, parameters: Parameters, data: PreparedData, rate: float, seed: int) -> float:
    network = Perceptron.drawn(candidate, (data.features, *_SIZES, _CLASSES), seed)
    rng, clip = np.random.default_rng([seed, 16]), float(parameters["clip"])
    noise, steps = float(parameters["noise"]), int(parameters["steps"])
    with np.errstate(all="ignore"):
        for _ in range(steps):
            rows = rng.choice(len(data.x_train), _BATCH, replace=False)
            seen, slopes = network.forward(data.x_train[rows])
            deltas = network.deltas(slopes, label_delta(seen[-1], data.y_train[rows]))[1:]
            scale = _clipping(seen, deltas, clip)
            for weights, inputs, delta in zip(network.weights, seen, deltas, strict=False):
                step = _summed(inputs, delta * scale[:, None])
                step += noise * clip * rng.standard_normal(step.shape)
                weights -= (rate / _BATCH * step).astype(np.float32)
    return _points(network, data.x_valid, data.y_valid)


def _clipping(seen: list[Array], deltas: list[Array], clip: float) -> Array:
    """Factors [rows] that bring every example's gradient, over all layers, to a norm of at most `clip`."""
    squared = sum(
        (inputs**2).sum(axis=1) * (delta**2).sum(axis=1) + (delta**2).sum(axis=1)
        for inputs, delta in zip(seen, deltas, strict=False)
    )
    return np.asarray(np.minimum(1.0, clip / np.maximum(np.sqrt(squared), 1e-12)))


def _attacked(candidate: str, parameters: Parameters, data: PreparedData, rate: float, seed: int) -> float:
    network = Perceptron.drawn(candidate, (data.features, *_SIZES, _CLASSES), seed)
    rng, reach, steps = np.random.default_rng([seed, 17]), float(parameters["reach"]), int(parameters["steps"])
    with np.errstate(all="ignore"):
        for step in range(steps):
            rows = rng.choice(len(data.x_train), _BATCH, replace=False)
            moved = _moved(network, data.x_train[rows], data.y_train[rows], reach, 2)
            seen, slopes = network.forward(moved)
            deltas = network.deltas(slopes, label_delta(seen[-1], data.y_train[rows]))[1:]
            for weights, inputs, delta in zip(network.weights, seen, deltas, strict=False):
                weights -= (rate * (1 - step / steps) / _BATCH * _summed(inputs, delta)).astype(np.float32)
        return _points(network, _moved(network, data.x_valid, data.y_valid, reach, 5), data.y_valid)


def _moved(network: Perceptron, x: Array, labels: NDArray[np.int64], reach: float, steps: int) -> Array:
    """Inputs within `reach` of x, in deviations of a feature, moved towards a greater loss."""
    moved = x
    for _ in range(steps):
        seen, slopes = network.forward(moved)
        uphill = np.sign(network.deltas(slopes, label_delta(seen[-1], labels))[0])
        moved = np.clip(moved + 1.25 * reach / steps * uphill, x - reach, x + reach).astype(np.float32)
    return moved


def _summed(inputs: Array, delta: Array) -> Array:
    return np.vstack([inputs.T @ delta, delta.sum(axis=0)])


def _points(network: Perceptron, x: Array, labels: NDArray[np.int64]) -> float:
    with np.errstate(all="ignore"):
        right = float((network.forward(x)[0][-1].argmax(axis=1) == labels).mean())
    trivial = float(np.bincount(labels).max() / len(labels))
    return 100 * max(right - trivial, 0.0) / (1 - trivial)


def _best(grid: Scores) -> Scores:
    return np.asarray(grid[grid.mean(axis=1).argmax()])


def _digits() -> PreparedData:
    from models.experiments.trained import prepared

    return prepared("digits")

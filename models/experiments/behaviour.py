"""How a network's function behaves: agreement of retrained copies, outliers, exact zeros, jumps of the slope."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from models import activations
from models.activations.base import Array
from models.experiments.base import Experiment, Parameters, Scores, Value
from models.experiments.perceptron import Perceptron
from models.experiments.starts import start_of

_ROWS, _FEATURES = 128, 32


class RetrainChurn(Experiment):
    """How much the predictions of networks differ that differ in nothing but their start."""

    id = "retrain-churn"
    runs = "breast cancer, 2 layers of 32, three copies per seed that differ in their initial weights, 120 steps"
    measures = "minus the mean absolute difference of two copies' probabilities on held-out rows, in per cent"
    unit = "per cent of probability"
    negligible = 0.02
    replicates = 5
    parameters: ClassVar[dict[str, Value | tuple[str, ...]]] = {"depth": 2, "width": 32, "steps": 120}

    def measure(self, candidate: str, parameters: Parameters, seeds: Sequence[int]) -> Scores:
        from models.experiments.populations import Recipe, fit, outputs
        from models.experiments.trained import prepared
        from models.heads.numerics import sigmoid
        from models.networks.shapes import DenseShape

        data, depth = prepared("breast_cancer"), int(parameters["depth"])
        copies = tuple(3 * seed + copy for seed in seeds for copy in range(3))
        recipe = Recipe((0.003,), copies, int(parameters["steps"]))
        shape = DenseShape(features=data.features, outputs=1, depth=depth, width=int(parameters["width"]))
        wanted = data.y_train.astype(np.float32)[None, :, None]
        start = start_of(candidate, "recommended", depth)
        network = fit(candidate, shape, start, data.x_train, lambda raw: (sigmoid(raw) - wanted) / wanted.size, recipe)
        chance = sigmoid(outputs(network, data.x_valid)[:, :, 0]).reshape(len(seeds), 3, -1)
        apart = [np.abs(chance[:, one] - chance[:, other]).mean(axis=1) for one, other in ((0, 1), (0, 2), (1, 2))]
        return np.asarray(-100 * np.mean(apart, axis=0, dtype=np.float64))


class OutlierResponse(Experiment):
    """How far one outlying feature moves a network's outputs, beside their usual spread."""

    id = "outlier-response"
    runs = "a random network of 2 layers on standardised rows; in each row one feature is set to 20 deviations"
    measures = "minus log10 of the outputs' change over their usual standard deviation"
    unit = "decades"
    negligible = 0.05
    replicates = 6
    parameters: ClassVar[dict[str, Value | tuple[str, ...]]] = {"depth": 2, "width": 64, "size": 20.0}

    def measure(self, candidate: str, parameters: Parameters, seeds: Sequence[int]) -> Scores:
        return np.array([_outlier_score(candidate, parameters, seed) for seed in seeds])


class ExactZeros(Experiment):
    """How many hidden values are exactly zero."""

    id = "exact-zeros"
    runs = "a random network of the depth in question on standardised rows"
    measures = "share of the hidden values that are exactly zero, in per cent"
    unit = "per cent of values"
    negligible = 5.0
    parameters: ClassVar[dict[str, Value | tuple[str, ...]]] = {"depth": 3, "width": 64}

    def measure(self, candidate: str, parameters: Parameters, seeds: Sequence[int]) -> Scores:
        return np.array([_zero_share(candidate, parameters, seed, slope=False) for seed in seeds])


class ZeroSlopes(Experiment):
    """How often a unit passes no gradient at all."""

    id = "zero-slopes"
    runs = "a random network of the depth in question on standardised rows; `scale` multiplies its inputs"
    measures = "minus the share of (row, unit) pairs whose slope is exactly zero, in per cent"
    unit = "per cent of pairs"
    negligible = 1.0
    parameters: ClassVar[dict[str, Value | tuple[str, ...]]] = {"depth": 3, "width": 64, "scale": 1.0}

    def measure(self, candidate: str, parameters: Parameters, seeds: Sequence[int]) -> Scores:
        return np.array([-_zero_share(candidate, parameters, seed, slope=True) for seed in seeds])


class SlopeJumps(Experiment):
    """How far the gradient by the input turns when the input moves by a thousandth of its spread."""

    id = "slope-jumps"
    runs = "a random network of the depth in question; every row is moved by 0.001 deviations in a random direction"
    measures = "minus log10 of the relative change of the gradient by the input, at least 1e-6"
    unit = "decades"
    negligible = 0.1
    replicates = 5
    parameters: ClassVar[dict[str, Value | tuple[str, ...]]] = {"depth": 3, "width": 64}

    def measure(self, candidate: str, parameters: Parameters, seeds: Sequence[int]) -> Scores:
        return np.array([_jump_score(candidate, parameters, seed) for seed in seeds])


class SolverSteps(Experiment):
    """How many evaluations an adaptive solver needs for a differential equation whose right side is the network."""

    id = "solver-steps"
    runs = "x' = a random network of 2 layers of x in 8 dimensions, over 5 units of time, RK45 at 1e-6"
    measures = "minus log10 of the number of evaluations, at most 20,000"
    unit = "decades"
    negligible = 0.05
    replicates = 4
    parameters: ClassVar[dict[str, Value | tuple[str, ...]]] = {"width": 32, "size": 1.0}

    def measure(self, candidate: str, parameters: Parameters, seeds: Sequence[int]) -> Scores:
        return np.array([_solver_score(candidate, parameters, seed) for seed in seeds])


def _random(candidate: str, parameters: Parameters, seed: int, outputs: int = 8) -> tuple[Perceptron, Array]:
    sizes = (_FEATURES, *[int(parameters["width"])] * int(parameters["depth"]), outputs)
    network = Perceptron.drawn(candidate, sizes, seed)
    network.weights = [weights.astype(np.float64) for weights in network.weights]
    return network, np.random.default_rng([seed, 18]).standard_normal((_ROWS, _FEATURES))


def _outlier_score(candidate: str, parameters: Parameters, seed: int) -> float:
    network, x = _random(candidate, parameters, seed)
    struck = x.copy()
    struck[np.arange(_ROWS), np.arange(_ROWS) % _FEATURES] = float(parameters["size"])
    with np.errstate(all="ignore"):
        before, after = network.forward(x)[0][-1], network.forward(struck)[0][-1]
        change = np.sqrt(((after - before) ** 2).mean()) / before.std()
    return -float(np.log10(max(change, 1e-6)))


def _zero_share(candidate: str, parameters: Parameters, seed: int, *, slope: bool) -> float:
    network, x = _random(candidate, parameters, seed)
    with np.errstate(all="ignore"):
        seen, slopes = network.forward(x * float(parameters.get("scale", 1.0)))
    values = slopes if slope else seen[1:-1]
    return 100 * float(np.mean([(value == 0).mean() for value in values]))


def _jump_score(candidate: str, parameters: Parameters, seed: int) -> float:
    network, x = _random(candidate, parameters, seed, outputs=1)
    nearby = x + 1e-3 * np.random.default_rng([seed, 19]).standard_normal(x.shape)
    with np.errstate(all="ignore"):
        here, there = (network.deltas(network.forward(at)[1], np.ones((_ROWS, 1)))[0] for at in (x, nearby))
        change = np.sqrt(((there - here) ** 2).sum()) / np.sqrt((here**2).sum())
    return -float(np.log10(max(change, 1e-6)))


def _solver_score(candidate: str, parameters: Parameters, seed: int) -> float:
    from scipy.integrate import solve_ivp

    rng, width, size = np.random.default_rng([seed, 20]), int(parameters["width"]), float(parameters["size"])
    into, out = rng.standard_normal((width, 8)) / np.sqrt(8), rng.standard_normal((8, width)) / np.sqrt(width)
    count = 0

    def change(_: float, x: Array) -> Array:
        nonlocal count
        count += 1
        if count > 20_000:
            return np.zeros_like(x)
        return np.asarray(np.clip(out @ activations.get(candidate).value(into @ (x * size)) - 0.1 * x, -1e6, 1e6))

    with np.errstate(all="ignore"):
        solve_ivp(change, (0, 5), rng.standard_normal(8), rtol=1e-6, atol=1e-6, max_step=5.0)
    return -float(np.log10(min(count, 20_000)))

"""What a layer can represent: linear stacks, bottlenecks, autoencoders, and narrow networks that are born constant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from models.experiments.base import Experiment, Parameters, Scores, Value
from models.experiments.starts import STARTS, start_of


class LinearCollapse(Experiment):
    """Learn the exclusive or of two signs, which no linear model can, with two hidden layers."""

    id = "linear-collapse"
    runs = "the sign of x1 x2 from two Gaussian inputs, 2 layers of 16, 200 steps"
    measures = "share of the held-out target's variance explained, from 0 to 100"
    unit = "points"
    negligible = 2.0
    parameters: ClassVar[dict[str, Value | tuple[str, ...]]] = {"depth": 2, "width": 16, "steps": 200}

    def measure(self, candidate: str, parameters: Parameters, seeds: Sequence[int]) -> Scores:
        from models.experiments.populations import Recipe, best_rate, fit, outputs, squared_slope
        from models.networks.shapes import DenseShape

        x = np.random.default_rng(7).standard_normal((600, 2))
        y = np.sign(x[:, :1] * x[:, 1:])
        depth = int(parameters["depth"])
        recipe = Recipe((0.01, 0.03), tuple(seeds), int(parameters["steps"]))
        shape = DenseShape(features=2, outputs=1, depth=depth, width=int(parameters["width"]))
        start = start_of(candidate, "recommended", depth)
        network = fit(candidate, shape, start, x[:300], squared_slope(y[:300]), recipe)
        error = ((outputs(network, x[300:]) - y[300:]) ** 2).mean(axis=(1, 2))
        return best_rate(np.maximum(100 * (1 - error / y[300:].var()), 0.0), recipe, 0.0)


class Bottleneck(Experiment):
    """Squeeze digits through a few units, with or without a function behind them, and read the digits off again."""

    id = "bottleneck"
    runs = "reconstruct digits through one layer of 8 units with the function behind it, linear read-out, 300 steps"
    measures = "share of the held-out pixels' variance explained, from 0 to 100"
    unit = "points"
    negligible = 0.5
    parameters: ClassVar[dict[str, Value | tuple[str, ...]]] = {"depth": 1, "width": 8, "steps": 300}

    def measure(self, candidate: str, parameters: Parameters, seeds: Sequence[int]) -> Scores:
        from models.experiments.populations import Recipe, best_rate, fit, outputs, squared_slope
        from models.experiments.trained import prepared
        from models.networks.shapes import DenseShape

        data, depth = prepared("digits"), int(parameters["depth"])
        recipe = Recipe((0.003, 0.01), tuple(seeds), int(parameters["steps"]))
        shape = DenseShape(features=data.features, outputs=data.features, depth=depth, width=int(parameters["width"]))
        start = start_of(candidate, "recommended", depth)
        network = fit(candidate, shape, start, data.x_train, squared_slope(data.x_train), recipe)
        found = outputs(network, data.x_valid)
        error = ((found - data.x_valid) ** 2).mean(axis=(1, 2), dtype=np.float64)
        return best_rate(np.maximum(100 * (1 - error / data.x_valid.var()), 0.0), recipe, 0.0)


class AutoencoderFit(Bottleneck):
    """The same three layers deep, with the function behind every layer."""

    id = "autoencoder-fit"
    runs = "reconstruct digits through 3 layers of 24 units with the function behind each, linear read-out, 300 steps"
    parameters: ClassVar[dict[str, Value | tuple[str, ...]]] = {"depth": 3, "width": 24, "steps": 300}


class BornDead(Experiment):
    """How often a narrow random network is a constant function before it has learned anything."""

    id = "born-dead"
    runs = "100 random networks per seed, narrow and deep, on 64 standardised inputs of one feature"
    measures = "minus the share of networks in which some layer passes no gradient on any input, in per cent"
    unit = "per cent of networks"
    negligible = 1.0
    parameters: ClassVar[dict[str, Value | tuple[str, ...]]] = {"depth": 12, "width": 4, "start": STARTS}

    def measure(self, candidate: str, parameters: Parameters, seeds: Sequence[int]) -> Scores:
        from models import activations
        from models.experiments.populations import draw, pre_activations
        from models.networks.shapes import DenseShape

        shape = DenseShape(features=1, outputs=1, depth=int(parameters["depth"]), width=int(parameters["width"]))
        many = [100 * seed + number for seed in seeds for number in range(100)]
        network = draw(candidate, shape, str(parameters["start"]), many, 64)
        x = np.random.default_rng(8).standard_normal((64, 1))
        with np.errstate(all="ignore"):
            slopes = [activations.get(candidate).slope(z) for z in pre_activations(network, x)]
            dead = np.any([~np.any(slope != 0, axis=(1, 2)) for slope in slopes], axis=0)
        return np.asarray(-100 * dead.reshape(len(seeds), 100).mean(axis=1))

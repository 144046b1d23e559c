"""Functions of coordinates: an image as a function of its pixel's place, and a wave outside of the training range."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import ClassVar

import numpy as np

from models.activations.base import Array
from models.experiments.base import Experiment, Parameters, Scores, Value
from models.experiments.starts import start_of
from models.theory.start import Start

_SIDE, _INVISIBLE = 3, 1e-4


class ImageDetail(Experiment):
    """Fit a picture of 24 x 24 pixels, nine bundled digits, as a function of raw coordinates in [-1, 1].

    `siren` gives the sine its own start: pre-activations of the first layer up to 30, later layers sqrt(6 / n) / 30
    uniform for sin(30 z).
    """

    id = "image-detail"
    runs = "nine digits as one image of 24 x 24, fitted from raw coordinates by 3 layers of 64, 300 steps"
    measures = "peak signal-to-noise ratio of the fitted image, at most 40"
    unit = "dB"
    negligible = 0.5
    usual = ("relu", "leaky_relu", "elu", "gelu", "silu", "tanh", "sigmoid", "softsign")
    parameters: ClassVar[dict[str, Value | tuple[str, ...]]] = {
        "depth": 3,
        "width": 64,
        "steps": 300,
        "siren": True,
    }

    def measure(self, candidate: str, parameters: Parameters, seeds: Sequence[int]) -> Scores:
        from models.experiments.populations import Recipe, best_rate, fit, outputs, squared_slope
        from models.networks.shapes import DenseShape

        depth = int(parameters["depth"])
        start = _SIREN if candidate == "sine" and parameters["siren"] else None
        place, image = _picture()
        recipe = Recipe((0.003, 0.01), tuple(seeds), int(parameters["steps"]))
        shape = DenseShape(features=2, outputs=1, depth=depth, width=int(parameters["width"]))
        network = fit(
            candidate,
            shape,
            start or start_of(candidate, "recommended", depth),
            place,
            squared_slope(image[:, None]),
            recipe,
        )
        error = ((outputs(network, place)[:, :, 0] - image) ** 2).mean(axis=1)
        return best_rate(-10 * np.log10(np.maximum(error, _INVISIBLE)), recipe, 0.0)


class PeriodicExtrapolation(Experiment):
    """Fit sin x on three periods and go on for one more on either side."""

    id = "periodic-extrapolation"
    runs = "sin x with noise on three periods, 2 layers of 64, 500 steps; then one more period on either side"
    measures = "share of the wave's variance explained outside of the training range, from 0 to 100"
    unit = "points"
    negligible = 2.0
    replicates = 5
    parameters: ClassVar[dict[str, Value | tuple[str, ...]]] = {"depth": 2, "width": 64, "steps": 500, "noise": 0.05}

    def measure(self, candidate: str, parameters: Parameters, seeds: Sequence[int]) -> Scores:
        from models.experiments.populations import Recipe, best_rate, fit, outputs, squared_slope
        from models.networks.shapes import DenseShape

        depth = int(parameters["depth"])
        inside, outside = np.linspace(-3 * np.pi, 3 * np.pi, 200), np.linspace(3 * np.pi, 5 * np.pi, 100)
        noise = np.random.default_rng(6).standard_normal(len(inside)) * float(parameters["noise"])
        recipe = Recipe((0.003, 0.01), tuple(seeds), int(parameters["steps"]))
        shape = DenseShape(features=1, outputs=1, depth=depth, width=int(parameters["width"]))
        start = start_of(candidate, "recommended", depth)
        network = fit(
            candidate, shape, start, inside[:, None], squared_slope((np.sin(inside) + noise)[:, None]), recipe
        )
        beyond = np.concatenate([-outside, outside])
        error = ((outputs(network, beyond[:, None])[:, :, 0] - np.sin(beyond)) ** 2).mean(axis=1)
        explained = 100 * (1 - error / np.sin(beyond).var())
        return best_rate(np.maximum(explained, 0.0), recipe, 0.0)


class _WideInput(Start):
    """A start whose first layer spans the whole band of a sine network."""

    @property
    def input_gain(self) -> float:
        """Weights uniform within 30 / n have deviation 30 / (n sqrt 3), times sqrt(n) for the n = 2 coordinates."""
        return 30 / sqrt(6)


_SIREN = _WideInput("he_normal", sqrt(2))


def _picture() -> tuple[Array, Array]:
    """Places [576, 2] and brightness [576] from 0 to 1."""
    from models.data.bundled import bundled_table

    tiles = bundled_table("digits").x[: _SIDE * _SIDE].reshape(_SIDE, _SIDE, 8, 8) / 16
    image = tiles.transpose(0, 2, 1, 3).reshape(8 * _SIDE, 8 * _SIDE)
    axis = np.linspace(-1, 1, 8 * _SIDE)
    place = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)
    return place, image.ravel()

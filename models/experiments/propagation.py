"""Gradients and signals of random networks: gradient-ratio, signal-growth and moment-drift."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from models import activations
from models.activations.base import Array
from models.experiments.base import Experiment, Parameters, Scores, Value
from models.experiments.starts import STARTS

if TYPE_CHECKING:
    from models.networks.shapes import DenseShape

_MOST_DECADES = 30.0
_FEATURES, _ROWS = 32, 128


class GradientRatio(Experiment):
    """How much of its size the gradient loses or gains between the last hidden layer and the first."""

    id = "gradient-ratio"
    runs = "a random dense network of the depth in question"
    measures = "minus the distance from 0 of log10 of the gradient at the first over that at the last hidden layer"
    unit = "decades"
    negligible = 0.2
    replicates = 5
    parameters: ClassVar[dict[str, Value | tuple[str, ...]]] = {
        "depth": 20,
        "width": 128,
        "start": STARTS,
        "normalization": ("none", "batch", "layer"),
        "residual": False,
    }

    def measure(self, candidate: str, parameters: Parameters, seeds: Sequence[int]) -> Scores:
        from models.experiments.populations import draw
        from models.networks.dense import with_ones
        from models.training.diagnostics import gradient_ratios

        network = draw(candidate, _shape(parameters), str(parameters["start"]), seeds, _ROWS, precise=True)
        x = with_ones(_inputs(0))[None]
        with np.errstate(all="ignore"):
            raw = network.forward(x)
            ratios = gradient_ratios(network, x, np.random.default_rng(1).standard_normal(raw.shape))
        return -np.abs(_capped(ratios))


class SignalGrowth(Experiment):
    """How far the size of the signal drifts over depth."""

    id = "signal-growth"
    runs = "a random dense network of the depth in question, without training"
    measures = "minus the distance from 0 of log10 of the pre-activations' variance in the last over the first layer"
    unit = "decades"
    negligible = 0.2
    replicates = 5
    parameters: ClassVar[dict[str, Value | tuple[str, ...]]] = {
        "depth": 20,
        "width": 128,
        "start": STARTS,
        "residual": False,
    }

    def measure(self, candidate: str, parameters: Parameters, seeds: Sequence[int]) -> Scores:
        variances = [_per_member(z).var(axis=1) for z in _watched(candidate, parameters, seeds)]
        with np.errstate(all="ignore"):
            return -np.abs(_capped(np.log10(variances[-1] / variances[0])))


class MomentDrift(Experiment):
    """How far the outputs of the last layer are from mean zero and variance one."""

    id = "moment-drift"
    runs = "a random dense network on standardised inputs, without training"
    measures = "minus |mean| and |ln variance|, added, of the last hidden layer's outputs, at most 20"
    unit = "drift"
    negligible = 0.1
    replicates = 5
    parameters: ClassVar[dict[str, Value | tuple[str, ...]]] = {
        "depth": 20,
        "width": 128,
        "start": ("lecun", "standard", "recommended", "he", "pytorch"),
        "residual": False,
    }

    def measure(self, candidate: str, parameters: Parameters, seeds: Sequence[int]) -> Scores:
        with np.errstate(all="ignore"):
            last = _watched(candidate, parameters, seeds)[-1]
            values = _per_member(activations.get(candidate).value(last))
            drift = np.abs(values.mean(axis=1)) + np.abs(np.log(values.var(axis=1)))
        return np.asarray(-np.minimum(np.nan_to_num(drift, nan=20.0, posinf=20.0), 20.0))


def _shape(parameters: Parameters) -> DenseShape:
    from models.networks.shapes import DenseShape

    return DenseShape.model_validate(
        {name: parameters[name] for name in ("depth", "width", "normalization", "residual") if name in parameters}
        | {"features": _FEATURES, "outputs": 8}
    )


def _watched(candidate: str, parameters: Parameters, seeds: Sequence[int]) -> list[Array]:
    from models.experiments.populations import draw, pre_activations

    network = draw(candidate, _shape(parameters), str(parameters["start"]), seeds, _ROWS, precise=True)
    return pre_activations(network, _inputs(0))


def _inputs(seed: int) -> Array:
    return np.random.default_rng(seed).standard_normal((_ROWS, _FEATURES))


def _per_member(values: Array) -> Array:
    return values.reshape(len(values), -1)


def _capped(decades: Scores) -> Scores:
    """At most 30 decades; NaN stands for a gradient or signal that has left the floats."""
    return np.clip(np.nan_to_num(decades, nan=_MOST_DECADES), -_MOST_DECADES, _MOST_DECADES)

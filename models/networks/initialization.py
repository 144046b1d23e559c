"""Initial parameters: the same standard normal draws for every candidate, scaled by each one's own gain."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from models.activations.base import Array
from models.networks.layout import LayerViews, Layout
from models.networks.parts import WeightStart

_WEIGHTS = 0


def standard_draws(root: int, seed: int, layer: int, shape: tuple[int, int]) -> NDArray[np.float64]:
    """Standard normal draws [outputs, inputs] of one layer: a function of both seeds, layer and shape alone."""
    sequence = np.random.SeedSequence((root, seed, _WEIGHTS, layer))
    return np.random.Generator(np.random.Philox(sequence)).standard_normal(shape)


def centre(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights [outputs, inputs] with each unit's shifted to sum zero; one input alone is left as it is."""
    return weights - weights.mean(axis=1, keepdims=True) if weights.shape[1] > 1 else weights


def initialize(
    layout: Layout,
    parameters: Array,
    start: WeightStart,
    *,
    root: int,
    seeds: Sequence[int],
    output_bias: Sequence[float] | Array,
) -> None:
    """Fill `parameters` [M, P], one seed for each member.

    Weights have standard deviation gain / sqrt(fan in): the start's `first_gain` in the first hidden layer, `gain` in
    the others, 1 in the output layer. `centred` leaves the first layer alone: its inputs are standardised features,
    without a common mean to take off, and few features would lose much. Biases and shifts start at 0, scales at 1, the
    output bias at `output_bias` [outputs].
    """
    parameters[...] = 0
    *hidden, output = layout.views(parameters)
    for member, seed in enumerate(seeds):
        for index, layer in enumerate(hidden):
            gain = start.gain if index else start.first_gain
            _draw(layer, member, (root, seed, index), gain, centred=start.centred and index > 0)
        _draw(output, member, (root, seed, len(hidden)), 1.0, centred=False)
    for layer in hidden:
        _reset_extras(layout, layer)
    output.bias[...] = np.asarray(output_bias)


def _draw(layer: LayerViews, member: int, key: tuple[int, int, int], gain: float, *, centred: bool) -> None:
    outputs, inputs = layer.kernel.shape[1:]
    draws = standard_draws(*key, (outputs, inputs))
    layer.kernel[member] = (centre(draws) if centred else draws) * (gain / sqrt(inputs))


def _reset_extras(layout: Layout, layer: LayerViews) -> None:
    if layer.scale is not None:
        layer.scale[...] = 1
    for parameter, values in zip(layout.learned, layer.slopes, strict=True):
        values[...] = parameter.initial

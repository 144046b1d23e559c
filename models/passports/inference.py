"""A trained network run as a device would run it: its weights and what its functions give in few bits.

Sums are taken in float32, as devices take them in wider numbers than they store. In int8 the weights are quantised,
biases and normalisations are not, as converters do it; in float16 and bfloat16 every parameter is rounded. Inputs and
raw outputs stay float32.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import numpy as np

from models.activations.base import Array
from models.networks.base import Alteration, PopulationNetwork
from models.passports.formats import Format, affine_int8, brain, half, symmetric_int8

ROWS = 256
"""Rows inferred at once."""

Ranges = dict[int, tuple[Array, Array]]
"""By hidden layer: lowest and highest value per member, broadcasting against what its function gives."""


def activation_ranges(network: PopulationNetwork, x: Array) -> Ranges:
    """The ranges of what each hidden layer's function gives on prepared rows: the calibration of int8."""
    found: Ranges = {}

    def watch(layer: int, value: Array) -> None:
        axes = tuple(range(1, value.ndim))
        low, high = value.min(axis=axes, keepdims=True), value.max(axis=axes, keepdims=True)
        if layer in found:
            before = found[layer]
            low, high = np.minimum(low, before[0]), np.maximum(high, before[1])
        found[layer] = low, high

    _inferred(network, x, watch)
    return found


def raw_outputs(
    network: PopulationNetwork, x: Array, form: Format | None = None, ranges: Ranges | None = None
) -> Array:
    """Raw outputs [M, n, outputs] on prepared rows, in float32 or as stored in a format; int8 needs `ranges`.

    The network is as before afterwards. Outputs may be infinite or NaN where a format is too narrow.
    """
    if form is None:
        return _inferred(network, x, None)
    with stored_as(network, form), np.errstate(all="ignore"):
        return _inferred(network, x, _alteration(form, ranges or {}))


@contextmanager
def stored_as(network: PopulationNetwork, form: Format) -> Iterator[None]:
    """The network with its parameters in a format, as it was again afterwards."""
    kept = network.parameters.copy()
    try:
        _store(network, form)
        yield
    finally:
        network.parameters[...] = kept


def _store(network: PopulationNetwork, form: Format) -> None:
    if form == "float16":
        half(network.parameters)
    elif form == "bfloat16":
        brain(network.parameters)
    else:
        first = 1 if form == "int8_per_tensor" else 2
        for weights in network.weights().values():
            symmetric_int8(weights, tuple(range(min(first, weights.ndim - 1), weights.ndim)))


def _alteration(form: Format, ranges: Ranges) -> Alteration:
    if form == "float16":
        return _of_every_layer(half)
    if form == "bfloat16":
        return _of_every_layer(brain)
    return partial(_quantise, ranges)


def _of_every_layer(change: Callable[[Array], None]) -> Alteration:
    return lambda _layer, value: change(value)


def _quantise(ranges: Ranges, layer: int, value: Array) -> None:
    affine_int8(value, *ranges[layer])


def _inferred(network: PopulationNetwork, x: Array, alter: Alteration | None) -> Array:
    parts = [network.infer(x[start : start + ROWS], alter=alter) for start in range(0, len(x), ROWS)]
    return np.concatenate(parts, axis=1)

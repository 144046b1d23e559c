"""What training left of the hidden layers: dead units, saturated units, and how far gradients reach back."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan

import numpy as np
from numpy.typing import NDArray

from models.activations.base import Array
from models.networks.base import PopulationNetwork

SATURATED_BELOW = 0.01


@dataclass(frozen=True)
class Diagnosis:
    """One member's shares from 0 to 1, and its gradient ratio, or None where that does not exist."""

    dead_share: float
    saturated_share: float
    gradient_ratio: float | None


class SlopeCensus:
    """Counts slopes of hidden units while it watches `PopulationNetwork.infer`.

    A unit is dead when its slope is exactly zero wherever it was seen; a (place, unit) pair is saturated when its
    |slope| is below 0.01. Dead units' pairs are saturated too.
    """

    def __init__(self, network: PopulationNetwork) -> None:
        self._network = network
        self._alive: dict[int, NDArray[np.bool_]] = {}
        self._saturated = np.zeros(network.members, dtype=np.int64)
        self._pairs = 0

    def watch(self, layer: int, z: Array) -> None:
        """Take in one layer's activation inputs z [M, units, n]."""
        slope = np.abs(self._network.activation.slope(z, self._network.slopes(layer)))
        alive: NDArray[np.bool_] = np.asarray((slope > 0).any(axis=2))
        self._alive[layer] = alive | self._alive.get(layer, alive)
        self._saturated += np.count_nonzero(slope < SATURATED_BELOW, axis=(1, 2))
        self._pairs += z.shape[1] * z.shape[2]

    def dead_share(self) -> NDArray[np.float64]:
        """Share of dead units [M], from 0 to 1."""
        alive: NDArray[np.float64] = np.concatenate(list(self._alive.values()), axis=1).mean(axis=1)
        return 1 - alive

    def saturated_share(self) -> NDArray[np.float64]:
        """Share of saturated pairs [M], from 0 to 1."""
        return self._saturated / max(1, self._pairs)


def gradient_ratios(network: PopulationNetwork, x: Array, raw_gradient: Array) -> NDArray[np.float64]:
    """log10 of the first over the last hidden layer's root mean square gradient at the activation's input, [M].

    0 for one hidden layer, negative where gradients vanish on the way back; NaN where one of the two is exactly zero.
    Needs `network.forward(x)` before.
    """
    sizes = np.zeros((network.network.depth, network.members))

    def measure(layer: int, delta: Array) -> None:
        sizes[layer] = np.sqrt(np.square(delta, dtype=np.float64).mean(axis=(1, 2)))

    network.backward(x, raw_gradient, measure)
    first, last = sizes[0], sizes[-1]
    usable = np.isfinite(first) & np.isfinite(last) & (first > 0) & (last > 0)
    ratios = np.full(network.members, np.nan)
    ratios[usable] = np.log10(first[usable]) - np.log10(last[usable])
    return ratios


def diagnoses(census: SlopeCensus, ratios: NDArray[np.float64]) -> list[Diagnosis]:
    """A census and gradient ratios [M], member by member."""
    shares = zip(census.dead_share().tolist(), census.saturated_share().tolist(), strict=True)
    return [
        Diagnosis(dead, saturated, None if isnan(ratio) else ratio)
        for (dead, saturated), ratio in zip(shares, ratios.tolist(), strict=True)
    ]

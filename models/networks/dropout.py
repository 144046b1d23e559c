"""Dropout: at each step of training, some hidden units are left out at random.

Plain [Srivastava et al. 2014]: a unit is kept with probability q and then divided by q. Alpha [Klambauer et al. 2017]:
a unit that is left out takes SELU's lower limit a' = -1.0507 * 1.6733, and all are mapped by a x + b with

    a = (q + a'^2 q (1 - q))^(-1/2),    b = -a (1 - q) a'

so that mean 0 and variance 1 stay. Both are x -> factor * x + offset with factors and offsets drawn for each unit and
row. Draws belong to a seed: members that share a batch share them, whatever their function or learning rate.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Any

import numpy as np

from models.activations.base import Array

LOWEST = -1.0507009873554805 * 1.6732632423543772
_DROPOUT = 2


class Dropout:
    """One layer's dropout of values [M, units, rows]; `shares` batches are seen by M members."""

    def __init__(
        self, share: float, alpha: bool, shape: tuple[int, int, int], shares: int, dtype: np.dtype[Any]
    ) -> None:
        members, units, rows = shape
        self._keep = 1 - share
        lowest = LOWEST if alpha else 0.0
        spread = self._keep + lowest**2 * self._keep * share
        self._factor = dtype.type(1 / sqrt(spread) if alpha else 1 / self._keep)
        self._fallen, self._shift = (dtype.type(v) for v in self._offsets(lowest, share, float(self._factor)))
        self._grid = (members // shares, shares)
        self._draws = np.empty((shares, units, rows), np.float32)
        self.factors = np.empty((shares, units, rows), dtype)
        self._offset = np.empty_like(self.factors) if alpha else None
        self._generators: list[np.random.Generator] = []

    @staticmethod
    def _offsets(lowest: float, share: float, factor: float) -> tuple[float, float]:
        """What a fallen unit is given, and what every unit is given, besides its factor."""
        return factor * lowest, -factor * share * lowest

    def begin(self, root: int, seeds: Sequence[int], layer: int) -> None:
        """Set the draws to their beginning; the first `shares` seeds are those of the batches."""
        sequences = [np.random.SeedSequence((root, seed, _DROPOUT, layer)) for seed in seeds[: len(self._draws)]]
        self._generators = [np.random.Generator(np.random.Philox(sequence)) for sequence in sequences]

    def draw(self) -> None:
        """New units to leave out."""
        for generator, draws in zip(self._generators, self._draws, strict=True):
            generator.random(out=draws, dtype=np.float32)
        kept = self._draws < self._keep
        np.multiply(kept, self._factor, out=self.factors)
        if self._offset is not None:
            np.multiply(~kept, self._fallen, out=self._offset)
            self._offset += self._shift

    def forward(self, value: Array, out: Array) -> None:
        """out <- factor * value + offset, [M, units, rows] both."""
        np.multiply(self._shared(value), self.factors, out=self._shared(out))
        if self._offset is not None:
            np.add(self._shared(out), self._offset, out=self._shared(out))

    def backward(self, delta: Array) -> None:
        """Turn the gradient at what `forward` gave into that at its value, in place."""
        np.multiply(self._shared(delta), self.factors, out=self._shared(delta))

    def _shared(self, array: Array) -> Array:
        return array.reshape(*self._grid, *array.shape[1:])

"""Batches in an order that depends on the root seed and a member's seed alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.activations.base import Array

_ORDER = 1


class Batches:
    """Endless batches for a grid of learning rates x seeds, in which one seed means one batch.

    Each epoch is a new permutation of the training rows, cut into batches of `rows`; what is left over at its end waits
    for a later epoch's order. `x` [seeds, rows, ...] and `target` [rates * seeds, rows, ...] hold the batch.
    """

    def __init__(
        self, x: Array, targets: NDArray[Any], *, root: int, seeds: Sequence[int], rates: int, rows: int
    ) -> None:
        self._all_x = np.ascontiguousarray(x)
        self._all_targets = np.ascontiguousarray(targets)
        self._generators = [
            np.random.Generator(np.random.Philox(np.random.SeedSequence((root, seed, _ORDER)))) for seed in seeds
        ]
        self._order = np.empty((rates, len(seeds), len(x)), dtype=np.intp)
        self._rows = rows
        self._next = len(x)
        self.x = np.empty((len(seeds), rows, *x.shape[1:]), x.dtype)
        self.target = np.empty((rates * len(seeds), rows, *targets.shape[1:]), targets.dtype)

    def advance(self) -> None:
        """Put the next batch into `x` and `target`."""
        start, end = self._next, self._next + self._rows
        if end > len(self._all_x):
            self._shuffle()
            start, end = 0, self._rows
        self._next = end
        order = self._order.reshape(-1, len(self._all_x))[:, start:end]
        self._all_x.take(order[: len(self.x)], axis=0, out=self.x, mode="clip")
        self._all_targets.take(order, axis=0, out=self.target, mode="clip")

    def _shuffle(self) -> None:
        for index, generator in enumerate(self._generators):
            self._order[:, index] = generator.permutation(len(self._all_x))

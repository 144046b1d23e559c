"""Categorical columns of a table in front of a dense network: each level stands for a learned vector.

A row is [numbers..., codes..., 1]; what the first layer sees is [numbers..., vector of each code..., 1].
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.activations.base import Array
from models.networks.embedding import Embedding


class Categories:
    """The embedded columns of M members: `inputs` [M, numbers + vectors + 1, rows] after `forward`."""

    def __init__(self, tables: Sequence[Array], gradients: Sequence[Array], rows: int, inputs: int) -> None:
        self._columns = [Embedding(table, gradient) for table, gradient in zip(tables, gradients, strict=True)]
        members, _, self._width = tables[0].shape
        self._numbers = inputs - len(self._columns) * self._width
        self.inputs = np.ones((members, inputs + 1, rows), tables[0].dtype)

    def forward(self, x: Array) -> Array:
        """`inputs` for batches x [shares, rows, features + 1]."""
        shares = len(x)
        numbers = x[:, :, : self._numbers].swapaxes(1, 2)
        for share in range(shares):
            self.inputs[share::shares, : self._numbers] = numbers[share]
        for index, column in enumerate(self._columns):
            self.inputs[:, self._place(index)] = column.forward(x[:, :, self._numbers + index]).swapaxes(1, 2)
        return self.inputs

    def backward(self, delta: Array) -> None:
        """Write the tables' gradients from that at the inputs without ones [M, numbers + vectors, rows]."""
        for index, column in enumerate(self._columns):
            column.backward(np.ascontiguousarray(delta[:, self._place(index)].swapaxes(1, 2)))

    def infer(self, x: Array) -> Array:
        """Inputs [M, numbers + vectors + 1, n] for rows x [n, features + 1] that all members see."""
        inputs = np.ones((len(self.inputs), self.inputs.shape[1], len(x)), self.inputs.dtype)
        inputs[:, : self._numbers] = x[:, : self._numbers].T
        for index, column in enumerate(self._columns):
            inputs[:, self._place(index)] = column.infer(x[:, self._numbers + index]).swapaxes(1, 2)
        return inputs

    def _place(self, index: int) -> slice:
        start = self._numbers + index * self._width
        return slice(start, start + self._width)


def begin_tables(tables: Sequence[Array], root: int, seeds: Sequence[int]) -> None:
    """Fill tables [M, levels, width] with standard normal draws, one seed for each member."""
    for index, table in enumerate(tables):
        for member, seed in enumerate(seeds):
            sequence = np.random.SeedSequence((root, seed, _TABLES, index))
            table[member] = np.random.Generator(np.random.Philox(sequence)).standard_normal(table.shape[1:])


_TABLES = 3

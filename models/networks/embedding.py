"""Learned vectors that stand for codes: tokens of a sequence, or levels of a categorical column.

    forward     values[p] = table[code[p]]
    backward    table_gradient[c] = sum of the gradients at all places p whose code is c

The code -1 means that there is nothing: it stands for a vector of zeros, and passes no gradient. The backward pass is
a product with the matrix that has a one at [code[p], p], dense for few codes and sparse for many.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

from models.activations.base import Array
from models.networks.parts import Normal, Part

NOTHING = -1
MOST_DENSE = 32
"""Codes up to which a dense product is faster: it grows with their number, the sparse one hardly."""

Codes = NDArray[np.intp]


def embedding_part(name: str, vocabulary: int, width: int) -> Part:
    """A table [vocabulary, width] of standard normal draws: each vector's elements have variance 1."""
    return Part(name, (vocabulary, width), Normal((), "unit"))


def codes_of(numbers: NDArray[Any], vocabulary: int) -> Codes:
    """Whole numbers -1..vocabulary-1, in any dtype, as indices; others raise ValueError."""
    if not (numbers >= NOTHING).all() or not (numbers < vocabulary).all():
        wrong = numbers[~((numbers >= NOTHING) & (numbers < vocabulary))].flat[0]
        raise ValueError(f"a code is {wrong}; allowed are 0 to {vocabulary - 1}, and {NOTHING} for nothing")
    return numbers.astype(np.intp)


class Embedding:
    """The tables [M, vocabulary, width] of M members, and their gradients of the same shape, both as views.

    Member i sees the codes of share i % shares.
    """

    def __init__(self, table: Array, gradient: Array) -> None:
        self.table, self.gradient = table, gradient
        self._vocabulary = table.shape[1]
        self._codes = np.zeros((1, 0), np.intp)

    def forward(self, codes: NDArray[Any], out: Array | None = None) -> Array:
        """Vectors [M, places, width] of codes [shares, places]; they are remembered for `backward`.

        `out` takes the vectors where it is given. Raises ValueError for codes outside -1..vocabulary-1.
        """
        self._codes = codes_of(codes, self._vocabulary)
        return self._looked_up(self._codes, out)

    def infer(self, codes: NDArray[Any]) -> Array:
        """Vectors [M, n, width] of codes [n] that all members see; nothing is remembered."""
        return self._looked_up(codes_of(codes, self._vocabulary)[None], None)

    def backward(self, delta: Array) -> None:
        """Write the tables' gradients from those at the vectors [M, places, width] of the last `forward`."""
        spread = self._dense_spread if self._vocabulary <= MOST_DENSE else self._sparse_spread
        spreads = [spread(codes, delta.dtype) for codes in self._codes]
        for member, gradient in enumerate(self.gradient):
            spreads[member % len(spreads)](delta[member], gradient)

    def _looked_up(self, codes: Codes, out: Array | None) -> Array:
        members, _, width = self.table.shape
        values = np.empty((members, codes.shape[1], width), self.table.dtype) if out is None else out
        absent = [row < 0 if row.min(initial=0) < 0 else None for row in codes]
        for member, table in enumerate(self.table):
            share = member % len(codes)
            values[member] = table.take(codes[share], axis=0, mode="clip")
            if absent[share] is not None:
                values[member, absent[share]] = 0
        return values

    def _dense_spread(self, codes: Codes, dtype: np.dtype[Any]) -> Callable[[Array, Array], None]:
        ones = (codes == np.arange(self._vocabulary)[:, None]).astype(dtype)

        def spread(delta: Array, gradient: Array) -> None:
            np.matmul(ones, delta, out=gradient)

        return spread

    def _sparse_spread(self, codes: Codes, dtype: np.dtype[Any]) -> Callable[[Array, Array], None]:
        places = len(codes)
        present = (codes >= 0).astype(dtype)
        shape = (self._vocabulary, places)
        ones = csc_array((present, np.maximum(codes, 0), np.arange(places + 1)), shape=shape)

        def spread(delta: Array, gradient: Array) -> None:
            gradient[...] = ones @ delta

        return spread

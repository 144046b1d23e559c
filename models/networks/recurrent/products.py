"""The matrix products of a recurrent layer, step by step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.activations.base import Array


class Products:
    """Products of a layer's matrices with what its steps see, and on the way back; all arrays stay where they are.

    `scaled` [M, rows of the matrix, columns] are the weights as each pass wants them, `joined` [steps + 1, M, columns,
    rows] what steps see; the product of step t goes to `landing[t]`. `gradient` is that of the weights.
    """

    def __init__(self, scaled: Array, joined: Array, landing: Sequence[Array] | Array, height: int) -> None:
        self._scaled, self._joined, self._landing = scaled, joined, landing
        self._by_row = list(joined[: len(landing)].swapaxes(2, 3))
        self._turned = scaled[:, :, :height].swapaxes(1, 2)
        self.gradient, self._product = np.empty_like(scaled), np.empty_like(scaled)

    def forward(self, step: int) -> None:
        """Multiply what a step sees."""
        np.matmul(self._scaled, self._joined[step], out=self._landing[step])

    def back(self, step: int, delta: Array, out: Array) -> None:
        """From the gradient at the product of a step: add that of the weights, anew at the last step, which is the
        first on the way back; out [M, height, rows] <- that at the first `height` columns that the step sees.
        """
        if step == len(self._landing) - 1:
            np.matmul(delta, self._by_row[step], out=self.gradient)
        else:
            np.matmul(delta, self._by_row[step], out=self._product)
            np.add(self.gradient, self._product, out=self.gradient)
        np.matmul(self._turned, delta, out=out)

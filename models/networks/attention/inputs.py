"""The first stream [M, width, places] of rows of steps: a vector for each step, and one for its position.

    values      stream = W x + b + position         tokens      stream = table[token] + position

Positions are the fixed waves of Vaswani et al. (2017): sin(p / 10000^(2 i / width)) at 2 i, the cosine at 2 i + 1.
They tell steps apart from the first training step on and cost no parameters; learned ones start small, and a probe of
a few hundred steps would hardly learn them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.activations.base import Array
from models.networks.embedding import NOTHING, Embedding, embedding_part
from models.networks.parts import Constant, Normal, Part
from models.networks.shapes import AttentionShape

LONGEST_WAVE = 10_000.0
NAME = "embedding"


def positions(width: int, steps: int) -> NDArray[np.float64]:
    """The waves [width, steps]."""
    channels = np.arange(width)
    angles = np.arange(steps) / LONGEST_WAVE ** ((channels - channels % 2) / width)[:, None]
    return np.where((channels % 2 == 0)[:, None], np.sin(angles), np.cos(angles))


class StepInput(ABC):
    """What turns rows into the first stream. Places are rows times steps, in that order."""

    def __init__(self, shape: AttentionShape, dtype: np.dtype[Any]) -> None:
        self.steps = shape.sizes[0]
        self.variable = shape.variable_lengths
        self._waves: Array = positions(shape.width, self.steps).astype(dtype)[:, None]

    @abstractmethod
    def present(self, x: Array) -> NDArray[np.bool_] | None:
        """Which steps of rows x [shares, rows, features] are there [shares, rows, steps]; None: all are."""

    @abstractmethod
    def forward(self, x: Array, out: Array) -> Array:
        """Write the stream [M, width, places] of rows x [shares, rows, features]; what `backward` needs of them."""

    @abstractmethod
    def infer(self, x: Array, out: Array) -> None:
        """Write the stream of rows x [1, n, features] that all members see."""

    @abstractmethod
    def backward(self, seen: Array, delta: Array) -> None:
        """Write the gradients, from what `forward` returned and the gradient at the stream."""


class ValueInput(StepInput):
    """Steps of numbers; NaN marks those after the end."""

    def __init__(self, shape: AttentionShape, values: Mapping[str, Array], gradients: Mapping[str, Array]) -> None:
        super().__init__(shape, values[NAME].dtype)
        self._weights, self._gradient = values[NAME], gradients[NAME]
        self._bias, self._bias_gradient = values[f"{NAME}.bias"], gradients[f"{NAME}.bias"]
        self._channels = shape.sizes[1]

    @staticmethod
    def parts(shape: AttentionShape) -> list[Part]:
        """W [width, channels] and b [width, 1]."""
        return [
            Part(NAME, (shape.width, shape.sizes[1]), Normal((1,), "unit")),
            Part(f"{NAME}.bias", (shape.width, 1), Constant()),
        ]

    def present(self, x: Array) -> NDArray[np.bool_] | None:
        if not self.variable:
            return None
        absent = np.isnan(x.reshape(*x.shape[:2], self.steps, self._channels)).any(axis=-1)
        return np.asarray(~absent)

    def forward(self, x: Array, out: Array) -> Array:
        """The returned array is [shares, places, channels]."""
        seen = x.reshape(len(x), -1, self._channels)
        if self.variable:
            seen = np.where(np.isnan(seen).any(axis=-1, keepdims=True), x.dtype.type(0), seen)
        shares = len(seen)
        np.matmul(_by_share(self._weights, shares), seen.swapaxes(1, 2), out=_by_share(out, shares))
        by_step = out.reshape(*out.shape[:2], -1, self.steps)
        np.add(by_step, self._bias[..., None] + self._waves, out=by_step)
        return seen

    def infer(self, x: Array, out: Array) -> None:
        self.forward(x, out)

    def backward(self, seen: Array, delta: Array) -> None:
        np.matmul(_by_share(delta, len(seen)), seen, out=_by_share(self._gradient, len(seen)))
        np.matmul(delta, np.ones((delta.shape[-1], 1), delta.dtype), out=self._bias_gradient)


class TokenInput(StepInput):
    """Steps that are tokens; -1 marks those after the end."""

    def __init__(self, shape: AttentionShape, values: Mapping[str, Array], gradients: Mapping[str, Array]) -> None:
        super().__init__(shape, values[NAME].dtype)
        self._embedding = Embedding(values[NAME], gradients[NAME])

    @staticmethod
    def parts(shape: AttentionShape) -> list[Part]:
        """The table [vocabulary, width]."""
        assert shape.vocabulary is not None
        return [embedding_part(NAME, shape.vocabulary, shape.width)]

    def present(self, x: Array) -> NDArray[np.bool_] | None:
        return np.asarray(x != NOTHING) if self.variable else None

    def forward(self, x: Array, out: Array) -> Array:
        self._place(self._embedding.forward(x.reshape(len(x), -1)), out)
        return x

    def infer(self, x: Array, out: Array) -> None:
        self._place(self._embedding.infer(x.reshape(-1)), out)

    def backward(self, seen: Array, delta: Array) -> None:
        self._embedding.backward(np.ascontiguousarray(delta.swapaxes(1, 2)))

    def _place(self, vectors: Array, out: Array) -> None:
        by_step = out.reshape(*out.shape[:2], -1, self.steps)
        np.add(vectors.swapaxes(1, 2).reshape(by_step.shape), self._waves, out=by_step)


def _by_share(array: Array, shares: int) -> Array:
    """[M, ...] as [M / shares, shares, ...], which broadcasts against one batch for each share of the members."""
    return array.reshape(-1, shares, *array.shape[1:])

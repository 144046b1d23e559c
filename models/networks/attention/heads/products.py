"""Multi-head attention by products of matrices in NumPy, any precision.

    E[j, i] = exp(k_j . q_i / sqrt(d)) where i may attend to j      attended_i = sum_j v_j E[j, i] / sum_j E[j, i]

E is never normalised: a channel of ones below each head's v makes the product with E give the numerators and the
denominator at once, so that the division touches one number per channel and place, not one per pair of steps. With
g = d attended / denominator, and below it minus the sum of g * attended, the gradient of the scores is
E * ([v, 1]^T g), that of v is g E^T. The scores are shifted by their greatest only where one is beyond +-30: up to
there exp, its sums and their reciprocals keep far from the limits of float32.

A head's channels of one row are a matrix whose rows lie apart in memory, which BLAS takes as it is. Pairs of steps are
[M, rows, heads, keys, queries].
"""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt

import numpy as np

from models.activations.base import Array
from models.networks.attention.heads.base import Heads, Kept, Scratch
from models.networks.attention.sight import Sight
from models.networks.shapes import AttentionShape

FARTHEST = 30.0


class Sizes:
    """The numbers that views are made of."""

    def __init__(self, shape: AttentionShape) -> None:
        self.steps, self.width, self.heads = shape.sizes[0], shape.width, shape.heads
        self.channels = shape.width // shape.heads
        self.projected = 3 * shape.width + shape.heads
        """q, k, and v with a channel of ones for each head."""

    def by_head(self, array: Array) -> Array:
        """[M, heads * c, places] as [M, rows, heads, c, steps], a view."""
        split = array.reshape(len(array), self.heads, -1, array.shape[-1] // self.steps, self.steps)
        return split.transpose(0, 3, 1, 2, 4)

    def query_key_value(self, projected: Array) -> tuple[Array, Array, Array]:
        """Each by head; the last channel of a head's v is the one of ones."""
        width = self.width
        parts = projected[:, :width], projected[:, width : 2 * width], projected[:, 2 * width :]
        query, key, value = map(self.by_head, parts)
        return query, key, value


class ProductsKept(Kept):
    """What one pass leaves for the backward pass."""

    def __init__(self, sizes: Sizes, members: int, places: int, dtype: np.dtype[np.floating]) -> None:
        heads, channels, steps = sizes.heads, sizes.channels, sizes.steps
        self.projected = np.empty((members, sizes.projected, places), dtype)
        self.query, self.key, self.value = sizes.query_key_value(self.projected)
        self.pairs = np.empty((members, places // steps, heads, steps, steps), dtype)
        self.sums = np.empty((members, heads, channels + 1, places), dtype)
        self.inverse = np.empty((members, heads, 1, places), dtype)
        super().__init__(members, sizes.width, places, dtype)
        self.attended_by_head = self.attended[:, :-1].reshape(members, heads, channels, places)


class ProductsScratch(Scratch):
    """Arrays of the backward pass, which all blocks may share."""

    def __init__(self, sizes: Sizes, members: int, places: int, dtype: np.dtype[np.floating]) -> None:
        heads, channels, steps = sizes.heads, sizes.channels, sizes.steps
        super().__init__(members, sizes.width, places, dtype)
        self.by_head = self.attended.reshape(members, heads, channels, places)
        self.sums = np.empty((members, heads, channels + 1, places), dtype)
        self.pairs = np.empty((members, places // steps, heads, steps, steps), dtype)
        self.projected = np.empty((members, sizes.projected, places), dtype)
        self.query, self.key, self.value = sizes.query_key_value(self.projected)


class ProductHeads(Heads):
    """The attention of one block."""

    def __init__(
        self, shape: AttentionShape, values: Mapping[str, Array], gradients: Mapping[str, Array], prefix: str
    ) -> None:
        super().__init__(shape, values, gradients, prefix)
        self.sizes = Sizes(shape)
        self._scale = 1 / sqrt(self.sizes.channels)
        members, inputs = len(self.weights), shape.width + 1
        self._projection = np.zeros((members, self.sizes.projected, inputs), self.weights.dtype)
        self._projection_gradient = np.empty_like(self._projection)
        self._by_head(self._projection)[:, :, -1, -1] = 1
        self._minus_ones = np.full((1, self.sizes.channels), -1, self.weights.dtype)

    def kept(self, places: int) -> ProductsKept:
        return ProductsKept(self.sizes, len(self.weights), places, self.weights.dtype)

    def scratch(self, places: int) -> ProductsScratch:
        return ProductsScratch(self.sizes, len(self.weights), places, self.weights.dtype)

    def _attend(self, x: Array, kept: Kept, sight: Sight) -> None:
        assert isinstance(kept, ProductsKept)
        self._project()
        np.matmul(self._projection, x, out=kept.projected)
        np.matmul(kept.key.swapaxes(-1, -2), kept.query, out=kept.pairs)
        exponentials(kept.pairs, sight.allowed)
        np.matmul(kept.value, kept.pairs, out=self.sizes.by_head(kept.sums.reshape(len(x), -1, x.shape[-1])))
        np.reciprocal(kept.sums[:, :, -1:], out=kept.inverse)
        np.multiply(kept.sums[:, :, :-1], kept.inverse, out=kept.attended_by_head)

    def _attend_backward(self, x: Array, out: Array, kept: Kept, scratch: Scratch) -> None:
        assert isinstance(kept, ProductsKept)
        assert isinstance(scratch, ProductsScratch)
        self._backward_pairs(kept, scratch)
        np.matmul(scratch.projected, x.swapaxes(1, 2), out=self._projection_gradient)
        self._unproject()
        np.matmul(self._projection[:, :, :-1].swapaxes(1, 2), scratch.projected, out=out)

    def _backward_pairs(self, kept: ProductsKept, scratch: ProductsScratch) -> None:
        """From the gradient at `attended` to that at q, k and v."""
        sums = self.sizes.by_head(scratch.sums.reshape(*scratch.attended.shape[:1], -1, scratch.attended.shape[-1]))
        np.multiply(scratch.by_head, kept.inverse, out=scratch.sums[:, :, :-1])
        np.multiply(scratch.sums[:, :, :-1], kept.attended_by_head, out=scratch.by_head)
        np.matmul(self._minus_ones, scratch.by_head, out=scratch.sums[:, :, -1:])
        np.matmul(kept.value.swapaxes(-1, -2), sums, out=scratch.pairs)
        np.multiply(scratch.pairs, kept.pairs, out=scratch.pairs)
        np.matmul(sums, kept.pairs.swapaxes(-1, -2), out=scratch.value)
        np.matmul(kept.key, scratch.pairs, out=scratch.query)
        np.matmul(kept.query, scratch.pairs.swapaxes(-1, -2), out=scratch.key)

    def _by_head(self, projection: Array) -> Array:
        """The weights of v [M, heads, channels + 1, width + 1], a view."""
        sizes = self.sizes
        return projection[:, 2 * sizes.width :].reshape(len(projection), sizes.heads, sizes.channels + 1, -1)

    def _project(self) -> None:
        """The weights as `forward` multiplies by them: q by 1 / sqrt(d), and v with its channels of ones."""
        width, weights = self.sizes.width, self.weights
        np.multiply(weights[:, :width], self._scale, out=self._projection[:, :width])
        self._projection[:, width : 2 * width] = weights[:, width : 2 * width]
        value = self._by_head(self._projection)[:, :, :-1]
        value[...] = weights[:, 2 * width :].reshape(value.shape)

    def _unproject(self) -> None:
        width, gradient = self.sizes.width, self._projection_gradient
        np.multiply(gradient[:, :width], self._scale, out=self.gradient[:, :width])
        self.gradient[:, width : 2 * width] = gradient[:, width : 2 * width]
        value = self._by_head(gradient)[:, :, :-1]
        self.gradient[:, 2 * width :].reshape(value.shape)[...] = value


def exponentials(scores: Array, allowed: Array | None) -> None:
    """scores <- exp(scores - shift) in place, and 0 where a step may not attend; `shift` is the same for all keys.

    The shift is 0 for a member whose scores are all within +-30, else each query's greatest score among allowed keys.
    """
    flat = scores.reshape(len(scores), -1)
    near = (flat.max(axis=1) <= FARTHEST) & (flat.min(axis=1) >= -FARTHEST)
    for member in np.flatnonzero(~near).tolist():
        _shift(scores[member], None if allowed is None else allowed[member % len(allowed)])
    np.exp(scores, out=scores)
    if allowed is not None:
        by_share = scores.reshape(-1, len(allowed), *scores.shape[1:])
        np.multiply(by_share, allowed, out=by_share)


def _shift(scores: Array, allowed: Array | None) -> None:
    seen = scores if allowed is None else np.where(allowed > 0, scores, -np.inf)
    np.subtract(scores, seen.max(axis=-2, keepdims=True), out=scores)
    np.minimum(scores, 0, out=scores)

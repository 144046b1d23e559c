"""Normalisations of pre-activations z [M, channels, places * rows], in which the rows of a batch change fastest.

Batch: each channel over places and rows. Layer and RMS: over the channels at each place apart, as in ConvNeXt [Liu et
al. 2022] and Keras. Group [Wu and He 2018]: over all places of a row and the channels of a group; one group is layer
normalisation of whole rows.
"""

from __future__ import annotations

from math import gcd

import numpy as np

from models.activations.base import Array
from models.networks.layout import LayerViews
from models.networks.normalization import EPSILON, NORMALIZATIONS, Normalization


class GroupNormalization(Normalization):
    """Statistics over channels / groups x places numbers of each row, in training and in use alike."""

    def __init__(self, values: LayerViews, gradients: LayerViews, rows: int, places: int, groups: int) -> None:
        super().__init__(values, gradients, rows * places)
        members, channels, _ = self.scale.shape
        groups = gcd(channels, groups)
        self._split = (members, groups, channels // groups * places)
        self._average = np.full((1, self._split[-1]), 1 / self._split[-1], self.dtype)
        self._inverse = np.empty((members, groups, 1, rows), self.dtype)
        self._level = np.empty_like(self._inverse)

    def forward(self, z: Array) -> None:
        self._standardize(z, self._centred, self._product, self._inverse)

    def backward(self, delta: Array) -> None:
        np.vecdot(delta, self._centred, out=self.scale_gradient[..., 0])
        np.matmul(delta, self._ones, out=self.shift_gradient)
        np.multiply(delta, self.scale, out=delta)
        np.multiply(delta, self._centred, out=self._product)
        np.matmul(self._average, self._grouped(self._product), out=self._level)
        np.multiply(self._grouped(self._centred), self._level, out=self._grouped(self._product))
        grouped = self._grouped(delta)
        np.matmul(self._average, grouped, out=self._level)
        np.subtract(grouped, self._level, out=grouped)
        np.subtract(delta, self._product, out=delta)
        np.multiply(grouped, self._inverse, out=grouped)

    def infer(self, z: Array) -> None:
        rows = self._grouped(z).shape[-1]
        inverse = np.empty((*self._split[:2], 1, rows), self.dtype)
        self._standardize(z, np.empty(z.shape, self.dtype), np.empty(z.shape, self.dtype), inverse)

    def _standardize(self, z: Array, standard: Array, product: Array, inverse: Array) -> None:
        """Replace z by y; `standard` holds the normalised z after it, and `inverse` one over each deviation."""
        grouped = self._grouped(standard)
        np.matmul(self._average, self._grouped(z), out=inverse)
        np.subtract(self._grouped(z), inverse, out=grouped)
        np.square(standard, out=product)
        np.matmul(self._average, self._grouped(product), out=inverse)
        np.add(inverse, EPSILON, out=inverse)
        np.sqrt(inverse, out=inverse)
        np.reciprocal(inverse, out=inverse)
        np.multiply(grouped, inverse, out=grouped)
        np.multiply(standard, self.scale, out=z)
        np.add(z, self.shift, out=z)

    def _grouped(self, z: Array) -> Array:
        """[M, groups, numbers of a group, rows]."""
        return z.reshape(*self._split, -1)


def make_normalization(
    kind: str, values: LayerViews, gradients: LayerViews, rows: int, places: int, groups: int
) -> Normalization | None:
    """The normalisation of one layer by its name."""
    if kind == "none":
        return None
    if kind == "group":
        return GroupNormalization(values, gradients, rows, places, groups)
    return NORMALIZATIONS[kind](values, gradients, rows * places)

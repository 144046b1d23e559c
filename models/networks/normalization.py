"""Normalisation of pre-activations z [M, units, rows], in place, with a learned scale and shift.

    y = scale * (z - mean) / sqrt(variance + 1e-5) + shift

Batch [Ioffe and Szegedy 2015]: mean and variance of each unit over the rows, for each member apart. Layer [Ba et al.
2016]: of each row over the units. Group [Wu and He 2018]: of each row over a group of neighbouring units. RMS [Zhang
and Sennrich 2019]: like layer, with 0 put for the mean; the shift is ours, since every normalisation stands in for the
bias. With n the number averaged over and g the gradient at y times scale, the gradient at z is
(g - mean(g) - x mean(g x)) / sqrt(variance + 1e-5), where x is the normalised z, and without mean(g) for RMS.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from math import gcd
from typing import ClassVar

import numpy as np

from models.activations.base import Array
from models.kernels.library import compiles
from models.kernels.normalization import normalize, normalize_backward, normalize_units, normalize_units_backward
from models.networks.layout import LayerViews

EPSILON = 1e-5
GROUPS = 4
MEMORY = 0.1
"""Weight of the newest batch in the running statistics, once there were 1 / MEMORY batches."""


class Normalization(ABC):
    """One layer's normalisation: its parameters, its gradients, and what the backward pass needs.

    Sums and means are matrix products with a column or row of constants: a BLAS call beats a reduction several times.
    """

    def __init__(self, values: LayerViews, gradients: LayerViews, rows: int) -> None:
        assert values.scale is not None
        assert values.shift is not None
        assert gradients.scale is not None
        assert gradients.shift is not None
        self.scale, self.shift = values.scale, values.shift
        self.scale_gradient, self.shift_gradient = gradients.scale, gradients.shift
        self.dtype = self.scale.dtype
        members, units, _ = self.scale.shape
        self._rows = rows
        self._centred = np.empty((members, units, rows), self.dtype)
        self._product = np.empty_like(self._centred)
        self._compiled = compiles(self.dtype)
        self._ones = np.ones((rows, 1), self.dtype)

    @abstractmethod
    def forward(self, z: Array) -> None:
        """Replace z [M, units, rows] by y, by the batch's own statistics."""

    @abstractmethod
    def backward(self, delta: Array) -> None:
        """Replace the gradient at y by that at z, and write the gradients of scale and shift."""

    @abstractmethod
    def infer(self, z: Array) -> None:
        """Replace z by y as in use: each row for itself, any number of rows, nothing recorded."""


class BatchNormalization(Normalization):
    """Statistics over the rows in training; in use, running averages of the batches' means and unbiased variances.

    The averages weigh the t-th batch by max(1 / t, 0.1). One row alone has no variance: it is mapped to the shift, and
    the averages stay at 0 and 1.
    """

    def __init__(self, values: LayerViews, gradients: LayerViews, rows: int) -> None:
        super().__init__(values, gradients, rows)
        self.running_mean = np.zeros_like(self.scale)
        self.running_variance = np.ones_like(self.scale)
        self.batches = 0
        self._average = self._ones / self.dtype.type(rows)
        self._mean = np.empty_like(self.running_mean)
        self._variance = np.empty_like(self._mean)
        self._inverse = np.empty_like(self._mean)

    def forward(self, z: Array) -> None:
        centred, variance = self._centred, self._variance
        if self._compiled:
            normalize_units(z, self.scale, self.shift, centred, self._mean, variance, self._inverse)
            self._remember()
            return
        np.matmul(z, self._average, out=self._mean)
        np.subtract(z, self._mean, out=centred)
        np.vecdot(centred, centred, out=variance[..., 0])
        variance /= self._rows
        _inverse_root(variance, out=self._inverse)
        np.multiply(centred, self._inverse * self.scale, out=z)
        np.add(z, self.shift, out=z)
        self._remember()

    def backward(self, delta: Array) -> None:
        if self._compiled:
            gradients = self.scale_gradient, self.shift_gradient
            normalize_units_backward(delta, self.scale, self._centred, self._inverse, *gradients)
            return
        np.vecdot(delta, self._centred, out=self.scale_gradient[..., 0])
        self.scale_gradient *= self._inverse
        np.matmul(delta, self._ones, out=self.shift_gradient)
        np.multiply(self._centred, self._inverse * self.scale_gradient / self._rows, out=self._product)
        np.subtract(delta, self._product, out=delta)
        np.subtract(delta, self.shift_gradient / self._rows, out=delta)
        np.multiply(delta, self._inverse * self.scale, out=delta)

    def infer(self, z: Array) -> None:
        np.subtract(z, self.running_mean, out=z)
        np.multiply(z, self.scale / np.sqrt(self.running_variance + EPSILON), out=z)
        np.add(z, self.shift, out=z)

    def _remember(self) -> None:
        if self._rows == 1:
            return
        self.batches += 1
        weight = max(1 / self.batches, MEMORY)
        self.running_mean += weight * (self._mean - self.running_mean)
        unbiased = self._variance * (self._rows / (self._rows - 1))
        self.running_variance += weight * (unbiased - self.running_variance)


class RowNormalization(Normalization):
    """Statistics over the units of each row, in training and in use alike; over `groups` of units, each by itself."""

    centres: ClassVar[bool] = True

    def __init__(self, values: LayerViews, gradients: LayerViews, rows: int, groups: int = 1) -> None:
        super().__init__(values, gradients, rows)
        members, units, _ = self.scale.shape
        self._split = (members, groups, units // groups)
        self._compiled = self._compiled and groups == 1
        self._average = np.full((1, units // groups), groups / units, self.dtype)
        self._inverse = np.empty((members, groups, 1, rows), self.dtype)
        self._level = np.empty_like(self._inverse)
        self._standard, self._spare = self._grouped(self._centred), self._grouped(self._product)
        self._grouped_scale, self._grouped_shift = self._grouped(self.scale), self._grouped(self.shift)

    def forward(self, z: Array) -> None:
        self._standardize(self._grouped(z), self._standard, self._spare, self._inverse)

    def backward(self, delta: Array) -> None:
        if self._compiled:
            kept, gradients = (self._centred, self._inverse), (self.scale_gradient, self.shift_gradient)
            normalize_backward(delta, self.scale, *kept, *gradients, centres=self.centres)
            return
        np.vecdot(delta, self._centred, out=self.scale_gradient[..., 0])
        np.matmul(delta, self._ones, out=self.shift_gradient)
        np.multiply(delta, self.scale, out=delta)
        grouped = self._grouped(delta)
        if self.centres:
            np.matmul(self._average, grouped, out=self._level)
            np.subtract(grouped, self._level, out=grouped)
        np.multiply(grouped, self._standard, out=self._spare)
        np.matmul(self._average, self._spare, out=self._level)
        np.multiply(self._standard, self._level, out=self._spare)
        np.subtract(grouped, self._spare, out=grouped)
        np.multiply(grouped, self._inverse, out=grouped)

    def infer(self, z: Array) -> None:
        grouped = self._grouped(z)
        inverse = np.empty((*grouped.shape[:2], 1, z.shape[-1]), self.dtype)
        self._standardize(grouped, np.empty_like(grouped), np.empty_like(grouped), inverse)

    def _grouped(self, array: Array) -> Array:
        """A view [M, groups, units of one, n]."""
        return array.reshape(*self._split, array.shape[-1])

    def _standardize(self, z: Array, standard: Array, product: Array, inverse: Array) -> None:
        """Replace z by y; `standard` holds the normalised z after it, and `inverse` one over each row's deviation."""
        if self._compiled:
            normalize(z[:, 0], self.scale, self.shift, standard, inverse, z[:, 0], centres=self.centres)
            return
        centred = z
        if self.centres:
            np.matmul(self._average, z, out=inverse)
            centred = np.subtract(z, inverse, out=standard)
        np.square(centred, out=product)
        np.matmul(self._average, product, out=inverse)
        _inverse_root(inverse, out=inverse)
        np.multiply(centred, inverse, out=standard)
        np.multiply(standard, self._grouped_scale, out=z)
        np.add(z, self._grouped_shift, out=z)


class LayerNormalization(RowNormalization):
    """Over all units of a row. One unit alone is mapped to its shift."""


class GroupNormalization(RowNormalization):
    """Over each of four groups of units, or as many of two and one as divide them."""

    def __init__(self, values: LayerViews, gradients: LayerViews, rows: int) -> None:
        assert values.scale is not None
        super().__init__(values, gradients, rows, gcd(values.scale.shape[1], GROUPS))


class RmsNormalization(RowNormalization):
    """By the root mean square over all units of a row."""

    centres = False


def _inverse_root(variance: Array, out: Array) -> None:
    np.add(variance, EPSILON, out=out)
    np.sqrt(out, out=out)
    np.reciprocal(out, out=out)


NORMALIZATIONS: dict[str, type[BatchNormalization | LayerNormalization | GroupNormalization | RmsNormalization]] = {
    "batch": BatchNormalization,
    "layer": LayerNormalization,
    "group": GroupNormalization,
    "rms": RmsNormalization,
}


def make_normalization(kind: str, values: LayerViews, gradients: LayerViews, rows: int) -> Normalization | None:
    """The normalisation of one layer by its name, or None for none."""
    return None if kind == "none" else NORMALIZATIONS[kind](values, gradients, rows)

"""Layer and RMS normalisation of a stream [M, width, places] over the width of each place.

    layer   y = scale * (x - mean) / sqrt(variance + 1e-5) + shift      [Ba et al. 2016]
    rms     y = scale * x / sqrt(mean of squares + 1e-5)                [Zhang and Sennrich 2019]

With g the gradient at y times scale, and s the standardised x, the gradient at x is g - mean(g) - s mean(g s), times
the inverse root; for RMS normalisation without mean(g).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from models.activations.base import Array
from models.kernels.library import compiles
from models.kernels.normalization import normalize, normalize_backward
from models.networks.parts import Constant, Part

EPSILON = 1e-5
KINDS = ("none", "layer", "rms")


def normalization_parts(prefix: str, kind: str, width: int) -> list[Part]:
    """The learned scale [width, 1], and for layer normalisation the shift alike."""
    scale = [Part(f"{prefix}.scale", (width, 1), Constant(1.0))] if kind != "none" else []
    return [*scale, Part(f"{prefix}.shift", (width, 1), Constant())] if kind == "layer" else scale


class Kept:
    """What one pass leaves for the backward pass: the standardised x, and one over each place's deviation."""

    def __init__(self, members: int, width: int, places: int, dtype: np.dtype[np.floating]) -> None:
        self.standard = np.empty((members, width, places), dtype)
        self.inverse = np.empty((members, 1, places), dtype)


class StreamNormalization:
    """One place of a network where the stream is normalised."""

    def __init__(self, values: Mapping[str, Array], gradients: Mapping[str, Array], prefix: str) -> None:
        self.scale, self.scale_gradient = values[f"{prefix}.scale"], gradients[f"{prefix}.scale"]
        self.shift, self.shift_gradient = values.get(f"{prefix}.shift"), gradients.get(f"{prefix}.shift")
        self._compiled = compiles(self.scale.dtype)
        self._average = np.full((1, self.scale.shape[1]), 1 / self.scale.shape[1], self.scale.dtype)

    def kept(self, places: int) -> Kept:
        """Arrays for a pass over so many places."""
        members, width, _ = self.scale.shape
        return Kept(members, width, places, self.scale.dtype)

    def forward(self, x: Array, out: Array, kept: Kept) -> None:
        """out <- y; x and out may be one array."""
        standard, inverse = kept.standard, kept.inverse
        if self._compiled:
            normalize(x, self.scale, self.shift, standard, inverse, out, centres=self.shift is not None)
            return
        squares = standard
        if self.shift is not None:
            np.matmul(self._average, x, out=inverse)
            x, squares = np.subtract(x, inverse, out=standard), out
        np.square(x, out=squares)
        np.matmul(self._average, squares, out=inverse)
        np.add(inverse, EPSILON, out=inverse)
        np.sqrt(inverse, out=inverse)
        np.reciprocal(inverse, out=inverse)
        np.multiply(x, inverse, out=standard)
        np.multiply(standard, self.scale, out=out)
        if self.shift is not None:
            np.add(out, self.shift, out=out)

    def backward(self, delta: Array, spare: Array, kept: Kept) -> None:
        """Replace the gradient at y by that at x, and write those of scale and shift; `spare` is used up."""
        if self._compiled:
            gradients, centres = (self.scale_gradient, self.shift_gradient), self.shift is not None
            normalize_backward(delta, self.scale, kept.standard, kept.inverse, *gradients, centres=centres)
            return
        np.vecdot(delta, kept.standard, out=self.scale_gradient[..., 0])
        level = np.empty_like(kept.inverse)
        if self.shift_gradient is not None:
            np.matmul(delta, np.ones((delta.shape[-1], 1), delta.dtype), out=self.shift_gradient)
        np.multiply(delta, self.scale, out=delta)
        np.multiply(delta, kept.standard, out=spare)
        np.matmul(self._average, spare, out=level)
        np.multiply(kept.standard, level, out=spare)
        if self.shift_gradient is not None:
            np.matmul(self._average, delta, out=level)
            np.subtract(delta, level, out=delta)
        np.subtract(delta, spare, out=delta)
        np.multiply(delta, kept.inverse, out=delta)

"""A plain network that keeps the gradient of every example apart, for clipping it or for moving the input."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from models import activations
from models.activations.base import Array
from models.experiments.starts import start_of


@dataclass
class Perceptron:
    """Weights [inputs + 1, outputs] of every layer, the last row its bias; `candidate` behind all but the last."""

    candidate: str
    weights: list[Array]

    @classmethod
    def drawn(cls, candidate: str, sizes: tuple[int, ...], seed: int) -> Perceptron:
        """A network at its recommended start; `sizes` from the inputs to the outputs."""
        weights: list[Array] = []
        rng, start = np.random.default_rng([seed, 15]), start_of(candidate, "recommended", len(sizes) - 2)
        for index, (inputs, outputs) in enumerate(pairwise(sizes)):
            gain = start.input_gain if index == 0 else start.gain if index < len(sizes) - 2 else 1.0
            drawn = rng.standard_normal((inputs, outputs)) * gain / np.sqrt(inputs)
            weights.append(np.vstack([drawn, np.zeros(outputs)]).astype(np.float32))
        return cls(candidate, weights)

    def forward(self, x: Array) -> tuple[list[Array], list[Array]]:
        """What every layer sees, the outputs last, and the slopes of the hidden activations; [rows, units] each."""
        seen, slopes = [x], []
        for weights in self.weights[:-1]:
            value, slope = activations.get(self.candidate).value_and_slope(seen[-1] @ weights[:-1] + weights[-1])
            seen.append(value)
            slopes.append(slope)
        seen.append(seen[-1] @ self.weights[-1][:-1] + self.weights[-1][-1])
        return seen, slopes

    def deltas(self, slopes: list[Array], delta: Array) -> list[Array]:
        """Every example's gradient at the input, then at the output of each layer's matrix; `delta` is the last."""
        found = [delta]
        for weights, slope in zip(reversed(self.weights[1:]), reversed(slopes), strict=True):
            found.append(found[-1] @ weights[:-1].T * slope)
        return [found[-1] @ self.weights[0][:-1].T, *reversed(found)]


def label_delta(logits: Array, labels: NDArray[np.int64]) -> Array:
    """The derivative of every example's own cross-entropy by its logits: probability less label."""
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    delta = shifted / shifted.sum(axis=1, keepdims=True)
    delta[np.arange(len(labels)), labels] -= 1
    return np.asarray(delta)

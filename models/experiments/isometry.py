"""Singular values of a deep network's Jacobian with orthogonal weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from models import activations
from models.activations.base import Array
from models.experiments.base import Experiment, Parameters, Scores, Value

_LEAST = 1e-8


class OrthogonalIsometry(Experiment):
    """The spread of the singular values of d h_depth / d h_0, weights orthogonal times the gain.

    The gain is chosen per candidate from a grid such that the spread is least, which is the claim's own test: whether
    any scale gives singular values near one.
    """

    id = "orthogonal-isometry"
    runs = "a random network with orthogonal weights; the best of eleven gains from 0.9 to 2"
    measures = "minus the standard deviation of log10 of the Jacobian's singular values, at least 1e-8 each"
    unit = "decades"
    negligible = 0.1
    parameters: ClassVar[dict[str, Value | tuple[str, ...]]] = {"depth": 30, "width": 64, "scale": 0.3}

    def measure(self, candidate: str, parameters: Parameters, seeds: Sequence[int]) -> Scores:
        return np.array([max(_score(candidate, parameters, gain, seed) for gain in _GAINS) for seed in seeds])


_GAINS = np.linspace(0.9, 2.0, 11).tolist()


def _score(candidate: str, parameters: Parameters, gain: float, seed: int) -> float:
    rng, width = np.random.default_rng([seed, 14]), int(parameters["width"])
    state: Array = rng.standard_normal(width) * float(parameters["scale"])
    jacobian = np.eye(width)
    with np.errstate(all="ignore"):
        for _ in range(int(parameters["depth"])):
            weights = gain * np.linalg.qr(rng.standard_normal((width, width)))[0]
            state, slope = activations.get(candidate).value_and_slope(weights @ state)
            jacobian = slope[:, None] * (weights @ jacobian)
    if not np.isfinite(jacobian).all():
        return -8.0
    values = np.linalg.svd(jacobian, compute_uv=False)
    return -float(np.log10(np.maximum(values, _LEAST)).std())

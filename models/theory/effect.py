"""From signal propagation to points: what vanishing, explosion and lost contrast cost after training.

    points = -90 (1 - exp(-x)),   x = (v w (1 + 0.3 c))^4 + (e / 7)^2 + (e / 3.4)^6 + (c / 12)^2

v: decades by which the gradient vanishes over the depth; e: decades by which it explodes; c: decades by which the
difference between a related and an unrelated pair of inputs is lost, at most 3, and none with residual paths, which
carry it past the layers; w: 0.10 for Adam, 0.28 for SGD, which has to cross small gradients without rescaling them. The
constants began as a least-squares fit to trained networks and were then shaped by hand against the same runs
(docs/theory.md); the standard deviation is set wide for that.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.theory.trajectories import RELATED, UNRELATED

Array = NDArray[np.float64]

WORST = -90.0
OPTIMIZERS = {"adam": 0.10, "sgd": 0.28}
_MOST_CONTRAST = 3.0
_QUIET = 2.0


class Effect(NamedTuple):
    """Points against the best candidate, at most 0, with their standard deviation; arrays of one shape."""

    mean: Array
    sd: Array


def effect(
    decades: Array, spread: Array, related: Array, unrelated: Array, *, residual: bool, optimizer: str = "adam"
) -> Effect:
    """The effect in points of a network's signal propagation; all arrays of one shape, results too.

    `decades` is log10 of the gradient at the first over that at the last layer, `spread` how far it may lie off in
    either direction: the worse side counts. `related` and `unrelated` are the correlations at the last layer of the two
    followed pairs. Raises KeyError for an optimizer other than adam and sgd.
    """
    lost = np.zeros_like(decades) if residual else lost_contrast(related, unrelated)
    vanishing = np.maximum(spread - decades, 0) * OPTIMIZERS[optimizer] * (1 + 0.3 * lost)
    explosion = np.maximum(decades + spread, 0)
    hurt = np.maximum(_power(vanishing, 4), _power(explosion / 7, 2) + _power(explosion / 3.4, 6))
    loss = WORST * np.expm1(-(hurt + (lost / 12) ** 2))
    return Effect(-loss, _QUIET + 0.8 * loss * (1 - loss / 100))


def _power(base: Array, exponent: int) -> Array:
    return np.asarray(np.minimum(base, 10.0) ** exponent)


def lost_contrast(related: Array, unrelated: Array) -> Array:
    """Decades, 0 to 3, by which the gap between the correlations of the two pairs has shrunk."""
    gap = np.maximum(related - unrelated, 10.0**-_MOST_CONTRAST) / (RELATED - UNRELATED)
    return np.asarray(np.maximum(-np.log10(np.minimum(gap, 1.0)), 0.0))

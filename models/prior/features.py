"""Networks and activations as numbers, scaled so that one unit is a difference that may matter.

What is not known of a network takes the value of a common one. An activation is described by the facts of the catalogue
and by its first Hermite coefficients under a standard normal input, a_k = E f(z) He_k(z) / sqrt(k!), for f scaled to
unit variance: how linear, how even, how kinked it is where a standardised layer uses it (O'Donnell, Analysis of Boolean
Functions, 2014, section 11.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from math import factorial, isinf, log2, log10, sqrt

import numpy as np
from numpy.typing import NDArray

from actwise.contract.situation import Situation
from models.activations import get

Floats = NDArray[np.float64]

_ROWS, _FEATURES = 1_000, 16
_NOISE = {"low": -1.0, "medium": 0.0, "high": 1.0}
_TASKS = (
    "binary_classification",
    "multiclass_classification",
    "count_regression",
    "positive_regression",
    "bounded_regression",
)
_NORMALIZERS = {"batch": ("batch", "instance"), "layer": ("layer", "rms", "group")}
_CELLS = ("rnn", "lstm", "gru")
_LAYERS = ("conv", "recurrent", "attention", "graph", "mixed")
_OTHER_LAYERS = 4.0
"""How far apart two layer types are: what is known of one is worth little for another."""
_HERMITE = 5
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(101)


def network_names() -> tuple[str, ...]:
    """What the numbers of `network_features` mean, in their order."""
    return (
        *_TASKS,
        "classification",
        "classes",
        "depth",
        "plain_depth",
        "width",
        *_NORMALIZERS,
        "residual",
        "rows",
        "features",
        "noise",
        "heavy_tailed",
        "sgd",
        *_CELLS,
        *_LAYERS,
        "synthetic",
    )


def network_features(situation: Situation, synthetic: bool = False) -> Floats:
    """[names] one network and its task. `synthetic`: whether its data are; a caller's are taken to be real.

    Depth, width and classes are in doublings, rows and features in powers of ten.
    """
    depth = log2(situation.depth)
    return np.array(
        [
            *(situation.task == task for task in _TASKS),
            situation.task_family == "classification",
            log2(situation.classes) if situation.classes else 0.0,
            depth,
            depth * situation.plain,
            log2(situation.width),
            *(situation.normalization in kinds for kinds in _NORMALIZERS.values()),
            situation.residual,
            log10(situation.rows or _ROWS),
            log10(situation.features or _FEATURES),
            _NOISE.get(situation.noise or "", 0.0),
            bool(situation.heavy_tailed),
            situation.optimizer == "sgd",
            *(situation.cell == cell for cell in _CELLS),
            *(_OTHER_LAYERS * (situation.layer_type == kind) for kind in _LAYERS),
            synthetic,
        ],
        dtype=np.float64,
    )


def activation_names() -> tuple[str, ...]:
    """What the numbers of `activation_features` mean, in their order."""
    facts = ("mean", "bounded_below", "bounded_above", "smoothness", "monotone", "saturates", "exact_zeros")
    return (
        *facts,
        "flat_share",
        "steepest",
        "homogeneous",
        "periodic",
        "learnable",
        *(f"hermite_{k}" for k in range(1, _HERMITE)),
    )


def activation_features(names: Sequence[str]) -> Floats:
    """[names, features] of activations of the catalogue. Raises KeyError for one that it does not have."""
    return np.stack([_activation(name) for name in names])


@lru_cache(maxsize=512)
def _activation(name: str) -> Floats:
    activation = get(name)
    facts = activation.facts
    value, slope = (np.asarray(curve(_NODES), dtype=np.float64) for curve in (activation.value, activation.slope))
    weights = _weights()
    spread = sqrt(weights @ np.square(value - weights @ value))
    return np.array(
        [
            float(weights @ value) / spread,
            facts.bounded_below,
            facts.bounded_above,
            0.5 * min(facts.smoothness, 3.0),
            facts.monotone,
            {"no": 0.0, "left": 0.5, "right": 0.5, "both": 1.0}[facts.saturates],
            facts.exact_zeros,
            float(weights @ (np.abs(slope) < 0.01)),
            2.0 if isinf(facts.lipschitz) else min(facts.lipschitz, 2.0),
            facts.homogeneous,
            facts.periodic,
            bool(activation.parameters),
            *(2.0 * coefficient / spread for coefficient in _hermite(value)),
        ],
        dtype=np.float64,
    )


@cache
def _weights() -> Floats:
    return np.asarray(_WEIGHTS / _WEIGHTS.sum())


def _hermite(value: Floats) -> list[float]:
    """a_1 to a_4; the size of a_1 tells how near f is to a line."""
    found = []
    for order in range(1, _HERMITE):
        polynomial = np.polynomial.hermite_e.hermeval(_NODES, [0.0] * order + [1.0])
        found.append(float(_weights() @ (value * polynomial)) / sqrt(factorial(order)))
    return found

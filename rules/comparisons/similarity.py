"""How far what was measured in one network, of one activation, tells about another network and another activation.

Two networks: exp(-sum of rates), one rate for each field in which they differ, one per doubling of the depth.
Two activations: exp(-d^2 / 2 l^2), where d^2 = E (f - g)^2 + E (f' - g')^2 over z ~ N(0, 1), each function scaled to
unit variance; the distance between two curves as a standardised layer sees them. A gated unit is as near to others as
its gate is, and shares with all gated units what the product does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from actwise.contract.situation import Situation
from models.activations import get

Floats = NDArray[np.float64]

FIELDS = ("layer_type", "normalized", "residual", "regime", "optimizer", "task_family", "modality")
"""What two networks are compared in, besides the depth."""

_GATES = {"glu": "sigmoid", "reglu": "relu", "geglu": "gelu", "swiglu": "silu"}
_PRODUCT = 0.1
"""Variance that gated units share, beside that of their gates."""

Key = tuple[object, ...]


def key(situation: Situation) -> Key:
    """What of a situation its similarity to others depends on: FIELDS, then the depth."""
    return (
        situation.layer_type,
        situation.normalization != "none",
        situation.residual,
        _regime(situation),
        situation.optimizer,
        situation.task_family,
        situation.modality,
        situation.depth,
    )


def _regime(situation: Situation) -> str:
    """What is asked of training besides a good fit; a table about one regime says little about another."""
    if situation.adversarial:
        return "adversarial"
    if situation.privacy != "none":
        return "private"
    return "derivatives" if situation.input_derivatives else "ordinary"


def networks(first: Sequence[Key], second: Sequence[Key], rates: Mapping[str, float]) -> Floats:
    """[first, second]: similarity of networks, 0 to 1; `rates` for each of FIELDS and for "depth"."""
    distance = rates["depth"] * np.abs(np.subtract.outer(_octaves(first), _octaves(second)))
    for place, field in enumerate(FIELDS):
        left, right = ([row[place] for row in rows] for rows in (first, second))
        differs = np.array([[one != other for other in right] for one in left], dtype=np.float64)
        distance = distance + rates[field] * differs.reshape(len(first), len(second))
    return np.asarray(np.exp(-distance))


def _octaves(rows: Sequence[Key]) -> Floats:
    return np.log2(np.array([row[-1] for row in rows], dtype=np.float64))


def activations(names: Sequence[str], scale: float) -> Floats:
    """[names, names]: similarity of activations, 0 to 1, a little more between gated units."""
    curves = np.stack([_curve(_GATES.get(name, name)) for name in names])
    distance = np.square(curves[:, None] - curves[None]).sum(-1)
    gated = np.array([name in _GATES for name in names])
    return np.asarray(np.exp(-distance / (2.0 * scale**2)) + _PRODUCT * np.outer(gated, gated))


@cache
def _curve(name: str) -> Floats:
    """Value and slope at Gauss-Hermite nodes, weighted so that a sum of squares is a mean over N(0, 1)."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(101)
    weights = weights / weights.sum()
    activation = get(name)
    value, slope = activation.value(nodes), activation.slope(nodes)
    spread = np.sqrt(weights @ np.square(value - weights @ value))
    return np.asarray(np.concatenate([value, slope]) / spread * np.sqrt(np.concatenate([weights, weights])))

"""How far what was measured in one network, of one activation, tells about another network and another activation.

Two networks: exp(-sum of rates), one rate for each field in which they differ, one per doubling of the depth.
Two activations: exp(-d^2 / 2 l^2), where d^2 = E (f - g)^2 + E (f' - g')^2 over z ~ N(0, 1), each function scaled to
unit variance; the distance between two curves as a standardised layer sees them. A gated unit is as near to others as
its gate is, and shares with all gated units what the product does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, reduce
from math import log2
from operator import attrgetter

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
    layer_type, normalization, residual, optimizer, task_family, modality, depth = _read(situation)
    return (
        layer_type,
        normalization != "none",
        residual,
        _regime(situation),
        optimizer,
        task_family,
        modality,
        depth,
    )


_read = attrgetter("layer_type", "normalization", "residual", "optimizer", "task_family", "modality", "depth")


def _regime(situation: Situation) -> str:
    """What is asked of training besides a good fit; a table about one regime says little about another."""
    if situation.adversarial:
        return "adversarial"
    if situation.privacy != "none":
        return "private"
    return "derivatives" if situation.input_derivatives else "ordinary"


class Networks:
    """Similarity of any network to a fixed list, by rates for each of FIELDS and for "depth"; columns are kept."""

    def __init__(self, keys: Sequence[Key], rates: Mapping[str, float]) -> None:
        self._columns = list(zip(*keys, strict=True))
        self._octaves = np.log2(np.array(self._columns[-1], dtype=np.float64))
        self._rates = [rates[field] for field in (*FIELDS, "depth")]
        self._known: dict[tuple[int, object], Floats] = {}

    def to(self, keys: Sequence[Key]) -> Floats:
        """[keys, networks]: 0 to 1; only the fields in which a key differs from the first are computed anew."""
        first = keys[0]
        own = [self._distance(place, value) for place, value in enumerate(first)]
        total = np.tile(reduce(np.add, own), (len(keys), 1))
        for row, found in enumerate(keys):
            for place, value in enumerate(found):
                if value != first[place]:
                    total[row] += self._distance(place, value) - own[place]
        return np.asarray(np.exp(-total))

    def _distance(self, place: int, value: object) -> Floats:
        found = self._known.get((place, value))
        if found is None:
            found = self._known[place, value] = self._rates[place] * self._apart(place, value)
        return found

    def _apart(self, place: int, value: object) -> Floats:
        if place == len(FIELDS):
            return np.asarray(np.abs(self._octaves - log2(float(str(value)))))
        return np.array([other != value for other in self._columns[place]], dtype=np.float64)


def networks(first: Sequence[Key], second: Sequence[Key], rates: Mapping[str, float]) -> Floats:
    """[first, second]: similarity of networks, 0 to 1; `rates` for each of FIELDS and for "depth"."""
    return Networks(second, rates).to(first)


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

"""How alike a described network and published ones are: the product of one factor per field.

Fields that differ divide by a factor each (its logarithm is the field's rate), a doubling of the depth by another, and
words of the domain that both share multiply: the cosine of the two sets of words, each word weighed by how rare it is.
Words are compared by their first five letters, so that "forecasting" and "forecast" are one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, reduce
from math import log, log2
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from actwise.contract.situation import Situation
from actwise.contract.vocabulary import CLASSIFICATION_TASKS, COMPUTE_BUDGETS, REGRESSION_TASKS
from rules.precedents.store import Precedent

Floats = NDArray[np.float64]
Described = Situation | Precedent

_NORMALIZER_KIND = {"rms": "layer", "group": "batch", "instance": "batch", "weight": "none"}

FIELDS: dict[str, tuple[str, ...]] = {
    "layer_type": ("layer_type",),
    "gated_ffn": ("gated_ffn",),
    "task": ("task", "task_kind"),
    "modality": ("modality",),
    "normalization": ("normalization", "normalizer_kind"),
    "residual": ("residual",),
    "depth": ("depth",),
    "compute_budget": ("compute_budget",),
    "domain": ("domain",),
}
"""What two networks can be compared in, and the rates that bear on each field."""

RATES: tuple[str, ...] = tuple(rate for rates in FIELDS.values() for rate in rates)

_OCTAVES = 3.0
"""Doublings of the depth beyond which two depths are just different."""

_MOST_COLUMNS = 20_000
_LETTERS = 5
_EMPTY_WORDS = frozenset({"and", "of", "the", "for", "with", "a", "in", "to", "from", "on", "by"})

Key = tuple[object, ...]


def kind_of(task: str) -> str:
    """The family of a task, finer than that of the contract where outputs differ in kind."""
    if task in ("generation", "density"):
        return "generative"
    if task in ("segmentation", "detection"):
        return "dense prediction"
    if task in ("language_modeling", "sequence_labeling"):
        return "sequence"
    if task in CLASSIFICATION_TASKS:
        return "classification"
    return "regression" if task in REGRESSION_TASKS else task


def _reader(fields: Sequence[str]) -> Callable[[Described], Key]:
    """Reads the fields of a network; for a single field too the result is a tuple."""
    if len(fields) == 1:
        only = attrgetter(fields[0])
        return lambda one: (only(one),)
    return attrgetter(*fields)


@lru_cache(maxsize=65536)
def stems(domain: str) -> frozenset[str]:
    """The words of a field of use, shortened."""
    found = re.findall("[a-z0-9]+", domain.lower())
    return frozenset(word[:_LETTERS] for word in found if word not in _EMPTY_WORDS)


class Similarity:
    """Similarity of any network to a fixed list of precedents, by the fields that have a rate; columns are kept."""

    def __init__(self, networks: Sequence[Precedent], rates: Mapping[str, float]) -> None:
        self.fields = tuple(name for name, own in FIELDS.items() if any(rate in rates for rate in own))
        self.key = _reader(self.fields)
        self._rates, self._networks = rates, networks
        self._octaves = np.log2(np.array([one.depth for one in networks], dtype=np.float64))
        self._steps = np.array([COMPUTE_BUDGETS.index(one.compute_budget) for one in networks])
        self._build_words([stems(one.domain) for one in networks])
        self._known: dict[tuple[str, object], NDArray[np.float32]] = {}

    def _build_words(self, domains: Sequence[frozenset[str]]) -> None:
        vocabulary = sorted(set().union(*domains))
        self._place = {word: column for column, word in enumerate(vocabulary)}
        seen = np.array([[word in domain for word in vocabulary] for domain in domains], dtype=np.float64)
        self._rarity = np.log1p(len(domains) / np.maximum(seen.sum(axis=0), 1.0))
        weighed = seen * self._rarity
        self._said = weighed / np.maximum(np.linalg.norm(weighed, axis=1, keepdims=True), 1e-9)

    def of(self, keys: Sequence[Key]) -> NDArray[np.float32]:
        """float32 [keys, networks]: the weight of each precedent, above 0.

        Keys that are asked for together are mostly neighbours: only the fields in which one differs from the first are
        computed anew.
        """
        first = keys[0]
        own = [self._factor(name, value) for name, value in zip(self.fields, first, strict=True)]
        total = np.tile(reduce(np.add, own), (len(keys), 1))
        for row, found in enumerate(keys):
            for place, value in enumerate(found):
                if value != first[place]:
                    total[row] += self._factor(self.fields[place], value) - own[place]
        return np.asarray(np.exp(total))

    def _factor(self, name: str, value: object) -> NDArray[np.float32]:
        """[networks]: the logarithm of one field's factor."""
        found = self._known.get((name, value))
        if found is None:
            if len(self._known) >= _MOST_COLUMNS:
                self._known.clear()
            rates = [rate for rate in FIELDS[name] if rate in self._rates]
            parts = [self._rates[rate] * self._likeness(rate, value) for rate in rates]
            found = self._known[name, value] = np.sum(parts, axis=0, dtype=np.float32)
        return found

    def _likeness(self, rate: str, value: object) -> Floats:
        if rate == "depth":
            return np.asarray(-np.minimum(np.abs(self._octaves - log2(float(str(value)))), _OCTAVES))
        if rate == "compute_budget":
            return np.asarray(-np.abs(self._steps - COMPUTE_BUDGETS.index(str(value))), dtype=np.float64)
        if rate == "domain":
            return np.asarray(self._shared_words(stems(str(value or ""))))
        if rate == "task_kind":
            return self._differs([kind_of(one.task) for one in self._networks], kind_of(str(value)))
        if rate == "normalizer_kind":
            kinds = [_NORMALIZER_KIND.get(one.normalization, one.normalization) for one in self._networks]
            return self._differs(kinds, _NORMALIZER_KIND.get(str(value), value))
        return self._differs([getattr(one, rate) for one in self._networks], value)

    @staticmethod
    def _differs(values: Sequence[object], value: object) -> Floats:
        return -np.array([other != value for other in values], dtype=np.float64)

    def _shared_words(self, words: frozenset[str]) -> Floats:
        """[networks]: cosine of the words; words that no precedent has only make the description longer."""
        known = [self._place[word] for word in words if word in self._place]
        unknown = log(1.0 + len(self._steps)) ** 2 * (len(words) - len(known))
        length = float(np.sqrt(np.square(self._rarity[known]).sum() + unknown))
        return np.asarray(self._said[:, known] @ self._rarity[known] / length) if known else np.zeros(len(self._steps))

"""What similar published networks use: shares among weighed precedents, shrunk towards the usual ones of their kind.

    share(a | s) = (sum_n w(s, n) [a_n = a] + prior * usual(a | kind of s) + rules * m^power * told(a)) / sum of weights

w is the similarity (see `similarity`) times 1 / sqrt(size of the precedent's family), so that many copies of one recipe
count for less than as many inventions; `usual` are the shares among precedents of the same kind, themselves shrunk
towards the shares among all; `told` is what the rules of practice say, m their total weight, in strong rules, so that
a rule about a narrow field of use outweighs precedents from elsewhere and a rule about a whole type of layer does not.
The rates and the strengths of the shrinkage
are fitted by `python -m benchmarks.fitting.habits` so that families that were left out are foreseen best.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actwise.contract.situation import Situation
from rules.format import WEIGHTS
from rules.precedents.similarity import Described, Key, Similarity
from rules.precedents.store import Precedent, precedents

Floats = NDArray[np.float64]

FILE = Path(__file__).parent / "habits.json"

_MOST_KEYS = 4096


@dataclass(frozen=True)
class Fitted:
    """Fitted numbers of one role: `rates` of the similarity, and in units of one identical precedent the weights of
    the usual shares of the kind (`prior`), of those of all kinds within them (`broad`), and of one strong rule
    (`rules`); `power` tells how the weight of rules grows with their strength."""

    rates: Mapping[str, float]
    prior: float
    broad: float
    rules: float
    power: float

    def heard(self, weight: Floats) -> Floats:
        """Weight of the rules in units of one identical precedent; `weight` is their total as given by strengths."""
        return np.asarray(self.rules * (weight / WEIGHTS["strong"]) ** self.power)


HIDDEN_NAMES: Mapping[str, str] = {"glu_tanh": "glu", "linear": "identity"}
OUTPUT_NAMES: Mapping[str, str] = {"log_softmax": "softmax", "linear": "identity", "none": "identity"}
"""What a precedent's word counts as, where it is not the name itself."""


def hidden_kind(one: Described) -> object:
    """Precedents of one kind, for hidden layers: the same type of layer, gated or not."""
    return one.layer_type, one.gated_ffn


def output_kind(one: Described) -> object:
    """Precedents of one kind, for outputs: the same task."""
    return one.task


class Habits:
    """Shares of practice for any situation.

    Args:
        networks: the precedents to learn from.
        choices: what each of them chose, None where that is not known or no candidate.
        names: the candidates, in the order of the last axis.
        kind: which precedents are of one kind.
    """

    def __init__(
        self,
        networks: Sequence[Precedent],
        choices: Sequence[str | None],
        names: Sequence[str],
        kind: Callable[[Described], object],
        fitted: Fitted,
    ) -> None:
        known = [(one, names.index(choice)) for one, choice in zip(networks, choices, strict=True) if choice in names]
        self.networks = tuple(one for one, _ in known)
        self.fitted, self._kind = fitted, kind
        self.chosen = np.eye(len(names), dtype=np.float32)[[column for _, column in known]]
        sizes = Counter(one.family for one in self.networks)
        self.copies = np.array([sizes[one.family] ** -0.5 for one in self.networks], dtype=np.float32)
        self._similarity = Similarity(self.networks, fitted.rates)
        self._usual = self._usual_shares()
        self._known: dict[Key, tuple[Floats, float]] = {}
        # The weights of the description that was asked about last, of which the nearest networks are asked next.
        self._last: tuple[Key, NDArray[np.float32]] = ((), np.zeros(0, np.float32))

    def _usual_shares(self) -> dict[object, Floats]:
        counts = self.chosen * self.copies[:, None]
        broad = counts.sum(axis=0) + 0.1
        found: dict[object, Floats] = {None: broad / broad.sum()}
        kinds = [self._kind(one) for one in self.networks]
        for kind in dict.fromkeys(kinds):
            own = counts[[place for place, other in enumerate(kinds) if other == kind]].sum(axis=0)
            total = own + self.fitted.broad * found[None]
            found[kind] = total / total.sum()
        return found

    def shares(self, situations: Sequence[Situation], told: Floats, weight: Floats) -> Floats:
        """[situations, names], 0 to 1: what to expect similar networks to use.

        `told` likewise, by the rules of practice, zeros where they are silent; `weight` [situations] is their weight.
        """
        keys = [self._similarity.key(one) for one in situations]
        missing = [one for one in dict.fromkeys(keys) if one not in self._known]
        self._learn(missing, dict(zip(keys, situations, strict=True)))
        known, masses = zip(*(self._known[one] for one in keys), strict=True)
        counts, mass = np.array(known), np.array(masses)
        heard = self.fitted.heard(weight) * (told.sum(axis=1) > 0)
        return np.asarray((counts + heard[:, None] * told) / (mass + heard)[:, None])

    def _learn(self, missing: Sequence[Key], described: Mapping[Key, Situation]) -> None:
        if not missing:
            return
        if len(self._known) + len(missing) > _MOST_KEYS:
            self._known.clear()
            missing = list(described)
        weights = self._similarity.of(missing) * self.copies
        self._last = missing[0], weights[0].copy()
        counts = (weights @ self.chosen).astype(np.float64)
        masses = counts.sum(axis=1) + self.fitted.prior
        usual = [self._usual.get(self._kind(described[one]), self._usual[None]) for one in missing]
        counts += self.fitted.prior * np.array(usual)
        self._known.update(zip(missing, zip(counts, masses.tolist(), strict=True), strict=True))

    def nearest(self, situation: Situation, most: int) -> list[tuple[Precedent, float]]:
        """The precedents that count most, each with its share of all the weight, the first the nearest."""
        wanted, (known, weights) = self._similarity.key(situation), self._last
        if wanted != known:
            weights = (self._similarity.of([wanted]) * self.copies)[0]
        total = float(weights.sum()) + self.fitted.prior
        front = np.argpartition(-weights, min(most, len(weights)) - 1)[:most]
        order = front[np.lexsort((front, -weights[front]))]
        return [(self.networks[place], float(weights[place]) / total) for place in order.tolist()]


def hidden_habits(
    names: Sequence[str], networks: Sequence[Precedent] | None = None, numbers: Fitted | None = None
) -> Habits:
    """Habits of hidden layers over the candidates named, from the shipped precedents and numbers unless given."""
    found = precedents() if networks is None else networks
    choices = [HIDDEN_NAMES.get(one.hidden_activation, one.hidden_activation) for one in found]
    return Habits(found, choices, names, hidden_kind, numbers or fitted()["hidden"])


def output_habits(
    names: Sequence[str], networks: Sequence[Precedent] | None = None, numbers: Fitted | None = None
) -> Habits:
    """Habits of outputs over the activations named, likewise."""
    found = precedents() if networks is None else networks
    choices = [OUTPUT_NAMES.get(one.output_activation, one.output_activation) or None for one in found]
    return Habits(found, choices, names, output_kind, numbers or fitted()["output"])


@cache
def fitted(path: Path = FILE) -> dict[str, Fitted]:
    """The fitted numbers of each role, as shipped."""
    return read(json.loads(path.read_text("utf-8")))


def read(content: Mapping[str, Any]) -> dict[str, Fitted]:
    """The fitted numbers from the content of their file."""
    return {role: Fitted(**numbers) for role, numbers in content.items()}

"""What the comparisons say about a network that none of them is about.

A Gaussian process over (network, activation) is fitted to what the rules and the theory leave unexplained in the
tables; its posterior mean is linear in the similarity to the tables' networks, so that all that is needed here is one
row of weights per table. `learned.json` holds these weights and everything fitted with them; it is made by
`python -m benchmarks.fitting.weights`, and docs/weights.md tells how.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actwise.contract.situation import Situation
from rules.comparisons.similarity import Key, Networks, key

Floats = NDArray[np.float64]

FILE = Path(__file__).parent / "learned.json"

UNFAMILIAR_SD = 2.5
"""Points of doubt that are added where no table is about a similar network: published tables that run one set of
candidates over several networks (Ramachandran et al. 2017, tables 4-10) scatter by 1 to 3."""

_MOST_KEYS = 4096


@dataclass(frozen=True)
class Fitted:
    """The content of `learned.json`.

    candidates   activations, the order of the last axis of `weights`
    tables       ids of the comparisons, the order of its first axis; for each, `keys` is what similarity depends on
                 and `transfer` how much of it is expected elsewhere
    rates        decay of the similarity of networks per differing field, and per doubling of depth
    general      variance that holds in every network, as a share of what holds in similar ones
    weights      float64 [tables, candidates], points per unit of similarity
    causes       multiplier of what the rules say, per cause; causes that no table can judge are not listed: 1
    task_sd      points by which a candidate's quality varies between tasks that fit one description, where tables of
                 such networks are at hand: the error on sources that were left out
    """

    candidates: tuple[str, ...]
    tables: tuple[str, ...]
    keys: tuple[Key, ...]
    transfer: Floats
    rates: dict[str, float]
    general: float
    weights: Floats
    causes: dict[str, float]
    task_sd: float
    fingerprint: str


class Learned:
    """Effects that the comparisons suggest, for any network; safe to share between threads."""

    def __init__(self, fitted: Fitted, candidates: Sequence[str]) -> None:
        """`candidates` says which activations, in which order, answers speak of; those not fitted get no effect."""
        self.fitted = fitted
        place = {name: column for column, name in enumerate(fitted.candidates)}
        columns = [place.get(name, -1) for name in candidates]
        padded = np.concatenate([fitted.weights, np.zeros((len(fitted.tables), 1))], axis=1)
        self._weights = padded[:, columns]
        self._networks = Networks(fitted.keys, fitted.rates)
        self._known: dict[Key, tuple[Floats, float]] = {}
        # The similarity of the description that was asked about last, of which the shares are asked next.
        self._last: tuple[Key, Floats] = ((), np.zeros(0))

    def effects(self, situations: Sequence[Situation]) -> Floats:
        """[situations, candidates] points; only differences within a row mean something."""
        return self.told(situations)[0]

    def told(self, situations: Sequence[Situation]) -> tuple[Floats, Floats]:
        """The effects, and [situations, 1] the standard deviation in points of what is left open, larger where no table
        is near."""
        effects, spread = zip(*self._told(situations), strict=True)
        return np.array(effects), np.array(spread)[:, None]

    def _told(self, situations: Sequence[Situation]) -> list[tuple[Floats, float]]:
        keys = [key(one) for one in situations]
        missing = [found for found in dict.fromkeys(keys) if found not in self._known]
        if missing:
            if len(self._known) + len(missing) > _MOST_KEYS:
                self._known.clear()
                missing = list(dict.fromkeys(keys))
            near = self.similarity(missing)
            self._last = missing[0], near[0]
            nearest = np.minimum(near.max(axis=1), 1.0)
            spread = np.hypot(self.fitted.task_sd, UNFAMILIAR_SD * np.sqrt(1.0 - nearest**2))
            self._known.update(zip(missing, zip(near @ self._weights, spread.tolist(), strict=True), strict=True))
        return [self._known[found] for found in keys]

    def similarity(self, keys: Sequence[Key]) -> Floats:
        """[keys, tables]: how much each table counts."""
        alike = self.fitted.general + self._networks.to(keys)
        return np.asarray(alike * self.fitted.transfer)

    def shares(self, situation: Situation) -> Floats:
        """[tables, candidates]: what each table contributes to the effects of one situation, in points."""
        wanted, (known, near) = key(situation), self._last
        if wanted != known:
            near = self.similarity([wanted])[0]
        return np.asarray(near[:, None] * self._weights)


@cache
def fitted(path: Path = FILE) -> Fitted:
    """The fitted weights as shipped."""
    return read(json.loads(path.read_text("utf-8")))


def read(content: dict[str, Any]) -> Fitted:
    """The fitted weights from the content of their file."""
    tables = content["tables"]
    return Fitted(
        candidates=tuple(content["candidates"]),
        tables=tuple(tables),
        keys=tuple(tuple(one["key"]) for one in tables.values()),
        transfer=np.array([one["transfer"] for one in tables.values()]),
        rates=content["rates"],
        general=content["general"],
        weights=np.array([one["weights"] for one in tables.values()], dtype=np.float64),
        causes=content["causes"],
        task_sd=content["task_sd"],
        fingerprint=content["fingerprint"],
    )


def learned(candidates: Sequence[str]) -> Learned:
    """What the shipped comparisons say about the candidates of a ranking."""
    return Learned(fitted(), candidates)

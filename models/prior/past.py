"""One race of a finished probe: the network that was trained, and what each candidate was worth in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from hashlib import sha256
from math import exp
from pathlib import Path
from typing import Any, NamedTuple

from actwise.contract.situation import Situation

HISTORY = Path(__file__).parent / "history.json"

FAR = 25.0
"""Points behind the best from which it hardly matters how much worse a candidate is: it is out."""


class Outcome(NamedTuple):
    """What a candidate was worth: `points` against the best of its race, at most about 0, and `noise`, the standard
    deviation that more seeds or longer training would shrink, in points."""

    points: float
    noise: float

    @property
    def bent(self) -> float:
        """Points, where a deficit d is bent to -FAR (1 - exp(-d / FAR)): diverged weighs no more than plainly out."""
        return -FAR * (1.0 - exp(min(self.points, 0.0) / FAR))

    @property
    def bent_noise(self) -> float:
        """The noise of the bent points: the bend makes it smaller far behind the best."""
        return self.noise * exp(min(self.points, 0.0) / FAR)


class PastRace(NamedTuple):
    """One race over hidden candidates.

    id         which probe, and which of its blocks
    situation  the network that was really trained (a stand-in counts as what it is), and its task; no free words
    data       what it was trained on: bundled, synthetic or own, then the name or a fingerprint
    metric     the score that was compared
    steps      network-steps that the race took
    version    of Actwise
    outcomes   per candidate
    """

    id: str
    situation: Situation
    data: str
    metric: str
    steps: int
    version: str
    outcomes: Mapping[str, Outcome]

    @property
    def synthetic(self) -> bool:
        """Whether we drew the data ourselves."""
        return self.data.startswith("synthetic")

    @property
    def task(self) -> str:
        """The same for races that tell the same: one network on one data set, trained equally long."""
        facts = [*self.situation, self.data, self.metric, self.steps // 1_000]
        return sha256(json.dumps(facts).encode()).hexdigest()[:16]

    def plain(self) -> dict[str, Any]:
        """As JSON: fields of the situation that are not known, or false, are left out."""
        situation = {name: value for name, value in self.situation._asdict().items() if value not in (None, False)}
        outcomes = {name: [round(one.points, 2), round(one.noise, 2)] for name, one in self.outcomes.items()}
        return self._asdict() | {"situation": situation, "outcomes": outcomes}


def read_race(plain: Mapping[str, Any]) -> PastRace:
    """The race that `PastRace.plain` made. Raises KeyError or TypeError for anything else."""
    situation = plain["situation"]
    fields = {name: situation.get(name, _ABSENT.get(name)) for name in Situation._fields}
    if fields["operators"] is not None:
        fields["operators"] = tuple(fields["operators"])
    outcomes = {name: Outcome(*map(float, one)) for name, one in plain["outcomes"].items()}
    return PastRace(**{**plain, "situation": Situation(**fields), "outcomes": outcomes})


_FLAGS = (
    "residual",
    "plain",
    "gated_ffn",
    "int8",
    "latency_critical",
    "adversarial",
    "intervals",
    "target_integer",
)
_ABSENT: dict[str, Any] = dict.fromkeys(_FLAGS, False) | {"input_derivatives": 0}


def distinct(races: Iterable[PastRace]) -> tuple[PastRace, ...]:
    """The races without those that tell again what another tells; the last one of each task stays."""
    return tuple({race.task: race for race in races}.values())


@cache
def starting_history(path: Path = HISTORY) -> tuple[PastRace, ...]:
    """The races that are shipped, made by `python -m benchmarks.fitting.history`."""
    return tuple(read_race(one) for one in json.loads(path.read_text("utf-8")))


def fingerprint(races: Sequence[PastRace]) -> str:
    """Tells histories apart: 16 hexadecimal digits."""
    return sha256(json.dumps([race.plain() for race in races], sort_keys=True).encode()).hexdigest()[:16]

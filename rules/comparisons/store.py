"""The comparisons: tables in which one network was trained with several activations.

`published.json` holds what papers and repositories report; `measured.json` our own exhaustive runs on real data, made
by `python -m benchmarks.fitting.exhaustive`. Both are facts: a description of the network in the words of a request,
the source and the place in it, the metric, the score of the trivial predictor, the noise of a difference, the values.
"""

from __future__ import annotations

import json
from functools import cache
from math import exp
from pathlib import Path
from typing import Any, NamedTuple

from actwise.contract.request import TaskDescription
from actwise.contract.situation import Situation, situations_of

_FOLDER = Path(__file__).parent
PUBLISHED = _FOLDER / "published.json"
MEASURED = _FOLDER / "measured.json"

FAR = 25.0
"""Points behind the best from which it hardly matters how much worse a candidate is: it is out."""


TRANSFER = {"published": 0.7, "own": 0.5}
"""How much of what a table shows is expected of a network that its description cannot be told from. Published tables
mostly come from authors who propose the function that wins in them; our own runs are short, narrow, on small data."""


class Comparison(NamedTuple):
    """One table.

    `values` holds a score per activation, `better` says which direction is good; `noise` is the standard deviation of
    a difference of two values, in the metric's unit; `source` a key of the bibliography, or own-<data> for our runs.
    """

    id: str
    source: str
    where: str
    description: dict[str, Any]
    metric: str
    trivial: float
    noise: float
    values: dict[str, float]
    better: str = "higher"

    @property
    def situation(self) -> Situation:
        """The network of the table, with every gap of its description filled by the usual conventions."""
        return situations_of(TaskDescription.model_validate(self.description))[0]

    @property
    def own(self) -> bool:
        """Whether we measured it ourselves."""
        return self.source.startswith("own-")

    @property
    def transfer(self) -> float:
        """How much of it is expected elsewhere, 0 to 1."""
        return TRANSFER["own" if self.own else "published"]

    def scores(self) -> dict[str, float]:
        """The values, with the sign that makes higher better."""
        sign = -1.0 if self.better == "lower" else 1.0
        return {name: sign * value for name, value in self.values.items()}

    def points(self) -> dict[str, float]:
        """Points behind the best entry, at most 0.

        One point is one hundredth of the way from the trivial predictor to the best entry. A deficit d is bent to
        -FAR (1 - exp(-d / FAR)), so that a run that diverged weighs no more than one that is plainly out.
        """
        scores = self.scores()
        best = max(scores.values())
        unit = self._unit(best)
        return {name: -FAR * (1.0 - exp(-(best - score) / unit / FAR)) for name, score in scores.items()}

    def noise_in_points(self) -> float:
        """The noise of a difference, in points."""
        return self.noise / self._unit(max(self.scores().values()))

    def _unit(self, best: float) -> float:
        trivial = -self.trivial if self.better == "lower" else self.trivial
        return (best - trivial) / 100.0


@cache
def comparisons() -> tuple[Comparison, ...]:
    """Every comparison, the published ones first."""
    return tuple(Comparison(**one) for path in (PUBLISHED, MEASURED) for one in json.loads(path.read_text("utf-8")))


@cache
def sources() -> frozenset[str]:
    """Keys of the bibliography whose numbers are held here, so that rules about the same numbers need not count."""
    return frozenset("actwise-measurements" if one.own else one.source for one in comparisons())

"""The contract of an experiment: one score per candidate and seed, and how two groups of candidates are compared."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from actwise.contract.names import nearest_name
from models.activations import catalogue

Value = int | float | str | bool
Parameters = Mapping[str, Value]
Scores = NDArray[np.float64]

USUAL = (
    "relu",
    "leaky_relu",
    "elu",
    "selu",
    "gelu",
    "silu",
    "mish",
    "hard_swish",
    "softplus",
    "tanh",
    "softsign",
    "sigmoid",
)
"""The hidden activations that the rest is made of when a rule speaks of some only."""


class ParameterFault(ValueError):
    """Parameters that an experiment does not know or cannot take; the message holds every one and what is allowed."""


@dataclass(frozen=True)
class Outcome:
    """One comparison: the typical score of the first group less that of the second, in the experiment's unit.

    effect      mean over seeds of the difference of the groups' medians
    low, high   its 90 % interval over seeds (Student's t); both equal to `effect` where there is one seed
    details     mean score of every candidate over the seeds
    """

    effect: float
    low: float
    high: float
    unit: str
    details: Mapping[str, float]


class Experiment(ABC):
    """One experiment. Scores are higher where a candidate does better in the sense of `measures`.

    id          words joined by hyphens, as rules name it
    runs        what is run
    measures    what is measured
    unit        of the score and of effects
    negligible  size of an effect that would not matter, in the unit
    parameters  every parameter with its default; one that is a tuple lists the allowed words, the default first
    replicates  number of seeds that a verdict takes
    usual       candidates that stand for the rest
    version     raised whenever the same parameters and seeds would give another score
    """

    id: ClassVar[str]
    runs: ClassVar[str]
    measures: ClassVar[str]
    unit: ClassVar[str]
    negligible: ClassVar[float]
    parameters: ClassVar[Mapping[str, Value | tuple[str, ...]]] = {}
    replicates: ClassVar[int] = 3
    usual: ClassVar[tuple[str, ...]] = USUAL
    version: ClassVar[int] = 1

    @abstractmethod
    def measure(self, candidate: str, parameters: Parameters, seeds: Sequence[int]) -> Scores:
        """Scores [seeds] of one candidate; `parameters` are complete, see `complete`."""

    def complete(self, given: Parameters) -> dict[str, Value]:
        """All parameters, defaults filled in. Raises ParameterFault with everything that is wrong."""
        faults = [fault for name, value in given.items() if (fault := self._fault(name, value))]
        if faults:
            raise ParameterFault("; ".join(faults))
        return {name: given.get(name, default_of(default)) for name, default in self.parameters.items()}

    def takes(self, candidate: str, parameters: Parameters) -> bool:
        """Whether the experiment can be run on a candidate."""
        found = catalogue().get(candidate)
        return found is not None and "hidden" in found.roles

    def rest(self, parameters: Parameters) -> tuple[str, ...]:
        """The candidates that stand for the rest when a rule speaks of some only."""
        return self.usual

    def run(self, these: Sequence[str], those: Sequence[str], parameters: Parameters, seeds: Sequence[int]) -> Outcome:
        """Compare two groups of candidates; a function of its arguments alone."""
        complete = self.complete(parameters)
        scores = [
            {candidate: self.measure(candidate, complete, seeds) for candidate in group} for group in (these, those)
        ]
        return compare(*scores, unit=self.unit)

    def _fault(self, name: str, value: Value) -> str | None:
        if name not in self.parameters:
            near = nearest_name(name, self.parameters)
            hint = f"did you mean {near!r}? " if near else ""
            return f"{self.id} has no parameter {name!r}: {hint}known: {', '.join(self.parameters) or 'none'}"
        default = self.parameters[name]
        if isinstance(default, tuple):
            return None if value in default else f"{name} is one of {', '.join(default)}, not {value!r}"
        if _kind(value) != _kind(default):
            return f"{name} is a {_kind(default)}, not {value!r}"
        return None


def default_of(default: Value | tuple[str, ...]) -> Value:
    """The default itself, or the first of the allowed words."""
    return default[0] if isinstance(default, tuple) else default


def compare(these: Mapping[str, Scores], those: Mapping[str, Scores], *, unit: str) -> Outcome:
    """The outcome of scores [seeds] per candidate of two groups, by medians: one failure does not speak for all."""
    first, second = (np.median(list(group.values()), axis=0) for group in (these, those))
    difference = first - second
    effect = float(difference.mean())
    reach = _reach(difference)
    details = {name: float(scores.mean()) for group in (these, those) for name, scores in group.items()}
    return Outcome(effect, effect - reach, effect + reach, unit, details)


def _reach(differences: Scores) -> float:
    """Half the width of the 90 % interval of a mean; 0 for one number."""
    count = len(differences)
    return _t_quantile(count) * float(differences.std(ddof=1)) / sqrt(count) if count > 1 else 0.0


@lru_cache(maxsize=32)
def _t_quantile(count: int) -> float:
    from scipy.stats import t

    return float(t.ppf(0.95, count - 1))


def _kind(value: Value | tuple[str, ...]) -> str:
    if isinstance(value, bool):
        return "truth value"
    return "number" if isinstance(value, int | float) else "word"

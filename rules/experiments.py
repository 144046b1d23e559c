"""How a rule names its experiment, and what exactly is then compared with what."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from models.experiments.base import Experiment, ParameterFault
from models.experiments.registry import EXPERIMENTS as _REGISTRY
from rules.conditions import Condition
from rules.satisfiable import example

Expectation = Literal["better", "not_worse"]
Value = int | float | str | bool

EXPERIMENTS: Mapping[str, str] = {name: f"{one.runs}: {one.measures}" for name, one in _REGISTRY.items()}
"""Every experiment that a rule may name: what is run and what is measured."""

FEW, MOST_CANDIDATES = 3, 6


class Trial(BaseModel):
    """A rule's experiment: `id`, parameters `with`, what to `expect`, and the two groups where they are not the rule's.

    The claim is that `these` score better than `those` (or, for `not_worse`, no worse than by a negligible size).
    Without them, what the rule is for is compared with what it is against, and where it speaks on one side only, with
    the rest.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    parameters: dict[str, Value] = Field({}, alias="with")
    expect: Expectation = "better"
    these: tuple[str, ...] = ()
    those: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _bare_id(cls, raw: Any) -> Any:
        return {"id": raw} if isinstance(raw, str) else raw


@dataclass(frozen=True)
class Comparison:
    """A trial made definite. Its `key` changes with everything that the result depends on, and with the claim."""

    experiment: str
    version: int
    claim: str
    these: tuple[str, ...]
    those: tuple[str, ...]
    parameters: Mapping[str, Value]
    expect: Expectation
    seeds: tuple[int, ...]
    unit: str
    negligible: float

    @property
    def key(self) -> str:
        """Sixteen hexadecimal digits."""
        return sha256(json.dumps(vars(self), sort_keys=True, default=list).encode()).hexdigest()[:16]


class TrialFault(ValueError):
    """A trial that cannot be run; `faults` holds every reason."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


def comparison(
    trial: Trial,
    claim: str,
    conditions: Mapping[str, Condition],
    favours: tuple[str, ...],
    against: tuple[str, ...],
) -> Comparison:
    """What a rule's trial compares.

    Parameters that share their name with a field of the rule's conditions satisfy them: where the default does not, a
    value that does takes its place. A group of more than three keeps those of its candidates that the experiment
    usually runs, else its first six. Raises TrialFault.
    """
    if trial.id not in _REGISTRY:
        raise TrialFault([f"unknown experiment {trial.id!r}"])
    experiment = _REGISTRY[trial.id]
    parameters, faults = _parameters(experiment, trial, conditions)
    if faults:
        raise TrialFault(faults)
    rest = tuple(name for name in experiment.rest(parameters) if name not in favours + against)
    these = _group(experiment, parameters, trial.these or favours or rest)
    those = _group(experiment, parameters, trial.those or against or rest)
    faults = [f"{experiment.id} can run none of the candidates on one side"] if not these or not those else []
    faults += [f"{name} stands on both sides" for name in these if name in those]
    if faults:
        raise TrialFault(faults)
    seeds = tuple(range(experiment.replicates))
    return Comparison(
        trial.id,
        experiment.version,
        claim,
        these,
        those,
        parameters,
        trial.expect,
        seeds,
        experiment.unit,
        experiment.negligible,
    )


def _parameters(
    experiment: Experiment, trial: Trial, conditions: Mapping[str, Condition]
) -> tuple[dict[str, Value], list[str]]:
    try:
        complete = experiment.complete(trial.parameters)
        wanted = [
            name
            for name, condition in conditions.items()
            if name in complete and name not in trial.parameters and not condition.holds(complete[name])
        ]
        fitting = (example(conditions) or {}) if wanted else {}
        complete = experiment.complete({**trial.parameters, **{name: fitting[name] for name in wanted}})
    except ParameterFault as fault:
        return {}, [str(fault)]
    return complete, [
        f"with.{name}: the rule holds for {condition.words(name)}, not for {complete[name]!r}"
        for name, condition in conditions.items()
        if name in complete and not condition.holds(complete[name])
    ]


def _group(experiment: Experiment, parameters: Mapping[str, Value], names: tuple[str, ...]) -> tuple[str, ...]:
    able = tuple(name for name in names if experiment.takes(name, parameters))
    if len(able) <= FEW:
        return able
    usual = tuple(name for name in able if name in experiment.rest(parameters))
    return usual or able[:MOST_CANDIDATES]

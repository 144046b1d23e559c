"""Races without networks: a request, and a trainer that is a pure function of its task."""

from __future__ import annotations

from typing import Any

from actwise.contract.race import RaceAsk, RaceRequest, RaceResult, RaceState
from actwise.contract.race_reading import read_race
from service.advice.advisor import Advisor
from service.races.stored import StoredRaces
from tests.service.races.pretended import accuracy, noise

__all__ = ["DESCRIPTION", "accuracy", "advise", "noise", "request", "train_all"]

DESCRIPTION = {"task": "classification", "layer_type": "conv", "depth": 4, "compute_budget": "low", "classes": 10}
advise = Advisor().recommend


def request(**fields: Any) -> RaceRequest:
    """A race of three on accuracy, with whatever is to be different."""
    usual: dict[str, Any] = {
        "description": DESCRIPTION,
        "candidates": ["relu", "gelu", "tanh"],
        "budget": {"length": 18, "unit": "epochs", "runs": 30},
        "metric": "accuracy",
        "direction": "maximize",
    }
    return read_race(usual | fields)


def train_all(races: StoredRaces, identifier: str, tasks: int = 4) -> RaceState:
    """Ask, train and tell until the race has ended."""
    while (work := races.ask(identifier, RaceAsk(tasks=tasks, trainer="only"))) and work.do == "train":
        for task in work.tasks:
            races.tell(identifier, RaceResult(task=task.id, attempt=task.attempt, value=accuracy(task)))
    state = races.find(identifier)
    assert state is not None
    return state

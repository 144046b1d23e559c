"""One trainer of a race: asks, trains, tells, bears with a service that is away."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from actwise.contract.race import LARGEST, RaceResult, RaceState, RaceTask
from actwise.errors import RefusedError, UnreachableError
from actwise.races import Races

Train = Callable[[RaceTask, "Report"], Any]
"""Trains one task and returns the metric; called with the task and a function that takes partial values."""
Answer = TypeVar("Answer")

_PAUSE = 0.5
_MOST_WORDS = 500


class StopTraining(Exception):
    """Raised by `report` when there is no use in training a task on: the race has ended, or somebody else has it."""


@dataclass
class Report:
    """`report(value)`: tell how far a training is.

    `at` counts the calls unless it is given, in the race's unit. Raises StopTraining. A service that does not answer is
    no reason to stop training: the value is then left out.
    """

    races: Races
    race: str
    task: RaceTask
    calls: int = field(default=0)

    def __call__(self, value: float, at: int | None = None) -> None:
        self.calls += 1
        place = min(self.calls if at is None else at, self.task.length)
        if not abs(float(value)) <= LARGEST:  # a training may come back from there, and says so at its end
            return
        partial = RaceResult(task=self.task.id, attempt=self.task.attempt, kind="partial", at=place, value=float(value))
        try:
            told = self.races.tell(self.race, partial)
        except UnreachableError:
            return
        if told.stop:
            raise StopTraining(told.why)


@dataclass(frozen=True)
class Trainer:
    """One trainer at one race: what a worker process is given.

    `name` tells it from the others; a trainer that begins anew under its name goes on with its task. `patience`:
    seconds for which it bears with a service that does not answer.
    """

    races: Races
    race: str
    train: Train
    name: str
    patience: float

    def work(self, on_result: Callable[[], None] | None = None) -> None:
        """Train until the race has ended. When interrupted, what is being trained is given back."""
        while True:
            work = self.bear(lambda: self.races.ask(self.race, trainer=self.name))
            if work.do == "stop":
                return
            if work.do == "wait":
                time.sleep(work.retry_after or _PAUSE)
            for task in work.tasks:
                self._one(task)
                if on_result is not None:
                    on_result()

    def state(self) -> RaceState:
        """How the race stands."""
        return self.bear(lambda: self.races.get(self.race))

    def _one(self, task: RaceTask) -> None:
        try:
            value = _number(self.train(task, Report(self.races, self.race, task)))
            result = RaceResult(task=task.id, attempt=task.attempt, value=value)
        except StopTraining:
            return
        except Exception as error:
            message = f"{type(error).__name__}: {error}"[:_MOST_WORDS]
            result = RaceResult(task=task.id, attempt=task.attempt, kind="failed", message=message)
        except BaseException:
            self.races.tell(self.race, task=task.id, attempt=task.attempt, kind="released")
            raise
        self.bear(lambda: self.races.tell(self.race, result))

    def bear(self, call: Callable[[], Answer]) -> Answer:
        """The answer, asked for again while a service that went away may come back."""
        end = time.monotonic() + self.patience
        while True:
            try:
                return call()
            except (UnreachableError, RefusedError) as error:
                passing = isinstance(error, UnreachableError) or error.problem.status >= 500
                if not passing or time.monotonic() > end:
                    raise
            time.sleep(_PAUSE)


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise TypeError(f"train must return the metric as a number, not {type(value).__name__}") from None

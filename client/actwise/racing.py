"""A race around one's own training function: ask, train, tell, until it is decided.

def train(task, report):
    network = build(task.activation, task.initialization, seed=task.seed)
    for epoch in range(task.length):
        ...
        report(accuracy)
    return accuracy

state = client.race(train, description, budget={"length": 30, "runs": 40}, metric="accuracy", direction="maximize")
state.tie_group
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import uuid4

from actwise.contract.race import LARGEST, RaceRequest, RaceResult, RaceState, RaceTask
from actwise.contract.request import TaskDescription
from actwise.errors import ActwiseError, RefusedError, UnreachableError
from actwise.races import Races

Train = Callable[[RaceTask, "Report"], Any]
"""Trains one task and returns the metric; called with the task and a function that takes partial values."""
Answer = TypeVar("Answer")

_PAUSE = 0.5
_MOST_WORDS = 500


class StopTraining(Exception):
    """Raised by `report` when there is no use in training a task on: the race has ended, or somebody else has it."""


class TrainingFailedError(ActwiseError):
    """No training came to a value; the message is that of the last failure."""


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


def run_race(
    races: Races,
    train: Train,
    description: TaskDescription | dict[str, Any] | None = None,
    *,
    race: str | None = None,
    key: str | None = None,
    workers: int = 1,
    patience: float = 120.0,
    on_progress: Callable[[RaceState], None] | None = None,
    **fields: Any,
) -> RaceState:
    """Race activations by `train`, and return how it ended.

    Args:
        train: called as train(task, report); returns the metric on validation data. An exception is told as a failed
            training, and the race goes on; KeyboardInterrupt gives the task back.
        description: of the task and network; `fields` are the other fields of RaceRequest, such as `budget`, `metric`
            and `direction`.
        race: id of a race to join instead of making one.
        key: idempotency key: a program that begins anew with the same goes on with the same race.
        workers: processes that train, each asking for itself. With more than one, `train` must be a function of a
            module, which each process imports (`if __name__ == "__main__":` around the call).
        patience: seconds to bear with a service that does not answer.
        on_progress: called in this process with the standing: after each training, or every second beside workers.

    Raises ContractError and RefusedError for a race that cannot be, TrainingFailedError when every training failed.
    """
    state = races.get(race) if race else races.create(_request(description, fields), key=key)
    name = f"{os.getpid()}-{uuid4().hex[:12]}"
    trainer = Trainer(races, state.id, train, name, patience)
    if workers > 1:
        from actwise.crew import run_crew

        run_crew(trainer, workers, on_progress)
    else:
        trainer.work(None if on_progress is None else lambda: on_progress(trainer.state()))
    ended = trainer.state()
    if 0 < ended.results == ended.failures and ended.last_failure is not None:
        raise TrainingFailedError(f"all {ended.results} trainings failed, the last with: {ended.last_failure}")
    return ended


def _request(description: TaskDescription | dict[str, Any] | None, fields: dict[str, Any]) -> RaceRequest:
    from actwise.contract.race_reading import read_race
    from actwise.races import plain

    given = fields if description is None else fields | {"description": description}
    return read_race(plain(given))


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise TypeError(f"train must return the metric as a number, not {type(value).__name__}") from None

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
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from actwise.contract.race import RaceRequest, RaceState
from actwise.contract.race_reading import read_race
from actwise.contract.request import TaskDescription
from actwise.crew import run_crew
from actwise.errors import ActwiseError
from actwise.races import Races, plain
from actwise.trainer import Report, StopTraining, Train, Trainer

__all__ = ["Report", "StopTraining", "Train", "Trainer", "TrainingFailedError", "run_race"]


class TrainingFailedError(ActwiseError):
    """No training came to a value; the message is that of the last failure."""


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
        run_crew(trainer, workers, on_progress)
    else:
        trainer.work(None if on_progress is None else lambda: on_progress(trainer.state()))
    ended = trainer.state()
    if 0 < ended.results == ended.failures and ended.last_failure is not None:
        raise TrainingFailedError(f"all {ended.results} trainings failed, the last with: {ended.last_failure}")
    return ended


def _request(description: TaskDescription | dict[str, Any] | None, fields: dict[str, Any]) -> RaceRequest:
    given = fields if description is None else fields | {"description": description}
    return read_race(plain(given))

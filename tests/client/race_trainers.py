"""Training functions that worker processes can import."""

from __future__ import annotations

import os
from pathlib import Path

from actwise.contract.race import RaceTask
from actwise.racing import Report
from tests.service.races.pretended import accuracy

DIARY = "ACTWISE_TEST_DIARY"


def train(task: RaceTask, report: Report) -> float:
    """What a task comes to, told on the way; notes in the diary which process trained what."""
    for place in range(1, task.length):
        report(accuracy(task) * place / task.length)
    note(f"{task.id} {os.getpid()}")
    return accuracy(task)


def train_or_die(task: RaceTask, report: Report) -> float:
    """Ends its process at its first attempt of one task."""
    if task.id == "0.relu.0.0" and task.attempt == 1:
        os._exit(7)
    return train(task, report)


def always_die(_task: RaceTask, _report: Report) -> float:
    os._exit(7)


def note(line: str) -> None:
    with Path(os.environ[DIARY]).open("a") as file:
        file.write(f"{line}\n")

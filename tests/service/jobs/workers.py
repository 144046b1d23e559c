"""Worker processes with the fake probe, to be killed; and what they must come to in the end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from actwise.contract.answer import ProbeReport
from actwise.contract.request import TaskDescription
from service.jobs.driving import drive
from service.jobs.probing import Task
from service.jobs.recommendations import DurableRecommendations
from service.ports import Stored
from tests.service.jobs.fake import FakeProbing

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 90.0
T = TypeVar("T")


class Workers:
    """Starts and kills workers on one database; `diary` is where they note what they do."""

    def __init__(self, url: str, diary: Path) -> None:
        self.url = url
        self._diary = diary
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self, number: int = 1) -> None:
        command = [sys.executable, str(Path(__file__).with_name("worker_process.py")), self.url, str(self._diary)]
        environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'client'}"}
        self.running += [subprocess.Popen(command, env=environment) for _ in range(number)]

    def kill(self, process: int | None = None) -> None:
        """kill -9 of one worker by its process number, or of all."""
        for worker in [one for one in self.running if process in (None, one.pid)]:
            worker.send_signal(signal.SIGKILL)
            worker.wait()
            self.running.remove(worker)

    def diary(self, what: str) -> list[tuple[str, int]]:
        """(task, process) of every line of this kind ("start", "end", "stop"), in order."""
        path = self._diary / "diary"
        lines = [line.split() for line in path.read_text().splitlines()] if path.exists() else []
        return [(line[1], int(line[2])) for line in lines if line[0] == what]


def eventually(look: Callable[[], T], patience: float = PATIENCE) -> T:
    """What `look` returns once that is true; fails after long patience."""
    end = time.monotonic() + patience
    while not (found := look()):
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)
    return found


def ended(store: DurableRecommendations, identifier: str) -> Stored:
    """The recommendation, once it has ended."""

    def look() -> Stored | None:
        stored = store.find(identifier)
        assert stored is not None
        return stored if stored.status in ("complete", "cancelled", "failed") else None

    found = eventually(look)
    assert found is not None
    return found


def expected_body(request: TaskDescription) -> bytes:
    """The bytes of the answer to a resolved request as one undisturbed process makes them, without a database."""
    probing = FakeProbing()
    plan = probing.plan(request)
    run = probing.open(plan)

    class Done:
        def __init__(self, batch: list[Task]) -> None:
            self._batch = batch

        def get_result(self) -> list[str]:
            return [probing.train(plan, task.payload, lambda: False) for task in self._batch]

    def note(_report: ProbeReport) -> str:
        return "go"

    drive(run, Done, note, batch_cost=10**9)  # type: ignore[arg-type]
    return probing.render(probing.recommend(request, run.report()))

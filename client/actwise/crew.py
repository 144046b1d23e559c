"""Several processes that train for one race, each asking for itself; those that die are started again."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.process import BaseProcess

from actwise.contract.race import RaceState
from actwise.errors import ActwiseError
from actwise.trainer import Trainer

MOST_DEATHS = 3
"""Deaths of a process in a row, without a result in between, after which it is given up."""
_LOOK_EVERY = 0.2
_PROGRESS_EVERY = 1.0
_MOMENT, _GRACE = 0.5, 5.0


class WorkerDiedError(ActwiseError):
    """A training process dies again and again at the same place; the message has its exit code."""


@dataclass
class _Worker:
    trainer: Trainer
    process: BaseProcess
    deaths: int = 0
    results: int = -1


def run_crew(trainer: Trainer, workers: int, on_progress: Callable[[RaceState], None] | None = None) -> None:
    """Train with so many processes until the race has ended.

    Each is a new interpreter (spawn) that imports the module of `trainer.train`. Raises WorkerDiedError.
    """
    crew = [_started(replace(trainer, name=f"{trainer.name}-{number}")) for number in range(workers)]
    told = time.monotonic()
    try:
        while _alive(crew):
            if on_progress is not None and time.monotonic() - told > _PROGRESS_EVERY:
                on_progress(trainer.state())
                told = time.monotonic()
            time.sleep(_LOOK_EVERY)
    finally:
        _end(crew)


def _started(trainer: Trainer) -> _Worker:
    process = multiprocessing.get_context("spawn").Process(target=_work, args=(trainer,), daemon=True)
    process.start()
    return _Worker(trainer, process)


def _work(trainer: Trainer) -> None:
    try:
        trainer.work()
    except KeyboardInterrupt:
        """The task was given back; whoever interrupted knows why."""


def _alive(crew: list[_Worker]) -> int:
    """How many are at work, after those that died were started again."""
    return sum([worker.process.is_alive() or _begun_anew(worker) for worker in crew])


def _begun_anew(worker: _Worker) -> bool:
    """Start a process that died again; False for one that ended well."""
    code = worker.process.exitcode
    if code == 0:
        return False
    results = worker.trainer.state().results
    worker.deaths = worker.deaths + 1 if results == worker.results else 1
    worker.results = results
    if worker.deaths >= MOST_DEATHS:
        raise WorkerDiedError(f"a training process died {worker.deaths} times in a row, the last time with code {code}")
    worker.process = _started(worker.trainer).process
    return True


def _end(crew: list[_Worker]) -> None:
    """Let every process give back what it trains; one that does not listen is ended.

    A terminal interrupts all processes itself, and a second interruption would disturb the giving back.
    """
    for worker in crew:
        worker.process.join(_MOMENT)
    for worker in crew:
        if worker.process.is_alive() and worker.process.pid:
            os.kill(worker.process.pid, signal.SIGINT)
    for worker in crew:
        worker.process.join(_GRACE)
        if worker.process.is_alive():
            worker.process.terminate()
            worker.process.join()

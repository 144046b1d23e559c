"""A race whose trainers and server are killed (SIGKILL) at random moments, beside an undisturbed one."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from actwise.client import Client
from actwise.contract.race import RaceAsk, RaceResult, RaceState
from actwise.contract.race_reading import read_race
from actwise.errors import UnreachableError
from benchmarks.byot.trainer import value_of
from service.http.races_alone import advise
from service.races.stored import StoredRaces
from service.storage import races as rows
from service.storage.engine import make_engine

TRAINERS = 3
RACE: dict[str, Any] = {
    "description": {"task": "classification", "layer_type": "conv", "depth": 4, "compute_budget": "low", "classes": 10},
    "candidates": ["relu", "gelu", "tanh"],
    "budget": {"length": 18, "unit": "epochs", "runs": 30},
    "metric": "accuracy",
    "direction": "maximize",
    "lease_seconds": 1.0,
}
_PATIENCE = 180.0


@dataclass(frozen=True)
class Disturbed:
    """How a disturbed race went: kills, results that were taken, those of them that are not in the log, its end."""

    trainers_killed: int
    servers_killed: int
    taken: int
    lost: tuple[str, ...]
    state: RaceState
    seconds: float


def undisturbed(url: str) -> RaceState:
    """The same race with one trainer in this process, on a migrated database."""
    races = StoredRaces(url, advise)
    identifier = races.create(read_race(RACE)).state.id
    while (work := races.ask(identifier, RaceAsk(trainer="only"))) and work.do == "train":
        for task in work.tasks:
            races.tell(identifier, RaceResult(task=task.id, attempt=task.attempt, value=value_of(task)))
    state = races.find(identifier)
    races.close()
    assert state is not None
    return state


def disturbed(url: str, folder: Path, kills: int, seed: int = 0, seconds: float = 0.5) -> Disturbed:
    """Run a race over a real server, and kill so many processes, most of them trainers; each is started again at once.

    `seconds`: what one training takes. Half of the trainers come back under their old name.
    """
    chance, began = Random(seed), time.monotonic()
    killed = {"trainer": 0, "server": 0}
    with _arena(url, folder, seconds) as arena:
        while sum(killed.values()) < kills and arena.running():
            time.sleep(chance.uniform(0.1, 0.8))
            kind = "server" if chance.random() < 0.4 else "trainer"
            arena.kill_server() if kind == "server" else arena.kill_trainer(chance)
            killed[kind] += 1
        state = arena.ended()
        taken = [line.split() for line in arena.diary.read_text().splitlines()]
    lost = _lost(url, state.id, taken)
    return Disturbed(killed["trainer"], killed["server"], len(taken), lost, state, time.monotonic() - began)


class _Arena:
    """A server, a race on it, and its trainers."""

    def __init__(self, url: str, folder: Path, seconds: float) -> None:
        self.diary, self._url, self._seconds = folder / "diary", url, seconds
        self.diary.touch()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = int(free.getsockname()[1])
        self.client = Client(f"http://127.0.0.1:{self._port}", timeout=10.0)
        self.server = self._start_server()
        races = StoredRaces(url, advise)
        self.race = races.create(read_race(RACE)).state.id
        races.close()
        self._born = 0
        self.trainers = {f"trainer-{number}": self._start_trainer(f"trainer-{number}") for number in range(TRAINERS)}

    def kill_server(self) -> None:
        _kill(self.server)
        self.server = self._start_server()

    def kill_trainer(self, chance: Random) -> None:
        name = chance.choice(sorted(self.trainers))
        _kill(self.trainers.pop(name))
        self._born += 1
        name = name if chance.random() < 0.5 else f"{name}-{self._born}"
        self.trainers[name] = self._start_trainer(name)

    def running(self) -> bool:
        return self.state().status == "running"

    def state(self) -> RaceState:
        end = time.monotonic() + _PATIENCE
        while True:
            try:
                return self.client.races.get(self.race)
            except UnreachableError:
                if time.monotonic() > end:
                    raise
            time.sleep(0.1)

    def ended(self) -> RaceState:
        """The race once it has ended, and its trainers with it."""
        for trainer in self.trainers.values():
            trainer.wait(_PATIENCE)
        return self.state()

    def close(self) -> None:
        for process in (self.server, *self.trainers.values()):
            _kill(process)

    def _start_server(self) -> subprocess.Popen[bytes]:
        return _started("server", self._url, str(self._port))

    def _start_trainer(self, name: str) -> subprocess.Popen[bytes]:
        return _started("trainer", self.client.url, self.race, name, str(self.diary), str(self._seconds))


@contextmanager
def _arena(url: str, folder: Path, seconds: float) -> Iterator[_Arena]:
    arena = _Arena(url, folder, seconds)
    try:
        yield arena
    finally:
        arena.close()


def _started(module: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", f"benchmarks.byot.{module}", *arguments])


def _kill(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()


def _lost(url: str, race: str, taken: list[list[str]]) -> tuple[str, ...]:
    """Results that a trainer was told were taken, and that are not in the log with their value."""
    engine = make_engine(url, pool_size=1)
    with engine.connect() as connection:
        kept = {told.task: told.value for _, told in rows.log(connection, race) if told.kind == "final"}
    engine.dispose()
    return tuple(task for task, value in taken if kept.get(task) != float(value))

"""Keeps a set of processes alive: starts them, starts the dead again, ends them all when asked to."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

from service.processes.environment import PARENT

_log = logging.getLogger(__name__)

FIRST_DELAY = 0.5
LONGEST_DELAY = 30.0
_STABLE_AFTER = 30.0
_TICK = 0.1
_HOPELESS = 5


@dataclass(frozen=True, slots=True)
class Command:
    """A process to keep alive. `descriptors`: open files that it inherits under the same numbers."""

    name: str
    arguments: Sequence[str]
    descriptors: tuple[int, ...] = ()


@dataclass(slots=True)
class _Kept:
    command: Command
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    due: float = 0.0
    deaths: int = 0
    proven: bool = False

    def delay(self) -> float:
        """Seconds to wait before the next start: none after a long life, doubling after short ones."""
        return min(LONGEST_DELAY, FIRST_DELAY * 2 ** (self.deaths - 1)) if self.deaths else 0.0


@dataclass
class Supervisor:
    """Runs commands until SIGTERM or SIGINT.

    `environment`: of the children. `grace`: seconds between SIGTERM and SIGKILL.
    """

    commands: Sequence[Command]
    environment: Mapping[str, str]
    grace: float = 15.0
    _kept: list[_Kept] = field(init=False, default_factory=list)
    _ending: bool = field(init=False, default=False)

    def run(self) -> int:
        """Keep everything alive; the exit code: 0 after SIGTERM or SIGINT, 1 when a child cannot be brought to life.

        A child that has once lived for half a minute is started again for ever: what fails it now (a database
        that is away) may pass.
        """
        previous = {number: signal.signal(number, self._end) for number in (signal.SIGTERM, signal.SIGINT)}
        self._kept = [_Kept(command) for command in self.commands]
        try:
            return self._watch()
        finally:
            self._stop_all()
            for number, handler in previous.items():
                signal.signal(number, handler)

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        self._ending = True

    def _watch(self) -> int:
        while not self._ending:
            for kept in self._kept:
                self._look_after(kept, time.monotonic())
            hopeless = [kept.command.name for kept in self._kept if kept.deaths >= _HOPELESS and not kept.proven]
            if hopeless:
                _log.error("%s died %d times in a row, soon after its start: giving up", hopeless[0], _HOPELESS)
                return 1
            time.sleep(_TICK)
        return 0

    def _look_after(self, kept: _Kept, now: float) -> None:
        if kept.process is not None and kept.process.poll() is not None:
            self._note_death(kept, now)
        if kept.process is None and now >= kept.due:
            kept.process = self._start(kept.command)
            kept.started = now
        if kept.process is not None and now - kept.started > _STABLE_AFTER:
            kept.deaths, kept.proven = 0, True

    def _note_death(self, kept: _Kept, now: float) -> None:
        assert kept.process is not None
        kept.deaths += 1
        kept.due = now + kept.delay()
        _log.warning("%s ended with %s: starting it again", kept.command.name, _reason(kept.process.returncode))
        kept.process = None

    def _start(self, command: Command) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command.arguments,
            env={**self.environment, PARENT: str(os.getpid())},
            pass_fds=command.descriptors,
            stdin=subprocess.DEVNULL,
        )

    def _stop_all(self) -> None:
        """SIGTERM to all, patience, then SIGKILL."""
        running = [kept.process for kept in self._kept if kept.process is not None and kept.process.poll() is None]
        for process in running:
            process.terminate()
        end = time.monotonic() + self.grace
        for process in running:
            try:
                process.wait(max(0.0, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _reason(code: int) -> str:
    return f"code {code}" if code >= 0 else signal.Signals(-code).name

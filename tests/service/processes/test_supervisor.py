"""The supervisor: what dies is started again, what cannot live is given up, and nothing is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from service.processes.supervisor import FIRST_DELAY, LONGEST_DELAY, Command, _Kept
from tests.service.jobs.workers import ROOT, eventually

pytestmark = pytest.mark.slow


@pytest.fixture
def diary(tmp_path: Path) -> Path:
    return tmp_path / "diary"


@pytest.fixture
def start(diary: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    running: list[subprocess.Popen[bytes]] = []

    def begin(*kinds: str) -> subprocess.Popen[bytes]:
        script = str(Path(__file__).with_name("supervised.py"))
        environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'client'}"}
        running.append(subprocess.Popen([sys.executable, script, str(diary), *kinds], env=environment))
        return running[-1]

    yield begin
    for process in running:
        process.kill()
        process.wait()


def _numbers(diary: Path, kind: str = "steady") -> list[int]:
    lines = [line.split() for line in diary.read_text().splitlines()] if diary.exists() else []
    return [int(number) for name, number in lines if name == kind]


def _is_alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_killed_child_is_started_again(start: Callable[..., subprocess.Popen[bytes]], diary: Path) -> None:
    start("steady")
    first = eventually(lambda: _numbers(diary))[0]
    os.kill(first, signal.SIGKILL)
    eventually(lambda: len(_numbers(diary)) == 2)
    assert not _is_alive(first)
    assert _is_alive(_numbers(diary)[1])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_everything_well(
    start: Callable[..., subprocess.Popen[bytes]], diary: Path, number: signal.Signals
) -> None:
    supervisor = start("steady", "steady")
    children = eventually(lambda: _numbers(diary) if len(_numbers(diary)) == 2 else None)
    supervisor.send_signal(number)
    assert supervisor.wait(60) == 0
    assert not any(_is_alive(child) for child in children)


def test_children_do_not_outlive_a_killed_supervisor(
    start: Callable[..., subprocess.Popen[bytes]], diary: Path
) -> None:
    supervisor = start("steady")
    child = eventually(lambda: _numbers(diary))[0]
    supervisor.kill()
    supervisor.wait()
    eventually(lambda: not _is_alive(child))


def test_a_child_that_never_lives_long_is_given_up_and_the_others_are_ended(
    start: Callable[..., subprocess.Popen[bytes]], diary: Path
) -> None:
    supervisor = start("steady", "hopeless")
    assert supervisor.wait(120) == 1
    assert len(_numbers(diary, "hopeless")) == 5
    assert not any(_is_alive(child) for child in _numbers(diary))


def test_the_pause_before_a_start_doubles_up_to_a_bound() -> None:
    kept = _Kept(Command("any", ()))
    delays = []
    for kept.deaths in range(12):
        delays.append(kept.delay())
    assert delays[:4] == [0.0, FIRST_DELAY, 2 * FIRST_DELAY, 4 * FIRST_DELAY]
    assert max(delays) == delays[-1] == LONGEST_DELAY

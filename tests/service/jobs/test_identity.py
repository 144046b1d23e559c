"""Names of workers: unique, and honest about who is dead."""

from __future__ import annotations

import os
import subprocess
import sys

from service.jobs.identity import is_surely_dead, new_worker_id


def test_two_names_of_one_process_differ() -> None:
    assert new_worker_id() != new_worker_id()


def test_a_living_process_is_not_dead() -> None:
    assert not is_surely_dead(new_worker_id())


def test_a_process_that_has_ended_is_dead_even_while_nobody_has_noticed() -> None:
    code = "from service.jobs.identity import new_worker_id; print(new_worker_id(), flush=True)"
    child = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": "."}
    )
    assert child.stdout
    name = child.stdout.read().decode().strip()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert is_surely_dead(name)
    child.wait()
    child.stdout.close()
    assert is_surely_dead(name)


def test_another_process_under_the_same_number_does_not_bring_a_worker_back() -> None:
    machine, number, started, rest = new_worker_id().split("-")
    assert is_surely_dead(f"{machine}-{number}-{int(started) - 1}-{rest}")


def test_nothing_is_known_about_other_machines_or_strange_names() -> None:
    _, number, started, rest = new_worker_id().split("-")
    assert not is_surely_dead(f"ffffffffffff-{number}-{int(started) - 1}-{rest}")
    assert not is_surely_dead("local")
    assert not is_surely_dead("")

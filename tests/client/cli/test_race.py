"""`actwise race`: a shell command as the trainer."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from actwise.cli import race
from actwise.cli.trainer import ShellTrainer
from actwise.client import Client
from actwise.contract.faults import ContractError
from actwise.contract.race import RaceStart, RaceTask
from actwise.racing import StopTraining
from actwise.testing import wsgi_client
from service.http.operations import register_operations
from service.http.problems import register_problems
from service.http.races import race_operations
from service.races.stored import StoredRaces
from tests.service.races.simulated import advise
from tests.service.storage.databases import _sqlite_template

__all__ = ["_sqlite_template"]

SCRIPT = """
case $1 in relu) value=0.9;; gelu) value=0.7;; *) value=0.2;; esac
echo "training $1"
echo "report 0.1 1"
echo "$value$2"
echo
"""
DESCRIPTION = ["--task", "classification", "--layer-type", "dense", "--depth", "3", "--compute-budget", "low"]
SHORT = ["--length", "9", "--runs", "30", "--metric", "accuracy", "--direction", "maximize"]
THREE = ["--candidate", "relu", "--candidate", "gelu", "--candidate", "tanh"]


@pytest.fixture
def client(_sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    shutil.copyfile(_sqlite_template, tmp_path / "races.db")
    store = StoredRaces(f"sqlite:///{tmp_path / 'races.db'}", advise)
    app = Flask("races")
    register_problems(app)
    register_operations(app, race_operations(store, 100_000))
    made = wsgi_client(app)
    monkeypatch.setattr(race, "_races", lambda _url: made.races)
    yield made
    store.close()


@pytest.fixture
def train(tmp_path: Path) -> str:
    (tmp_path / "train.sh").write_text(SCRIPT)
    return f"sh {tmp_path / 'train.sh'} {{activation}} {{seed}}"


def task(activation: str = "relu", rate: float | None = None) -> RaceTask:
    return RaceTask(
        id="0.relu.0.0",
        attempt=1,
        activation=activation,
        initialization=RaceStart(scheme="he_normal", gain=1.414, first_gain=1.414),
        learning_rate_factor=0.3,
        learning_rate=rate,
        seed=7,
        length=12,
        unit="epochs",
        lease_seconds=60.0,
    )


class Reports:
    """Keeps what is reported, and wants no more after so many."""

    def __init__(self, stop_after: int = 1_000) -> None:
        self.seen: list[tuple[float, int | None]] = []
        self.stop_after = stop_after

    def __call__(self, value: float, at: int | None = None) -> None:
        self.seen.append((value, at))
        if len(self.seen) >= self.stop_after:
            raise StopTraining


def trained(command: str, reports: Any = None, **about: Any) -> float:
    return ShellTrainer(command)(task(**about), reports or Reports())


def test_a_race_is_run_until_it_is_decided(actwise: Any, client: Client, train: str) -> None:
    done = actwise("race", "run", "--train", train, *DESCRIPTION, *SHORT, *THREE, "-q")
    assert done.exit_code == 0, done.stderr
    assert done.stdout == "relu\n"
    kept = next(client.races.list())
    assert kept.status == "decided"
    shown = actwise("race", "show", kept.id).stdout
    for word in ("relu", "accuracy", "full trainings of 9 epochs", kept.id):
        assert word in shown
    assert json.loads(actwise("race", "show", kept.id, "--json").stdout)["tie_group"] == ["relu"]


def test_a_race_is_made_joined_listed_and_ended(actwise: Any, client: Client, train: str) -> None:
    assert client.url
    made = actwise("race", "create", *DESCRIPTION, *SHORT, *THREE, "--lease", "1h", "--key", "k", "-q").stdout.strip()
    again = actwise("race", "create", *DESCRIPTION, *SHORT, *THREE, "--lease", "1h", "--key", "k", "-q").stdout.strip()
    assert made == again
    assert client.races.get(made).request.lease_seconds == 3600
    joined = actwise("race", "run", made, "--train", train, "--json")
    assert json.loads(joined.stdout)["id"] == made, joined.stderr
    other = actwise("race", "create", *DESCRIPTION, *SHORT, "-q").stdout.strip()
    assert actwise("race", "cancel", other, "-q").stdout.strip() == other
    listed = actwise("race", "list").stdout.splitlines()
    assert [line.split()[0] for line in listed] == [other, made]
    assert "cancelled" in listed[0]
    assert actwise("race", "list", "-q", "--limit", "1").stdout == f"{other}\n"
    assert actwise("race", "run", other, "--train", train).exit_code == 4


@pytest.mark.parametrize("whole", [True, False])
def test_a_file_holds_a_race_or_a_description(actwise: Any, client: Client, tmp_path: Path, whole: bool) -> None:
    described = {"task": "classification", "layer_type": "dense", "depth": 3, "compute_budget": "low"}
    given = {"description": described, "metric": "auc", "direction": "maximize"} if whole else described
    (tmp_path / "race.json").write_text(json.dumps(given))
    flags = ["-f", tmp_path / "race.json", *SHORT, "--unit", "steps", "--set", "width=32"]
    made = actwise("race", "create", *flags, "-q")
    request = client.races.get(made.stdout.strip()).request
    assert (request.metric, request.budget.unit, request.description.width) == ("accuracy", "steps", 32)


def test_every_fault_of_a_race_is_told_at_once(actwise: Any, client: Client) -> None:
    done = actwise("race", "create", "--task", "clasification", "--direction", "maximise", "--length", "0")
    assert done.exit_code == 2
    for word in ("/description/task", "'classification'?", "/direction", "'maximize'?", "/budget/length", "/metric"):
        assert word in done.stderr
    assert list(client.races.list()) == []


def test_an_unknown_place_in_the_command_is_told_before_anything_is_made(actwise: Any, client: Client) -> None:
    done = actwise("race", "run", "--train", "t {activaton} {lr}", *DESCRIPTION, *SHORT)
    assert done.exit_code == 2
    assert "did you mean '{activation}'?" in done.stderr
    assert "{lr}" in done.stderr
    assert list(client.races.list()) == []


def test_a_race_whose_trainings_all_fail_says_why(actwise: Any, client: Client) -> None:
    done = actwise("race", "run", "--train", "echo no GPU >&2; exit 3", *DESCRIPTION, *SHORT, *THREE)
    assert done.exit_code == 4
    assert "ended with 3: no GPU" in done.stderr
    assert next(client.races.list()).results


def test_an_interrupted_training_is_given_back(
    actwise: Any, client: Client, monkeypatch: pytest.MonkeyPatch, train: str
) -> None:
    def interrupted(*_arguments: Any) -> float:
        raise KeyboardInterrupt

    monkeypatch.setattr(ShellTrainer, "__call__", interrupted)
    done = actwise("race", "run", "--train", train, *DESCRIPTION, *SHORT, *THREE)
    assert done.exit_code == 130
    kept = client.races.get(next(client.races.list()).id)
    assert (kept.status, kept.leases) == ("running", ())


def test_the_command_is_given_the_whole_task() -> None:
    places = "{activation} {learning_rate} {learning_rate_factor} {seed} {budget} {unit} {scheme} {gain} {task}"
    expected = "relu 0.01 0.3 7 12 epochs he_normal 1.414 0.relu.0.0"
    assert trained(f'test "$(echo {places})" = "{expected}" && echo 1', rate=0.01) == 1
    assert trained("echo {learning_rate}") == 0.3
    assert trained("""echo "$ACTWISE_RACE_TASK" | grep -c '"activation":"relu"'""") == 1


def test_what_stands_in_a_place_cannot_command_the_shell(tmp_path: Path) -> None:
    hostile = f"x; touch {tmp_path / 'made'} $(touch {tmp_path / 'made'})'\""
    assert trained("test -n {activation} && echo 1", activation=hostile) == 1
    assert not (tmp_path / "made").exists()


def test_braces_of_the_shell_and_of_others_are_left_alone() -> None:
    assert trained("x=5; echo ${x}") == 5
    assert trained("""echo '{"a": 4}' | tr -dc 0-9""") == 4


def test_the_last_line_that_is_not_empty_is_the_value_and_may_be_a_report() -> None:
    reports = Reports()
    assert trained("echo 3; echo report 0.5; echo report 0.25 9; echo", reports) == 0.25
    assert reports.seen == [(0.5, None), (0.25, 9)]
    assert trained("echo 1; printf '  -2e-1 \\n\\n'") == -0.2


@pytest.mark.parametrize("printed", ["", "done", "0.9 percent", "report high"])
def test_a_last_line_that_is_no_number_is_told(printed: str) -> None:
    with pytest.raises(ValueError, match="must be the value"):
        trained(f"echo {printed}")


def test_a_command_that_fails_tells_its_code_and_its_last_words() -> None:
    with pytest.raises(RuntimeError, match="ended with 3: out of memory"):
        trained("echo 0.9; echo out of memory >&2; exit 3")
    with pytest.raises(RuntimeError, match="it said nothing"):
        trained("exit 1")


def test_a_training_that_is_of_no_more_use_is_ended_with_all_its_children(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "held")
    with pytest.raises(StopTraining):
        trained(f"cd {tmp_path}; sleep 600 3<>held & echo report 0.5; sleep 600", Reports(stop_after=1))
    held = os.open(tmp_path / "held", os.O_RDONLY | os.O_NONBLOCK)
    while _is_held(held):
        time.sleep(0.01)
    os.close(held)


def _is_held(pipe: int) -> bool:
    """Whether somebody could still write into a pipe that is read without waiting."""
    try:
        return os.read(pipe, 1) != b""
    except BlockingIOError:
        return True


def test_faults_name_every_place_that_no_task_has() -> None:
    with pytest.raises(ContractError) as caught:
        ShellTrainer("{seed} {sead} {bugdet}")
    assert [fault.nearest for fault in caught.value.faults] == ["seed", "budget"]

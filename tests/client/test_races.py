"""Races through the client: the operations, and a race around a training function."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests
from flask import Flask
from werkzeug.serving import make_server

from actwise.client import Client
from actwise.contract.faults import ContractError
from actwise.contract.race import RaceResult, RaceState, RaceTask
from actwise.contract.request import TaskDescription
from actwise.crew import WorkerDiedError
from actwise.errors import RefusedError, UnreachableError
from actwise.racing import Report, StopTraining, TrainingFailedError
from actwise.testing import wsgi_client
from service.http.operations import register_operations
from service.http.problems import register_problems
from service.http.races import race_operations
from service.races.stored import StoredRaces
from tests.client import race_trainers
from tests.service.races.simulated import DESCRIPTION, accuracy, advise, train_all
from tests.service.races.simulated import request as race_request
from tests.service.storage.databases import _sqlite_template

__all__ = ["_sqlite_template"]

RACE: dict[str, Any] = {
    "candidates": ["relu", "gelu", "tanh"],
    "budget": {"length": 18, "runs": 30},
    "metric": "accuracy",
    "direction": "maximize",
}


@pytest.fixture
def store(_sqlite_template: Path, tmp_path: Path) -> Iterator[StoredRaces]:
    shutil.copyfile(_sqlite_template, tmp_path / "actwise.db")
    store = StoredRaces(f"sqlite:///{tmp_path / 'actwise.db'}", advise)
    yield store
    store.close()


@pytest.fixture
def app(store: StoredRaces) -> Flask:
    app = Flask("races")
    register_problems(app)
    register_operations(app, race_operations(store, 100_000))
    return app


@pytest.fixture
def client(app: Flask) -> Client:
    return wsgi_client(app)


@pytest.fixture
def url(app: Flask) -> Iterator[str]:
    """A real server, for trainers in other processes."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def diary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(race_trainers.DIARY, str(tmp_path / "diary"))
    return tmp_path / "diary"


def quiet(task: RaceTask, _report: Report) -> float:
    return accuracy(task)


def test_a_race_that_cannot_be_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(ContractError):
        Client("http://127.0.0.1:9").race(quiet, DESCRIPTION, metric="accuracy")


def test_what_the_service_refuses_carries_its_problem_document(client: Client) -> None:
    with pytest.raises(RefusedError) as caught:
        client.race(quiet, DESCRIPTION, **{**RACE, "candidates": ["rellu"]})
    assert caught.value.problem.faults[0].nearest == "relu"


def test_the_six_operations(client: Client) -> None:
    state = client.races.create(description=DESCRIPTION, **RACE)
    task = client.races.ask(state.id, trainer="me").tasks[0]
    assert client.races.tell(state.id, task=task.id, value=0.5, kind="partial", at=1).outcome == "noted"
    assert client.races.tell(state.id, RaceResult(task=task.id, value=float("nan"))).outcome == "counted"
    assert client.races.get(state.id).failures == 1
    assert [line.id for line in client.races.list()] == [state.id]
    assert client.races.cancel(state.id).status == "cancelled"


def test_all_pages_of_the_list_are_followed(client: Client, store: StoredRaces) -> None:
    made = [store.create(race_request()).state.id for _ in range(101)]
    assert [line.id for line in client.races.list()] == made[::-1]


def test_a_race_around_a_function_ends_as_one_that_is_asked_and_told(client: Client, store: StoredRaces) -> None:
    state = client.race(quiet, TaskDescription(**DESCRIPTION), **RACE)
    alone = train_all(store, store.create(race_request()).state.id)
    assert (state.status, state.standing) == ("decided", alone.standing)


def test_one_candidate_needs_no_training(client: Client) -> None:
    state = client.race(quiet, DESCRIPTION, **{**RACE, "candidates": ["relu"]})
    assert (state.tie_group, state.results) == (("relu",), 0)


def test_an_exception_is_a_failed_training_and_the_race_goes_on(client: Client) -> None:
    def train(task: RaceTask, _report: Report) -> float:
        if task.activation == "tanh":
            raise MemoryError("no room")
        return accuracy(task)

    state = client.race(train, DESCRIPTION, **RACE)
    assert {entry.candidate: entry.status for entry in state.standing.entries}["tanh"] == "diverged"
    assert state.last_failure == "MemoryError: no room"


@pytest.mark.parametrize("value", [None, "good", [1, 2]])
def test_a_function_that_returns_no_number_is_told_so(client: Client, value: object) -> None:
    with pytest.raises(TrainingFailedError, match="must return the metric as a number"):
        client.race(lambda _task, _report: value, DESCRIPTION, **RACE)


def test_values_that_are_not_finite_are_divergences(client: Client) -> None:
    def train(task: RaceTask, report: Report) -> float:
        if task.learning_rate_factor > 1:
            report(float("nan"))
            return float("inf")
        return accuracy(task)

    state = client.race(train, DESCRIPTION, **RACE)
    assert state.status == "decided"
    assert state.failures == 12


def test_an_interrupted_training_is_given_back(client: Client) -> None:
    def train(_task: RaceTask, _report: Report) -> float:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        client.race(train, DESCRIPTION, key="mine", **RACE)
    state = client.races.get(next(client.races.list()).id)
    assert (state.results, state.leases) == (0, ())
    assert client.race(quiet, DESCRIPTION, key="mine", **RACE).id == state.id


def test_a_race_can_be_joined_by_its_id(client: Client) -> None:
    made = client.races.create(description=DESCRIPTION, **RACE)
    assert client.race(quiet, race=made.id).id == made.id


def test_report_stops_the_training_of_a_cancelled_race(client: Client) -> None:
    stopped = []

    def train(_task: RaceTask, report: Report) -> float:
        report(0.1)
        client.races.cancel(report.race)
        try:
            report(0.2)
        except StopTraining:
            stopped.append(True)
            raise
        return 0.3

    state = client.race(train, DESCRIPTION, **RACE)
    assert (stopped, state.status, state.results) == ([True], "cancelled", 0)


def test_progress_is_told_after_every_training(client: Client) -> None:
    seen: list[int] = []
    state = client.race(quiet, DESCRIPTION, on_progress=lambda state: seen.append(state.results), **RACE)
    assert seen == list(range(1, state.results + 1))


@dataclass
class Flaky:
    """A way to the service that fails at every third request, before or after it was served."""

    send: Callable[..., requests.Response]
    count: int = 0

    def __call__(self, method: str, path: str, **options: Any) -> requests.Response:
        self.count += 1
        if self.count % 3 == 1:
            raise UnreachableError("no answer")
        answer = self.send(method, path, **options)
        if self.count % 3 == 2 and method == "POST":
            raise UnreachableError("the answer was lost")
        return answer


def test_lost_answers_lose_no_result(client: Client, store: StoredRaces, monkeypatch: pytest.MonkeyPatch) -> None:
    from actwise import trainer
    from actwise.races import Races

    monkeypatch.setattr(trainer, "_PAUSE", 0.0)
    identifier = store.create(race_request(lease_seconds=100_000)).state.id
    trainer.Trainer(Races(Flaky(client._send)), identifier, quiet, "me", 60.0).work()
    alone = train_all(store, store.create(race_request()).state.id)
    state = store.find(identifier)
    assert state is not None
    assert state.standing == alone.standing


def test_a_service_that_never_answers_is_not_borne_with_for_ever() -> None:
    from actwise import trainer
    from actwise.races import Races

    def send(*_: Any, **__: Any) -> requests.Response:
        raise UnreachableError("no answer")

    with pytest.raises(UnreachableError):
        trainer.Trainer(Races(send), "race_x", quiet, "me", 0.0).work()


@pytest.mark.slow
def test_several_processes_train_what_one_would_and_one_that_dies_is_started_again(
    url: str, store: StoredRaces, diary: Path
) -> None:
    seen: list[RaceState] = []
    state = Client(url).race(race_trainers.train_or_die, DESCRIPTION, workers=2, on_progress=seen.append, **RACE)
    alone = train_all(store, store.create(race_request()).state.id)
    assert (state.summary, state.results) == (alone.summary, alone.results)
    lines = [line.split() for line in diary.read_text().splitlines()]
    assert len({task for task, _ in lines}) == len(lines) == state.results
    assert len({process for _, process in lines}) >= 2
    assert all(one.id == state.id for one in seen)


@pytest.mark.slow
def test_processes_that_die_at_once_are_given_up(url: str) -> None:
    with pytest.raises(WorkerDiedError, match="code 7"):
        Client(url).race(race_trainers.always_die, DESCRIPTION, workers=2, **RACE)

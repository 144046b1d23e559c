"""Races on both databases: nothing is lost, nothing is given twice, and the log alone makes the race."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from threading import Thread

import pytest
import sqlalchemy as sa

from actwise.contract.faults import ContractError
from actwise.contract.race import RaceAsk, RaceResult, RaceState, RaceTask
from service.ports import AlreadyFinishedError, KeyReusedError
from service.races import stored
from service.races.stored import RacesFullError, StoredRaces
from tests.service.races.simulated import accuracy, advise, request, train_all


class Clock:
    """Milliseconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 1_700_000_000_000

    def __call__(self, _connection: sa.Connection) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def races(migrated_url: str, clock: Clock) -> Iterator[StoredRaces]:
    store = StoredRaces(migrated_url, advise, clock)
    yield store
    store.close()


def asked(races: StoredRaces, identifier: str, **fields: object) -> tuple[RaceTask, ...]:
    work = races.ask(identifier, RaceAsk.model_validate(fields))
    assert work is not None
    return work.tasks


def found(races: StoredRaces, identifier: str) -> RaceState:
    state = races.find(identifier)
    assert state is not None
    return state


@pytest.mark.parametrize("identifier", ["race_x", "race_\0", "\U0001f41f" * 99])
def test_an_unknown_race_is_none(races: StoredRaces, identifier: str) -> None:
    assert races.find(identifier) is None
    assert races.ask(identifier, RaceAsk()) is None
    assert races.tell(identifier, RaceResult(task="t", value=1.0)) is None
    assert races.cancel(identifier) is None


def test_a_single_candidate_is_decided_when_it_is_created(races: StoredRaces) -> None:
    state = races.create(request(candidates=["relu"])).state
    assert (state.status, state.tie_group) == ("decided", ("relu",))
    work = races.ask(state.id, RaceAsk())
    assert work is not None
    assert (work.do, work.tasks) == ("stop", ())


def test_a_race_goes_from_running_to_decided_and_says_why(races: StoredRaces) -> None:
    state = train_all(races, races.create(request()).state.id)
    assert (state.status, state.tie_group) == ("decided", ("gelu",))
    assert any(line.startswith("tanh is out after trainings of 18 epochs") for line in state.summary)
    assert state.results == len(found(races, state.id).standing.entries) * 12
    assert state.open == 0


def test_values_of_a_loss_are_told_as_they_were_sent(races: StoredRaces) -> None:
    identifier = races.create(request(metric="loss", direction="minimize")).state.id
    while tasks := asked(races, identifier, tasks=9):
        for task in tasks:
            races.tell(identifier, RaceResult(task=task.id, value=1 - accuracy(task)))
    state = found(races, identifier)
    best, worst = state.standing.entries[0], state.standing.entries[-1]
    assert best.candidate == "gelu"
    assert best.score is not None
    assert worst.score is not None
    assert 0 < best.score < worst.score < 1
    assert worst.difference is not None
    assert worst.difference.mean < 0


def test_the_log_alone_makes_the_same_race_again(races: StoredRaces, migrated_url: str, clock: Clock) -> None:
    identifier = races.create(request()).state.id
    for task in asked(races, identifier, tasks=20):
        races.tell(identifier, RaceResult(task=task.id, attempt=1, kind="partial", at=1, value=0.4))
        races.tell(identifier, RaceResult(task=task.id, attempt=1, value=accuracy(task)))
        anew = StoredRaces(migrated_url, advise, clock)
        assert anew.find(identifier) == found(races, identifier)
        anew.close()


def test_an_idempotency_key_stands_for_one_race(races: StoredRaces) -> None:
    made = races.create(request(), "key")
    again = races.create(request(), "key")
    assert (made.created, again.created, again.state) == (True, False, made.state)
    with pytest.raises(KeyReusedError):
        races.create(request(seed=1), "key")
    assert races.create(request()).state.id != made.state.id


def test_threads_that_create_with_one_key_make_one_race(races: StoredRaces) -> None:
    made: list[str] = []
    threads = [Thread(target=lambda: made.append(races.create(request(), "k").state.id)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4
    assert len({*made}) == 1


def test_too_many_running_races_are_refused(migrated_url: str) -> None:
    races = StoredRaces(migrated_url, advise, most_running=1)
    state = races.create(request(), "key").state
    with pytest.raises(RacesFullError):
        races.create(request())
    assert races.create(request(), "key").state.id == state.id
    races.cancel(state.id)
    assert races.create(request()).created
    races.close()


def test_many_threads_that_ask_at_once_get_different_tasks(races: StoredRaces) -> None:
    identifier = races.create(request()).state.id
    given: list[str] = []

    def ask(number: int) -> None:
        for _ in range(3):
            given.extend(task.id for task in asked(races, identifier, trainer=f"t{number}-{_}"))

    threads = [Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(given) == 24
    assert max(Counter(given).values()) == 1


def test_threads_that_train_at_once_come_to_what_one_comes_to(races: StoredRaces) -> None:
    alone = train_all(races, races.create(request()).state.id)
    together = races.create(request()).state.id

    def train(number: int) -> None:
        while (work := races.ask(together, RaceAsk(trainer=f"t{number}"))) and work.do != "stop":
            for task in work.tasks:
                races.tell(together, RaceResult(task=task.id, attempt=task.attempt, value=accuracy(task)))

    threads = [Thread(target=train, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    state = found(races, together)
    assert state.standing == alone.standing
    assert state.summary == alone.summary


def test_a_lost_trainers_task_is_given_on_when_its_lease_has_run_out(races: StoredRaces, clock: Clock) -> None:
    identifier = races.create(request(lease_seconds=60)).state.id
    everything = asked(races, identifier, trainer="lost", tasks=100)
    assert asked(races, identifier, trainer="other", tasks=100) == ()
    clock.now += 59_999
    assert asked(races, identifier, trainer="other", tasks=100) == ()
    clock.now += 1
    again = asked(races, identifier, trainer="other", tasks=100)
    assert [task.id for task in again] == [task.id for task in everything]
    assert {task.attempt for task in again} == {2}
    late = races.tell(identifier, RaceResult(task=again[0].id, attempt=1, value=0.5))
    assert late is not None
    assert late.outcome == "counted"
    second = races.tell(identifier, RaceResult(task=again[0].id, attempt=2, value=0.25))
    assert second is not None
    assert (second.outcome, second.stop) == ("ignored", True)
    assert found(races, identifier).results == 1


def test_a_word_now_and_then_keeps_a_lease(races: StoredRaces, clock: Clock) -> None:
    identifier = races.create(request(lease_seconds=60, budget={"length": 90, "runs": 30})).state.id
    task = asked(races, identifier, trainer="slow")[0]
    for at in range(1, 6):
        clock.now += 50_000
        told = races.tell(identifier, RaceResult(task=task.id, attempt=1, kind="partial", at=at, value=0.1 * at))
        assert told is not None
        assert not told.stop
    others = asked(races, identifier, trainer="other", tasks=100)
    assert task.id not in [one.id for one in others]
    lease = next(one for one in found(races, identifier).leases if one.task == task.id)
    assert (lease.trainer, lease.attempt) == ("slow", 1)


def test_partial_results_without_end_are_not_all_kept(races: StoredRaces, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "MOST_POINTS", 3)
    identifier = races.create(request()).state.id
    task = asked(races, identifier, trainer="a")[0]
    for _ in range(6):
        races.tell(identifier, RaceResult(task=task.id, attempt=1, kind="partial", at=1, value=0.5))
    with races._engine.connect() as connection:
        assert len(list(stored.rows.log(connection, identifier))) == 3


def test_the_message_of_the_last_failure_is_told(races: StoredRaces) -> None:
    identifier = races.create(request()).state.id
    for number, task in enumerate(asked(races, identifier, tasks=2)):
        races.tell(identifier, RaceResult(task=task.id, kind="failed", message=f"out of \0memory {number}"))
    state = found(races, identifier)
    assert (state.failures, state.last_failure) == (2, "out of memory 1")


def test_an_unknown_task_changes_nothing(races: StoredRaces) -> None:
    identifier = races.create(request()).state.id
    before = found(races, identifier)
    with pytest.raises(ContractError):
        races.tell(identifier, RaceResult(task="0.relu.9.9", value=1.0))
    assert found(races, identifier) == before


def test_cancelling_ends_a_race_once_and_a_decided_one_not_at_all(races: StoredRaces) -> None:
    identifier = races.create(request()).state.id
    task = asked(races, identifier, trainer="a")[0]
    cancelled = races.cancel(identifier)
    assert cancelled is not None
    assert (cancelled.status, cancelled.leases) == ("cancelled", ())
    assert races.cancel(identifier) == cancelled
    told = races.tell(identifier, RaceResult(task=task.id, attempt=1, value=0.5))
    assert told is not None
    assert (told.outcome, told.stop, told.status) == ("ignored", True, "cancelled")
    ended = train_all(races, races.create(request()).state.id)
    with pytest.raises(AlreadyFinishedError):
        races.cancel(ended.id)


def test_races_are_listed_newest_first_in_pages(races: StoredRaces) -> None:
    made = [races.create(request()).state.id for _ in range(3)]
    first = races.list(2)
    assert [line.id for line in first.items] == made[:0:-1]
    second = races.list(2, first.next)
    assert [line.id for line in second.items] == made[:1]
    assert second.next is None
    with pytest.raises(ValueError, match="cursor"):
        races.list(2, "nonsense")


def test_the_seed_of_a_race_is_that_of_its_first_repetition(races: StoredRaces) -> None:
    identifier = races.create(request(seed=70, learning_rate=0.01)).state.id
    tasks = asked(races, identifier, tasks=100)
    assert {task.seed for task in tasks} == {70, 71}
    assert {task.learning_rate for task in tasks} == {0.01 * factor for factor in (0.1, 0.3, 1.0, 3.0, 10.0)}

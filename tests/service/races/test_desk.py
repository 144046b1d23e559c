"""At the desk: leases, and what becomes of each kind of result."""

from __future__ import annotations

from typing import Any

import pytest

from actwise.contract.faults import ContractError
from actwise.contract.race import RaceAsk, RaceResult
from service.races.book import RaceBook
from service.races.desk import LOOK_AGAIN, Lease, Verdict, hand_out, judge, look_again
from tests.service.races.test_book import plan

NOW, LEASE = 1_000_000, 60_000


def told(book: RaceBook, lease: Lease | None = None, now: int = NOW, **fields: Any) -> Verdict:
    return judge(RaceResult(**fields), book, lease, now, LEASE, 1.0)


def first(book: RaceBook) -> str:
    return book.runs()[0].task


def held(task: str, trainer: str | None = "a", attempt: int = 1, until: int = NOW + LEASE) -> Lease:
    return Lease(task, trainer, attempt, until)


def test_no_task_is_given_twice_while_it_is_leased() -> None:
    runs = RaceBook(plan()).runs()
    given = hand_out(runs, {}, RaceAsk(tasks=4), NOW, LEASE)
    leases = {lease.task: lease for _, lease in given}
    again = hand_out(runs, leases, RaceAsk(tasks=100), NOW, LEASE)
    assert len(given) == 4
    assert len(again) == len(runs) - 4
    assert not {lease.task for _, lease in again} & {*leases}


def test_when_a_lease_has_run_out_the_task_is_given_again_under_the_next_attempt() -> None:
    runs = RaceBook(plan()).runs()
    leases = {runs[0].task: held(runs[0].task, until=NOW)}
    (run, lease), *_ = hand_out(runs, leases, RaceAsk(trainer="b"), NOW, LEASE)
    assert (run, lease.attempt, lease.trainer, lease.until_ms) == (runs[0], 2, "b", NOW + LEASE)


def test_a_trainer_gets_back_what_it_does_not_hold_and_not_what_it_holds() -> None:
    runs = RaceBook(plan()).runs()[:2]
    leases = {run.task: held(run.task) for run in runs}
    assert [run for run, _ in hand_out(runs, leases, RaceAsk(trainer="a"), NOW, LEASE)] == [runs[0]]
    holding = RaceAsk(trainer="a", holding=tuple(leases))
    assert hand_out(runs, leases, holding, NOW, LEASE) == ()
    assert hand_out(runs, leases, RaceAsk(), NOW, LEASE) == ()


def test_to_wait_is_never_longer_than_a_lease_lasts() -> None:
    runs = RaceBook(plan()).runs()[:1]
    assert look_again({runs[0].task: held(runs[0].task)}, runs, NOW) == LOOK_AGAIN
    assert look_again({runs[0].task: held(runs[0].task, until=NOW + 500)}, runs, NOW) == 0.5
    assert look_again({runs[0].task: held(runs[0].task, until=NOW - 500)}, runs, NOW) > 0


def test_an_unknown_task_is_refused_with_the_nearest_and_the_open_ones() -> None:
    book = RaceBook(plan())
    with pytest.raises(ContractError) as caught:
        told(book, task="0.relu.0.00", value=0.5)
    fault = caught.value.faults[0]
    assert (fault.pointer, fault.nearest) == ("/task", "0.relu.0.0")
    assert first(book) in (fault.allowed or ())


def test_an_attempt_that_was_never_made_and_a_place_beyond_the_end_are_refused() -> None:
    book = RaceBook(plan())
    for pointer, fields in (("/attempt", {"attempt": 3}), ("/at", {"kind": "partial", "at": 3, "attempt": 1})):
        with pytest.raises(ContractError) as caught:
            told(book, held(first(book)), task=first(book), value=0.5, **fields)
        assert caught.value.faults[0].pointer == pointer


@pytest.mark.parametrize("fields", [{"value": 0.5}, {"kind": "failed"}, {"kind": "diverged"}, {"value": float("nan")}])
def test_the_first_final_result_counts_though_nobody_has_a_lease(fields: dict[str, Any]) -> None:
    book = RaceBook(plan())
    assert told(book, task=first(book), **fields) == Verdict("counted", True)


def test_a_late_final_result_counts_though_somebody_else_has_the_task_now() -> None:
    book = RaceBook(plan())
    verdict = told(book, held(first(book), "b", attempt=2), task=first(book), value=0.5, attempt=1)
    assert verdict.outcome == "counted"


def test_the_same_again_is_a_repetition_and_another_is_ignored_with_the_reason() -> None:
    book = RaceBook(plan())
    task = first(book)
    book.tell(task, 1, 0.5)
    assert told(book, task=task, value=0.5).outcome == "repeated"
    other = told(book, task=task, value=0.25)
    assert (other.outcome, other.why) == ("ignored", "the first final result counts, and that was 0.5")
    failed = told(book, task=task, kind="failed")
    assert failed.outcome == "ignored"
    assert told(book, task=task, value=0.5, kind="partial", at=1).stop


def test_a_divergence_told_as_a_failure_is_a_repetition() -> None:
    book = RaceBook(plan())
    task = first(book)
    book.tell(task, 1, None)
    assert told(book, task=task, kind="diverged").outcome == "repeated"
    assert "failed or diverged" in str(told(book, task=task, value=0.1).why)


def test_a_partial_result_begins_the_lease_anew() -> None:
    book = RaceBook(plan())
    verdict = told(book, held(first(book), until=NOW + 1), task=first(book), value=0.5, kind="partial", at=1, attempt=1)
    assert (verdict.outcome, verdict.stop) == ("noted", False)
    assert verdict.lease == Lease(first(book), "a", 1, NOW + LEASE, 1)


def test_a_lease_that_ran_out_lives_again_while_nobody_else_has_the_task() -> None:
    book = RaceBook(plan())
    late = held(first(book), until=NOW - 1)
    assert told(book, late, task=first(book), value=0.5, kind="partial", at=1, attempt=1).outcome == "noted"


def test_whoever_lost_its_task_to_another_is_told_to_stop() -> None:
    book = RaceBook(plan())
    verdict = told(book, held(first(book), "b", 2), task=first(book), value=0.5, kind="partial", at=1, attempt=1)
    assert (verdict.outcome, verdict.stop) == ("ignored", True)
    assert told(book, held(first(book), "b", 2), task=first(book), kind="released", attempt=1).outcome == "ignored"


def test_a_task_that_is_given_back_is_free_at_once_and_its_attempts_are_remembered() -> None:
    book = RaceBook(plan())
    verdict = told(book, held(first(book)), task=first(book), kind="released", attempt=1)
    assert verdict.lease is not None
    (_, lease), *_ = hand_out(book.runs(), {first(book): verdict.lease}, RaceAsk(), NOW, LEASE)
    assert (lease.task, lease.attempt) == (first(book), 2)


def test_after_a_cancelled_race_a_result_is_ignored_and_the_trainer_stops() -> None:
    book = RaceBook(plan())
    task = first(book)
    book.cancel()
    assert told(book, task=task, value=0.5) == Verdict("ignored", True, "the race has ended")

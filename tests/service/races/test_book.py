"""The book: the same results make the same race, in whatever order, and whatever else was told."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle
from math import isfinite
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actwise.contract.race import LARGEST
from models.race.foreign import ForeignPlan, foreign_rungs
from service.races.book import RaceBook, Run
from tests.service.races.simulated import noise


def plan(**fields: Any) -> ForeignPlan:
    usual: dict[str, Any] = {
        "key": "race",
        "subject": "dense",
        "entrants": ("relu", "gelu", "tanh"),
        "learning_rates": (0.1, 1.0, 10.0),
        "rungs": (2, 18),
        "margin": 0.01,
        "budget": 18 * 40,
    }
    return ForeignPlan(**usual | fields)


def score(run: Run) -> float:
    level = {"relu": 0.93, "gelu": 0.94, "tanh": 0.8}.get(run.candidate, 0.5)
    wobble = 0.004 * noise(run.candidate, run.seed, run.length, run.rate)
    return level - 0.05 * abs(run.rate - 1) - 0.1 / run.length + 0.01 * run.seed + wobble


def play(book: RaceBook, value: Callable[[Run], float | None], order: Random | None = None) -> RaceBook:
    while runs := list(book.runs()):
        if order is not None:
            order.shuffle(runs)
        book.tell(runs[0].task, 1, value(runs[0]))
    return book


def test_a_single_candidate_is_decided_before_anything_is_trained() -> None:
    book = RaceBook(plan(entrants=("relu",)))
    assert book.finished
    assert book.runs() == ()
    assert book.report().stopped == "decided"


def test_when_nothing_can_be_trained_nobody_is_left() -> None:
    book = play(RaceBook(plan()), lambda _run: None)
    assert book.finished
    assert {entry.status for entry in book.report().entries} == {"diverged"}
    assert book.failures == book.results == 18


def test_a_candidate_that_never_trains_is_out_and_the_others_go_on() -> None:
    book = play(RaceBook(plan()), lambda run: None if run.candidate == "gelu" else score(run))
    status = {entry.candidate: entry.status for entry in book.report().entries}
    assert status == {"relu": "in_group", "tanh": "dropped", "gelu": "diverged"}


def test_equal_candidates_stay_tied_until_nothing_more_can_be_learned() -> None:
    book = play(RaceBook(plan()), lambda run: 0.9 - 0.1 / run.length + 0.01 * run.seed)
    assert book.finished
    assert book.settled()
    assert {entry.status for entry in book.report().entries} == {"in_group"}


def test_a_spent_budget_ends_the_race_with_the_tie_as_it_is() -> None:
    chance = Random(3)
    each = plan(budget=2 * (3 * 2 + 18) * 3 + 18)
    book = play(RaceBook(each), lambda run: 0.9 + 0.02 * chance.random() - 0.1 / run.length)
    assert book.finished
    assert book.units <= each.budget


@pytest.mark.parametrize("seed", range(5))
def test_the_order_in_which_results_come_changes_nothing(seed: int) -> None:
    straight = play(RaceBook(plan()), score)
    shuffled = play(RaceBook(plan()), score, Random(seed))
    assert shuffled.report() == straight.report()


@pytest.mark.parametrize("seed", range(3))
def test_results_that_come_before_their_training_is_cut_wait_for_it(seed: int) -> None:
    """As after a change of the rules: the log then holds them in the order of the old ones."""
    log: list[tuple[str, float]] = []

    def noted(run: Run) -> float:
        log.append((run.task, score(run)))
        return score(run)

    straight = play(RaceBook(plan()), noted)
    Random(seed).shuffle(log)
    again = RaceBook(plan())
    again.replay("7.nobody.0.0", 1, 0.5)
    for task, value in log:
        again.replay(task, 1, value)
    assert again.report() == straight.report()
    assert again.results == straight.results


def test_a_second_result_of_a_training_changes_nothing() -> None:
    book = RaceBook(plan())
    task = book.runs()[0].task
    book.tell(task, 1, 0.5)
    book.tell(task, 2, 0.9)
    ended = book.ended(task)
    assert ended is not None
    assert ended.score == 0.5
    assert book.results == 1


def test_a_training_that_was_never_cut_is_refused() -> None:
    with pytest.raises(ValueError, match="no task"):
        RaceBook(plan()).tell("0.relu.9.9", 1, 0.5)


def test_a_cancelled_race_takes_nothing_more() -> None:
    book = RaceBook(plan())
    task = book.runs()[0].task
    book.cancel()
    book.tell(task, 1, 0.5)
    assert (book.results, book.runs(), book.report().stopped) == (0, (), "cancelled")


def test_a_training_of_one_unit_is_raced_on_a_single_rung() -> None:
    book = play(RaceBook(plan(rungs=foreign_rungs(1), budget=200)), score)
    assert book.finished
    assert book.report().rungs == (1,)
    assert book.report().entries[0].candidate in ("relu", "gelu")


def test_what_was_left_open_is_known_after_the_first_trainings() -> None:
    book = RaceBook(plan(margin_open=True, baseline_open=True))
    assert (book.report().baseline, book.margin) == (None, None)
    play(book, score)
    baseline, margin = book.report().baseline, book.margin
    assert baseline is not None
    assert margin is not None
    assert 0.6 < baseline < 0.75
    assert 0.001 < margin < 0.004


def test_partial_scores_of_the_attempt_that_ended_make_the_curve() -> None:
    book = RaceBook(plan())

    def value(run: Run) -> float:
        for at in (3, 6, 12, 18):
            book.note(run.task, 1, at, score(run) * at / run.length)
            book.note(run.task, 2, at, 123.0)
        return score(run)

    play(book, value)
    report = book.report()
    assert report.curves[0].steps == (3, 6, 12, 18)
    assert max(report.curves[0].score) < 1
    assert report.entries[0].steps_to_level is not None


values = st.none() | st.floats(-LARGEST, LARGEST) | st.sampled_from([0.0, 1.0, 1e-300, LARGEST, -LARGEST])


@settings(max_examples=60, deadline=None)
@given(scores=st.lists(values, min_size=1, max_size=30), known=st.booleans(), length=st.sampled_from([1, 9]))
def test_whatever_trainers_tell_the_race_comes_to_its_end(scores: list[float | None], known: bool, length: int) -> None:
    told = cycle(scores)
    terms = plan(rungs=foreign_rungs(length), margin_open=not known, baseline_open=not known, budget=1000)
    book = play(RaceBook(terms), lambda _run: next(told))
    assert book.finished
    for entry in book.report().entries:
        assert entry.score is None or isfinite(entry.score)


def test_small_numbers_are_told_to_a_thousandth_of_the_margin() -> None:
    book = play(RaceBook(plan(margin=1e-12)), lambda run: 1e-10 * score(run))
    best = book.report().entries[0]
    assert best.score is not None
    assert best.score > 9e-11


def test_no_curve_is_made_of_two_points() -> None:
    book = RaceBook(plan())

    def value(run: Run) -> float:
        book.note(run.task, 1, 1, 0.1)
        return score(run)

    play(book, value)
    assert book.report().curves[0].steps == ()
    assert book.report().entries[0].steps_to_level is None

"""What goes on to the next rung."""

from __future__ import annotations

import pytest

from models.race.policy import (
    CATCH_UP,
    can_change,
    catch_up,
    lower_rate,
    outside,
    rates_for_full,
    rates_to_keep,
    shortfall,
    undecided,
)
from models.race.standing import Members, all_diverged, best_rate, counted, standing
from models.race.statistics import Comparison
from models.training.task import MemberResult

GRID = (1e-3, 1e-2, 1e-1)


def member(score: float | None, rate: float = 1e-2, seed: int = 0) -> MemberResult:
    return MemberResult(learning_rate=rate, seed=seed, score=score, diverged_at=None if score is not None else 3)


def members(**scores: list[float | None]) -> Members:
    rates = {"low": 1e-3, "middle": 1e-2, "high": 1e-1}
    return {
        rates[word]: {seed: member(score, rates[word], seed) for seed, score in enumerate(row)}
        for word, row in scores.items()
    }


def test_a_diverged_member_and_one_below_the_trivial_predictor_count_as_that() -> None:
    assert counted(member(None), 0.1) == counted(member(-5.0), 0.1) == 0.1
    assert counted(member(0.5), 0.1) == 0.5


def test_only_a_candidate_without_any_score_has_diverged() -> None:
    assert all_diverged(members(low=[None, None], high=[None, None]))
    assert not all_diverged(members(low=[None, 0.2], high=[None, None]))


def test_of_equal_learning_rates_the_middle_one_is_best() -> None:
    assert best_rate(members(low=[0.1, 0.1], middle=[0.1, 0.1], high=[0.1, 0.1]), 0.1) == 1e-2


def test_a_learning_rate_with_fewer_seeds_does_not_take_over() -> None:
    assert best_rate(members(low=[0.9, 0.9, 0.9], high=[0.95, 0.95]), 0.1) == 1e-3


def test_the_second_learning_rate_is_kept_only_when_it_is_near() -> None:
    assert rates_to_keep(members(low=[0.9], middle=[0.89], high=[0.88]), 0.1, 0.01) == (1e-3, 1e-2)
    assert rates_to_keep(members(low=[0.9], middle=[0.8], high=[0.7]), 0.1, 0.01) == (1e-3,)


def test_the_full_length_takes_the_best_learning_rate_and_of_equal_ones_the_lower() -> None:
    assert rates_for_full({"a": members(low=[0.88], middle=[0.9])}, 0.1) == {"a": 1e-2}
    assert rates_for_full({"a": members(low=[0.9], middle=[0.9])}, 0.1) == {"a": 1e-3}


def test_the_others_outvote_a_small_lead_of_a_learning_rate_and_no_large_one() -> None:
    others = {name: members(low=[0.9], middle=[0.85]) for name in ("b", "c")}
    assert rates_for_full({"a": members(low=[0.88], middle=[0.9]), **others}, 0.1)["a"] == 1e-3
    assert rates_for_full({"a": members(low=[0.8], middle=[0.9]), **others}, 0.1)["a"] == 1e-2


def test_a_learning_rate_that_a_candidate_has_not_run_is_not_given_to_it() -> None:
    rung = {"a": members(high=[0.9]), "b": members(low=[0.9], high=[0.5]), "c": members(low=[0.9], high=[0.5])}
    assert rates_for_full(rung, 0.1) == {"a": 1e-1, "b": 1e-3, "c": 1e-3}


def test_what_a_candidate_made_good_it_may_make_good_again() -> None:
    before = standing({"a": members(low=[0.8]), "b": members(low=[0.4])}, ["a", "b"], 0.1, 1e-3)
    now = standing({"a": members(low=[0.9]), "b": members(low=[0.7])}, ["a", "b"], 0.1, 1e-3)
    assert catch_up(before, now)["b"] >= CATCH_UP * 0.2 * 0.9
    assert catch_up(before, before) == {"a": 0.0, "b": 0.0}


def test_who_fell_back_may_come_back_as_far_as_others_moved() -> None:
    names = ["a", "b", "c", "d", "e"]
    first = {"a": 0.9, "b": 0.8, "c": 0.7, "d": 0.6, "e": 0.8}
    then = {"a": 0.9, "b": 0.85, "c": 0.8, "d": 0.7, "e": 0.75}
    before, now = (
        standing({name: members(low=[row[name]]) for name in names}, names, 0.1, 1e-3) for row in (first, then)
    )
    allowed = catch_up(before, now)
    assert allowed["e"] == allowed["a"] == pytest.approx(CATCH_UP * 0.1)
    assert allowed["c"] >= allowed["e"]


def test_a_full_training_that_diverges_falls_short_by_all_that_the_short_one_promised() -> None:
    assert shortfall(members(middle=[0.9, 0.9]), members(middle=[None, None]), 0.1) == pytest.approx(0.8)
    assert shortfall(members(middle=[0.9]), members(low=[0.95], middle=[0.2]), 0.1) == pytest.approx(-0.05)


def test_the_next_lower_rate_is_below_all_that_were_tried() -> None:
    assert lower_rate(members(high=[0.8], middle=[0.8]), GRID) == 1e-3
    assert lower_rate(members(low=[0.8]), GRID) is None


def comparison(name: str, mean: float, half: float, p_value: float) -> Comparison:
    return Comparison(name, 5, mean, half / 2, 8.0, mean - half, mean + half, p_value)


def test_worse_beyond_doubt_but_by_less_than_the_margin_stays_in_the_group() -> None:
    found = {"near": comparison("near", -0.005, 0.001, 1e-9), "far": comparison("far", -0.05, 0.001, 1e-9)}
    assert outside(found, 0.01, 24) == {"far"}


def test_what_is_out_or_shown_to_be_within_the_margin_is_decided_and_the_worst_open_ones_come_first() -> None:
    found = {
        "tied": comparison("tied", -0.002, 0.004, 0.3),
        "open": comparison("open", -0.005, 0.02, 0.3),
        "worse": comparison("worse", -0.02, 0.02, 0.02),
        "worst": comparison("worst", -0.03, 0.03, 0.02),
        "out": comparison("out", -0.05, 0.001, 1e-9),
    }
    assert undecided(found, 0.01, 24) == ("worst", "worse")
    within = {name: found[name] for name in ("tied", "open", "out")}
    assert undecided(within, 0.01, 24) == ("open",)
    assert undecided({"tied": found["tied"]}, 0.01, 24) == ()


def test_more_seeds_change_nothing_where_there_are_none_or_the_place_is_far_from_every_bound() -> None:
    close = comparison("close", -0.01, 0.02, 0.3)
    assert not can_change(close, 5, 0.01, 24)
    assert can_change(close, 20, 0.01, 24)
    level = Comparison("level", 5, -0.03, 0.01, 8.0, -0.05, -0.01, 0.02)
    assert not can_change(level, 6, 0.01, 10**9)


def test_more_seeds_may_show_out_overtake_or_show_within_the_margin() -> None:
    assert can_change(Comparison("leaving", 5, -0.04, 0.01, 8.0, -0.06, -0.02, 0.004), 8, 0.001, 9)
    assert can_change(Comparison("overtaking", 5, -0.005, 0.01, 8.0, -0.025, 0.015, 0.3), 8, 1e-6, 10**9)
    assert can_change(Comparison("within", 2, -0.001, 0.002, 5.0, -0.005, 0.003, 0.3), 8, 0.0045, 10**9)

"""Terms that the first rung tells: what a useless model scores, and which difference does not matter."""

from __future__ import annotations

import pytest

from models.race.foreign import LEAST_MARGIN, ForeignPlan, foreign_rungs, price
from models.race.standing import Members
from models.training.task import MemberResult

PLAN = ForeignPlan(
    key="race",
    subject="dense",
    entrants=("relu",),
    learning_rates=(1.0,),
    rungs=(1, 9),
    budget=100,
    margin_open=True,
    baseline_open=True,
)


def first(*scores: float | None) -> dict[str, Members]:
    return {"relu": {1.0: {s: MemberResult(learning_rate=1.0, seed=s, score=value) for s, value in enumerate(scores)}}}


def test_nothing_but_divergence_settles_on_zero() -> None:
    settled = PLAN.settled(first(None, None))
    assert (settled.baseline, settled.margin) == (0.0, LEAST_MARGIN)


def test_the_lowest_score_is_the_baseline_and_a_hundredth_of_the_way_the_margin() -> None:
    settled = PLAN.settled(first(0.1, 0.5, None, 0.9, 0.6))
    assert settled.baseline == 0.1
    assert settled.margin == pytest.approx(0.008)


def test_a_score_that_is_far_out_is_no_baseline() -> None:
    assert PLAN.settled(first(0.5, 0.6, 0.7, 0.8, -1e30)).baseline == 0.5


def test_what_was_given_stays() -> None:
    given = PLAN.model_copy(update={"margin_open": False, "baseline_open": False, "margin": 0.2, "baseline": 0.3})
    assert given.settled(first(0.1, 0.9)) == given


@pytest.mark.parametrize(("length", "rungs"), [(1, (1,)), (2, (1, 2)), (9, (1, 9)), (30, (3, 30))])
def test_the_first_rung_is_a_ninth_where_there_can_be_one(length: int, rungs: tuple[int, ...]) -> None:
    assert foreign_rungs(length) == rungs


def test_the_price_is_all_rates_short_and_one_long_for_each_seed() -> None:
    assert price((3, 30), 5, 2) == 2 * (5 * 3 + 30)
    assert price((1,), 5, 2) == 2 * 5

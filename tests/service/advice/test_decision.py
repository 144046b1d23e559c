"""From beliefs to ranks: ties first, cost and habit only inside them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from service.advice.decision import (
    CLEARLY_WORSE,
    MARGIN,
    cost_weight,
    first_choices,
    inside_tie,
    order,
    probability_best,
    tie_groups,
)
from service.advice.posterior import Belief, Floats


def belief(mean: list[float], sd: float | list[float] = 1.0) -> Belief:
    return Belief(np.array(mean), np.broadcast_to(np.array(sd, dtype=float), len(mean)).copy())


def test_a_single_candidate_is_best_for_certain() -> None:
    alone = belief([3.0])
    assert probability_best(alone).tolist() == [1.0]
    assert tie_groups(alone, "balanced").tolist() == [1]


def test_equal_candidates_share_the_probability_and_the_group() -> None:
    equal = belief([1.0] * 4, 2.0)
    assert probability_best(equal) == pytest.approx([0.25] * 4)
    assert tie_groups(equal, "balanced").tolist() == [1] * 4


def test_the_probability_of_being_best_agrees_with_the_two_candidate_formula() -> None:
    # P(X > Y) = Phi(difference / sqrt(s1^2 + s2^2)) = Phi(1 / sqrt 5)
    assert probability_best(belief([1.0, 0.0], [1.0, 2.0]))[0] == pytest.approx(0.6726, abs=1e-3)


def test_a_clear_loser_starts_a_group_of_its_own() -> None:
    assert tie_groups(belief([0.0, -20.0, -0.5, -21.0]), "balanced").tolist() == [1, 2, 1, 2]


def test_a_difference_within_the_margin_is_a_tie_however_sure_it_is() -> None:
    assert tie_groups(belief([0.0, -0.9 * MARGIN], 1e-3), "balanced").tolist() == [1, 1]
    assert tie_groups(belief([0.0, -1.1 * MARGIN], 1e-3), "balanced").tolist() == [1, 2]


def test_an_uncertain_difference_is_a_tie_however_large_it_looks() -> None:
    assert tie_groups(belief([0.0, -10.0], 20.0), "balanced").tolist() == [1, 1]


def test_convention_forgives_more_than_quality() -> None:
    between = belief([0.0, -(MARGIN + CLEARLY_WORSE) / 2], 1e-3)
    assert tie_groups(between, "convention").tolist() == [1, 1]
    assert tie_groups(between, "quality").tolist() == [1, 2]


def test_inside_a_tie_the_cheapest_comes_first_when_habit_is_silent() -> None:
    worth = inside_tie(np.zeros((1, 3)), np.zeros((1, 3)), np.array([[0.5, 0.0, 0.25]]), ["balanced"])
    assert order(np.ones(3, dtype=np.int64), worth[0]) == [1, 2, 0]


def test_inside_a_tie_quality_listens_to_quality_alone() -> None:
    worth = inside_tie(np.array([[1.0, 2.0]]), np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]]), ["quality"])
    assert order(np.ones(2, dtype=np.int64), worth[0]) == [1, 0]


def test_each_situation_is_ordered_by_its_own_preference() -> None:
    mean, support, burden = np.array([[1.0, 2.0]] * 3), np.array([[0.5, 0.4]] * 3), np.array([[0.5, 0.0]] * 3)
    worth = inside_tie(mean, support, burden, ["convention", "balanced", "quality"])
    assert np.argmax(worth, axis=1).tolist() == [0, 1, 1]


def test_a_better_group_comes_first_whatever_it_costs() -> None:
    assert order(np.array([2, 1]), np.array([9.0, 0.0])) == [1, 0]


def test_cost_weighs_more_on_a_low_budget_and_less_in_wide_layers() -> None:
    assert cost_weight("low", False, 64) > cost_weight("medium", False, 64) > cost_weight("high", False, 64)
    assert cost_weight("low", True, 64) > cost_weight("low", False, 64) > cost_weight("low", False, 1024)


def test_a_situation_that_allows_nothing_disturbs_no_other() -> None:
    held = Belief(np.array([[0.0, 5.0], [0.0, 5.0]]), np.ones((2, 2)))
    allowed = np.array([[False, False], [True, True]])
    assert first_choices(held, allowed, held.mean, np.ones(2))[1] == 1


MEANS = arrays(np.float64, st.integers(1, 12), elements=st.floats(-100, 100))


@given(MEANS, st.floats(0.01, 30))
def test_probabilities_sum_to_one_and_the_best_mean_is_likeliest(mean: Floats, sd: float) -> None:
    share = probability_best(Belief(mean, np.full(len(mean), sd)))
    assert share.sum() == pytest.approx(1.0)
    assert share[np.argmax(mean)] == pytest.approx(share.max(), abs=1e-6)


@given(MEANS, st.floats(0.01, 30), st.sampled_from(["balanced", "quality", "convention"]))
def test_the_batched_first_choice_is_the_first_of_the_order(mean: Floats, sd: float, prefer: str) -> None:
    held = Belief(mean, np.full(len(mean), sd))
    support = np.linspace(0.0, 1.0, len(mean))
    worth = inside_tie(mean[None], support[None], support[None, ::-1], [prefer])[0]
    first = order(tie_groups(held, prefer), worth)[0]
    margin = CLEARLY_WORSE if prefer == "convention" else MARGIN
    batched = first_choices(
        Belief(mean[None], held.sd[None]), np.ones((1, len(mean)), dtype=bool), worth[None], np.array([margin])
    )
    assert batched[0] == first

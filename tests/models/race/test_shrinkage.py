"""The leader's luck is taken back, and the intervals then cover what they say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.race.shrinkage import without_luck
from models.race.standing import standing
from models.race.statistics import Comparison
from models.training.task import MemberResult


def member(score: float, seed: int) -> MemberResult:
    return MemberResult(learning_rate=1e-2, seed=seed, score=score)


def coverage(truth: list[float], seeds: int, races: int, spreads: list[float] | None = None) -> tuple[float, float]:
    """Share of 90 % intervals, over all candidates but the leader, that hold the true difference; and mean error."""
    rng, names = np.random.default_rng(5), [f"c{i}" for i in range(len(truth))]
    noise = np.array(spreads or [0.01] * len(truth))[:, None]
    covered, errors = [], []
    for _ in range(races):
        scores = (
            np.array(truth)[:, None]
            + 0.02 * rng.standard_normal(seeds)
            + noise * rng.standard_normal((len(truth), seeds))
        )
        rung = {
            name: {1e-2: {seed: member(float(score), seed) for seed, score in enumerate(row)}}
            for name, row in zip(names, scores, strict=True)
        }
        now = standing(rung, names, -1e9, 1e-4)
        best = truth[names.index(now.leader)]
        for name, item in now.comparisons.items():
            difference = truth[names.index(name)] - best
            covered.append(item.low <= difference <= item.high)
            errors.append(item.mean - difference)
    return float(np.mean(covered)), float(np.mean(errors))


@pytest.mark.parametrize("seeds", [2, 4])
@pytest.mark.parametrize("step", [0.0, 0.004, 0.02])
def test_intervals_to_the_leader_cover_nine_tenths_or_a_little_more_whoever_leads(seeds: int, step: float) -> None:
    share, _ = coverage([0.9 - step * i for i in range(10)], seeds, 80)
    assert 0.86 < share < 0.99


def test_intervals_cover_with_spreads_that_differ_by_factors() -> None:
    rng = np.random.default_rng(2)
    spreads = (0.01 * np.sqrt(4.8 / rng.chisquare(4.8, 10))).tolist()
    share, _ = coverage([0.9 - 0.005 * i for i in range(10)], 3, 100, spreads)
    assert 0.85 < share < 0.97


def test_ten_equal_candidates_are_not_all_told_to_be_behind() -> None:
    _, error = coverage([0.9] * 10, 3, 80)
    plain = 1.71 * 0.01 / 3**0.5
    assert abs(error) < 0.5 * plain


def item(name: str, mean: float) -> Comparison:
    return Comparison(name, 3, mean, 0.01, 6.0, mean - 0.02, mean + 0.02, 0.3)


def test_of_two_candidates_a_difference_of_one_standard_error_is_all_luck_and_one_of_two_keeps_three_quarters() -> None:
    error = 0.01
    for ratio, kept in ((1.0, 0.0), (2.0, 0.75), (3.0, 1 - 1 / 9)):
        gap = ratio * 2**0.5 * error
        found = {"b": item("b", -gap)}
        moved = without_luck(found, {"a": 0.9, "b": 0.9 - gap}, dict.fromkeys("ab", error), "a")
        assert moved["b"].mean == pytest.approx(-kept * gap, abs=1e-9)


def test_a_leader_whom_nobody_comes_near_has_no_luck_to_give_back() -> None:
    found = {"b": item("b", -0.5)}
    assert without_luck(found, {"a": 0.9, "b": 0.4}, dict.fromkeys("ab", 0.01), "a") == found


def test_intervals_of_two_candidates_cover_when_the_better_one_is_called_leader() -> None:
    share, _ = coverage([0.9, 0.895], 2, 400)
    assert 0.86 < share < 0.99


def test_a_far_candidate_neither_hides_the_luck_of_the_others_nor_is_brought_near() -> None:
    means = {"a": 0.91, "b": 0.9, "c": 0.9, "d": 0.89, "e": 0.1}
    errors = dict.fromkeys(means, 0.02)
    found = {name: item(name, mean - 0.91) for name, mean in means.items() if name != "a"}
    moved = without_luck(found, means, errors, "a")
    assert moved["d"].mean == pytest.approx(0.0, abs=1e-9)
    assert moved["e"].mean == pytest.approx(-0.8)
    assert moved["e"].high - moved["e"].low == pytest.approx(0.04)


def test_equal_means_are_no_error() -> None:
    means = dict.fromkeys("abcd", 0.5)
    found = {name: item(name, 0.0) for name in "bcd"}
    assert without_luck(found, means, dict.fromkeys("abcd", 0.01), "a") == found


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(0.0, 1.0), min_size=2, max_size=12),
    st.floats(0.001, 0.2),
    st.floats(-5.0, 5.0),
)
def test_nobody_passes_the_leader_or_moves_away_from_it_and_a_shift_of_all_changes_nothing(
    values: list[float], error: float, shift: float
) -> None:
    names = [f"c{i}" for i in range(len(values))]
    means = dict(zip(names, values, strict=True))
    leader = max(names, key=lambda name: means[name])
    found = {name: item(name, means[name] - means[leader]) for name in names if name != leader}
    errors = dict.fromkeys(names, error)
    moved = without_luck(found, means, errors, leader)
    for name, before in found.items():
        assert before.mean - 1e-12 <= moved[name].mean <= 1e-12
    shifted = without_luck(found, {name: mean + shift for name, mean in means.items()}, errors, leader)
    for name, after in shifted.items():
        assert after.mean == pytest.approx(moved[name].mean, abs=1e-6)

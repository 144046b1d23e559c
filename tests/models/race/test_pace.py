"""Steps to a level: where curves cross, who never does, and intervals that cover."""

from __future__ import annotations

import numpy as np
import pytest

from models.race.pace import LEVEL, level_of, paces, steps_to
from models.training.task import MemberResult


def curve(*scores: float, every: int = 100) -> MemberResult:
    steps = tuple(every * (i + 1) for i in range(len(scores)))
    return MemberResult(learning_rate=0.01, seed=0, score=scores[-1], curve_steps=steps, curve_scores=scores)


def test_a_level_between_two_points_is_crossed_on_the_line_between_them() -> None:
    assert steps_to(curve(0.4, 0.8, 0.9), 0.6, 0.0) == pytest.approx(150)
    assert steps_to(curve(0.4, 0.8), 0.2, 0.0) == pytest.approx(50)


def test_a_point_on_the_level_counts_and_the_first_crossing_does() -> None:
    assert steps_to(curve(0.4, 0.8, 0.3, 0.9), 0.8, 0.0) == pytest.approx(200)


def test_a_curve_below_the_level_never_gets_there_and_an_empty_one_neither() -> None:
    assert steps_to(curve(0.4, 0.5), 0.6, 0.0) is None
    gone = MemberResult(learning_rate=0.01, seed=0, score=None, diverged_at=3)
    assert steps_to(gone, 0.6, 0.0) is None


def test_a_level_at_the_trivial_score_takes_one_step() -> None:
    assert steps_to(curve(0.5, 0.6), 0.1, 0.1) == 1.0


def test_twice_the_steps_are_twice_the_pace_and_a_seed_that_never_gets_there_leaves_none() -> None:
    fast, slow = [curve(0.9, 1.0, every=50)] * 2, [curve(0.9, 1.0)] * 2
    found = paces({"fast": fast, "slow": slow, "lost": [curve(0.9, 1.0), curve(0.1, 0.2)]}, 1.0, 0.0)
    assert found["fast"]
    assert found["slow"]
    assert found["slow"].mean == pytest.approx(2 * found["fast"].mean, rel=0.01)
    assert found["fast"].low < found["fast"].mean < found["fast"].high
    assert found["lost"] is None


def test_a_leader_no_better_than_the_trivial_predictor_times_nobody() -> None:
    assert paces({"a": [curve(0.5, 0.5)]}, 0.5, 0.5) == {"a": None}


def test_the_level_lies_nine_tenths_of_the_way() -> None:
    assert level_of(1.1, 0.1) == pytest.approx(0.1 + LEVEL)


def test_one_seed_borrows_the_spread_of_the_others() -> None:
    many = {f"c{i}": [curve(0.8 + 0.02 * j, 1.0) for j in range(4)] for i in range(4)}
    found = paces({**many, "once": [curve(0.8, 1.0)]}, 1.0, 0.0)
    assert found["once"]
    assert found["c0"]
    assert found["once"].high / found["once"].low > found["c0"].high / found["c0"].low


def test_nine_tenths_of_the_intervals_hold_the_true_pace() -> None:
    rng, held, races = np.random.default_rng(4), 0, 150
    for _ in range(races):
        steps = np.exp(np.log(100) + 0.3 * rng.standard_normal((8, 3)))
        members = {
            f"c{i}": [
                MemberResult(
                    learning_rate=0.1, seed=0, score=1.0, curve_steps=(round(1000 * s),), curve_scores=(LEVEL,)
                )
                for s in row
            ]
            for i, row in enumerate(steps)
        }
        found = paces(members, 1.0, 0.0)
        held += sum(effect is not None and effect.low <= 100_000 <= effect.high for effect in found.values())
    assert 0.87 < held / (8 * races) < 0.96

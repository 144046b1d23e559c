"""Learning rates over time, and the points of the curve."""

from __future__ import annotations

import pytest

from models.training.schedule import evaluation_steps, rate_factor


@pytest.mark.parametrize("steps", [1, 2, 3, 19, 100, 5000])
def test_the_factor_is_never_zero_and_reaches_one_exactly_once_or_at_the_peak(steps: int) -> None:
    factors = [rate_factor(step, steps) for step in range(1, steps + 1)]
    assert min(factors) > 0
    assert max(factors) == 1
    assert factors.index(1) == max(1, min(100, round(steps / 20))) - 1


def test_the_factor_rises_then_falls_towards_zero() -> None:
    factors = [rate_factor(step, 200) for step in range(1, 201)]
    assert factors[:10] == sorted(factors[:10])
    assert factors[9:] == sorted(factors[9:], reverse=True)
    assert factors[-1] < 0.01


@pytest.mark.parametrize(("steps", "evaluations"), [(1, 1), (1, 9), (7, 3), (100, 8), (3, 100)])
def test_evaluations_end_with_the_last_step_and_never_repeat(steps: int, evaluations: int) -> None:
    points = evaluation_steps(steps, evaluations)
    assert points[-1] == steps
    assert points[0] >= 1
    assert len(set(points)) == len(points) == min(steps, evaluations)

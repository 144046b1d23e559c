"""Proofs about outputs that predict numbers, computed a second time."""

from __future__ import annotations

import pytest

from service.doctor.proofs.numbers import (
    bounded_critic,
    half_precision_limit,
    impossible_predictions,
    out_of_range,
    rectified_output,
)


def test_a_linear_output_leaves_a_range_on_every_open_side() -> None:
    both, above = impossible_predictions(0.0, 1.0).numbers, impossible_predictions(0.0, None).numbers
    assert both["lowest"] < 0 < 1 < both["highest"]
    assert above["lowest"] < 0
    assert 0 < both["impossible"] < 0.2
    assert 0 < above["impossible"] < 0.4


def test_the_share_of_impossible_predictions_does_not_depend_on_units() -> None:
    assert impossible_predictions(0.0, 1.0).numbers == impossible_predictions(-300.0, 500.0).numbers


@pytest.mark.parametrize("scale", [1.0, 1e6, 1e300])
def test_far_too_wide_targets_leave_nearly_all_of_the_error(scale: float) -> None:
    # a saturated tanh explains little of targets spread evenly over [-10, 10] and nothing beyond
    left = out_of_range("tanh", -10 * scale, 10 * scale).numbers["error_over_variance"]
    expected = (9 / scale) ** 3 / 3 / (10 / scale) / (100 / 3 / scale**2) if scale == 1 else 1.0
    assert left == pytest.approx(expected, rel=0.01)


def test_targets_that_are_never_negative_leave_only_the_dead_starts() -> None:
    assert set(rectified_output("relu", 0.0, 64).numbers) == {"dead_starts"}
    assert "error_left" in rectified_output("relu", None, 64).numbers


def test_few_inputs_die_more_often_than_many() -> None:
    few, many = (rectified_output("relu", 0.0, inputs).numbers["dead_starts"] for inputs in (1, 64))
    # one rectified feature: a negative weight is enough
    assert few == pytest.approx(0.5, abs=0.1)
    assert many < 0.1


@pytest.mark.parametrize(("name", "limit"), [("exp", 11.09), ("squared_relu", 255.9)])
def test_half_precision_ends_where_the_facts_say(name: str, limit: float) -> None:
    assert half_precision_limit(name).numbers["limit"] == pytest.approx(limit, abs=0.05)


def test_a_bounded_critic_hardly_sees_distance() -> None:
    numbers = bounded_critic("sigmoid").numbers
    assert numbers["far"] < numbers["most"] == 1
    assert numbers["gradient"] < 1e-4

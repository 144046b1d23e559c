"""Proofs about recurrence, privacy and devices, computed a second time."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from service.doctor.proofs.uses import (
    clipped_gradients,
    eight_bits,
    largest_difference,
    open_gate,
    shrunken_slope,
    state_growth,
)


def test_a_rectified_state_grows_and_a_bounded_one_does_not() -> None:
    numbers = state_growth("relu", 64).numbers
    # 10 % more at each of 100 steps is a factor of 1.1^100 = 13781 at most, reached but for what the gain misses
    assert 100 < numbers["state"] < 50 * 1.1**100
    assert numbers["state_tanh"] < 1


def test_a_linear_state_grows_by_the_excess_of_its_weights() -> None:
    # orthogonal weights: the expected square is the sum of 1.21^k over 100 steps, per unit
    expected = sqrt((1.21**100 - 1) / 0.21)
    assert state_growth("identity", 64).numbers["state"] == pytest.approx(expected, rel=0.25)


def test_bounded_hidden_units_bound_the_norm() -> None:
    numbers = clipped_gradients("relu", 64).numbers
    assert numbers["largest_norm_tanh"] <= sqrt(64)
    assert numbers["largest_norm"] > numbers["largest_norm_tanh"]


def test_a_sigmoid_gate_never_leaves_its_range() -> None:
    assert open_gate("sigmoid").numbers["outside"] == 0
    assert open_gate("identity").numbers["outside"] == pytest.approx(0.5 + 0.1587, abs=0.03)


def test_the_difference_of_a_function_from_itself_is_zero() -> None:
    assert largest_difference("relu", "relu").numbers["largest_difference"] == 0


def test_a_decay_that_takes_all_in_one_step_leaves_nothing() -> None:
    assert shrunken_slope(1000.0, 1000.0).numbers["slope"] == 0


def test_the_rounding_error_is_that_of_a_uniform_error_within_one_step() -> None:
    numbers = eight_bits("silu").numbers
    step = (20 + 0.2784645) / 255
    assert numbers["rounding_error"] == pytest.approx(step / sqrt(12), rel=0.1)
    assert np.isfinite(numbers["ratio"])

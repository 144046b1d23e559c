"""Numbers in few bits."""

from __future__ import annotations

import numpy as np
import pytest

from models.passports.formats import affine_int8, brain, half, symmetric_int8


def test_symmetric_int8_has_255_levels_and_keeps_the_largest() -> None:
    weights = np.linspace(-2, 1.5, 10_001, dtype=np.float32)[None, :]
    symmetric_int8(weights, (1,))
    assert weights.min() == pytest.approx(-2)
    assert len(np.unique(weights)) == 127 + 95 + 1


def test_a_common_scale_coarsens_what_is_small_and_one_per_channel_does_not() -> None:
    weights = np.array([[[100.0, 50.0], [0.3, 0.1]]], dtype=np.float32)
    common, apart = weights.copy(), weights.copy()
    symmetric_int8(common, (1, 2))
    symmetric_int8(apart, (2,))
    assert (common[0, 1] == 0).all()
    np.testing.assert_allclose(apart[0, 1], [0.3, 0.1], rtol=0.02)


def test_weights_that_are_all_zero_stay_so() -> None:
    weights = np.zeros((2, 3), np.float32)
    symmetric_int8(weights, (1,))
    assert (weights == 0).all()


def test_affine_int8_meets_zero_exactly_and_clips_what_was_not_seen() -> None:
    values = np.array([-5.0, -0.3, 0.0, 2.71, 9.0], np.float32)
    affine_int8(values, np.array(-0.3, np.float32), np.array(6.0, np.float32))
    assert values[2] == 0
    step = 6.3 / 255
    np.testing.assert_allclose(values[[0, 1, 3, 4]], [-0.3, -0.3, 2.71, 6.0], atol=step)


def test_a_range_above_zero_is_stretched_to_it() -> None:
    values = np.array([0.9, 1.0], np.float32)
    affine_int8(values, np.array(0.9, np.float32), np.array(1.0, np.float32))
    np.testing.assert_allclose(values, [0.9, 1.0], atol=1 / 255)


def test_a_function_that_gave_only_zero_still_has_a_range() -> None:
    values = np.zeros(3, np.float32)
    affine_int8(values, np.array(0, np.float32), np.array(0, np.float32))
    assert (values == 0).all()


def test_float16_overflows_to_infinity() -> None:
    values = np.array([1.0001, 7e4, 1e-9], np.float32)
    half(values)
    assert values.tolist() == [1.0, np.inf, 0.0]


def test_bfloat16_rounds_ties_to_even_and_keeps_the_range_of_float32() -> None:
    values = np.array([1 + 2**-8, 1 + 3 * 2**-8, 3e38, -1e-38, np.inf, 0.0], np.float32)
    brain(values)
    np.testing.assert_allclose(values[:2], [1.0, 1 + 2**-6])
    np.testing.assert_allclose(values[2:4], [3e38, -1e-38], rtol=2**-8)
    assert values[4:].tolist() == [np.inf, 0.0]


def test_bfloat16_keeps_not_a_number() -> None:
    values = np.array([np.nan], np.float32)
    brain(values)
    assert np.isnan(values[0])


def test_values_in_any_layout_are_replaced_in_place() -> None:
    whole = np.full((4, 4), 1.001, np.float32)
    brain(whole[:, ::2])
    assert (whole[:, ::2] == 1).all()
    assert (whole[:, 1::2] == np.float32(1.001)).all()

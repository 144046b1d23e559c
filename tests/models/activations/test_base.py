"""Arrays of every shape and number type, and gradients of learnable parameters."""

from __future__ import annotations

import numpy as np
import pytest

from models.activations import catalogue, get
from models.activations.base import add_product


def test_a_single_number_gives_an_array_without_dimension() -> None:
    value, slope = get("gelu").value_and_slope(0.0)
    assert (value.shape, slope.shape) == ((), ())
    assert (float(value), float(slope)) == (0.0, 0.5)


def test_integers_become_float64() -> None:
    assert get("relu").value([-1, 2]).dtype == np.float64


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_floats_keep_their_dtype_and_the_input_is_untouched(dtype: type[np.floating]) -> None:
    for activation in catalogue().values():
        x = np.linspace(-2, 2, 12, dtype=dtype).reshape(3, 4)
        held = x.copy()
        assert activation.value(x).dtype == activation.slope(x).dtype == dtype
        assert np.array_equal(x, held)


def test_given_parameters_replace_the_initial_ones() -> None:
    assert float(get("prelu").value(-2.0, [np.asarray(0.5)])) == -1.0
    assert float(get("swish").value(3.0, [np.asarray(0.0)])) == 1.5


def test_parameters_of_one_member_do_not_touch_another() -> None:
    slopes = np.array([0.0, 1.0], dtype=np.float32).reshape(2, 1, 1)
    value = get("prelu").value(np.full((2, 3, 4), -2, dtype=np.float32), [slopes])
    assert np.array_equal(value[0], np.zeros((3, 4)))
    assert np.array_equal(value[1], np.full((3, 4), -2))


@pytest.mark.parametrize("shape", [(2, 1, 4), (2, 1, 1), (1, 1, 1), (2, 3, 4), (4,), (1,), ()])
def test_products_are_summed_over_axes_that_the_gradient_lacks(shape: tuple[int, ...]) -> None:
    left, right = np.random.default_rng(0).normal(size=(2, 2, 3, 4))
    gradient = np.ones(shape)
    add_product(gradient, left, right)
    padded = (1,) * (3 - len(shape)) + shape
    axes = tuple(axis for axis, size in enumerate(padded) if size == 1)
    np.testing.assert_allclose(gradient, 1 + (left * right).sum(axis=axes, keepdims=True).reshape(shape))


def test_derived_facts_follow_from_the_stated_ones() -> None:
    relu, silu, sigmoid = (get(name).facts for name in ("relu", "silu", "sigmoid"))
    assert [relu.kinked, relu.smooth, relu.bounded_below, relu.bounded_above] == [True, False, True, False]
    assert [silu.kinked, silu.smooth, silu.bounded] == [False, True, False]
    assert sigmoid.bounded


def test_work_has_a_leading_axis_only_when_several_buffers_are_needed() -> None:
    z = np.zeros((2, 3), dtype=np.float32)
    assert get("relu").work_like(z).shape == (2, 3)
    assert get("swish").work_like(z).shape == (2, 2, 3)
    assert get("swish").work_like(z).dtype == np.float32

"""The shared kernels are precise at both ends and never overflow."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import log_ndtr, ndtr

from models.activations import get
from models.activations.base import Array
from models.activations.normal import normal_tail_and_density
from models.activations.numerics import log1p_unit, logistic


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_log1p_keeps_relative_precision_down_to_the_smallest_inputs(dtype: type[np.floating]) -> None:
    u = np.concatenate([[0.0], np.geomspace(1e-30, 1, 500)]).astype(dtype)
    out = np.empty_like(u)
    log1p_unit(u.copy(), out=out)
    np.testing.assert_allclose(out, np.log1p(u.astype(np.float64)), rtol=4 * float(np.finfo(dtype).eps))


def test_the_logistic_function_reaches_zero_and_one_without_overflow() -> None:
    x = np.array([-1e4, -100, 0, 100, 1e4], dtype=np.float32)
    logistic(x, out=x)
    assert x[1] < 1e-37
    assert x[[0, 2, 3, 4]].tolist() == [0.0, 0.5, 1.0, 1.0]


def tail_and_density(size: Array) -> tuple[Array, Array]:
    tail, density = np.empty_like(size), np.empty_like(size)
    normal_tail_and_density(size, tail=tail, density=density)
    return tail, density


def test_the_fitted_normal_tail_is_within_two_float32_roundings_of_the_exact_one() -> None:
    size = np.linspace(0, 12, 20_001, dtype=np.float32)
    tail, _ = tail_and_density(size)
    exact = ndtr(-size.astype(np.float64))
    assert np.abs(tail - exact).max() < 2 * np.finfo(np.float32).eps
    assert np.abs(size * (tail - exact)).max() < 2 * np.finfo(np.float32).eps


def test_the_fitted_normal_tail_keeps_its_order_of_magnitude_far_out() -> None:
    size = np.linspace(1, 12, 500, dtype=np.float32)
    tail, _ = tail_and_density(size)
    assert np.abs(np.log(tail) - log_ndtr(-size.astype(np.float64))).max() < 0.02


def test_the_exact_tail_and_density_are_used_in_float64() -> None:
    size = np.array([0.0, 1.0, 3.0])
    tail, density = tail_and_density(size)
    np.testing.assert_allclose(tail, [0.5, 0.15865525393145705, 0.0013498980316300957], rtol=1e-14)
    np.testing.assert_allclose(density, [0.3989422804014327, 0.24197072451914337, 0.0044318484119380075], rtol=1e-14)


@pytest.mark.parametrize(
    ("name", "x", "expected"),
    [
        ("softplus", -80.0, 1.8048513878454153e-35),
        ("log_sigmoid", 80.0, -1.8048513878454153e-35),
        ("squareplus", -1e4, 9.9999999e-5),
        ("silu", -20.0, -4.122307e-8),
        ("gelu", -5.0, -1.4332577e-6),
        ("mish", -20.0, -4.122307e-8),
        ("squared_relu", 1e4, 1e8),
    ],
)
def test_tails_keep_relative_precision_in_float32(name: str, x: float, expected: float) -> None:
    assert float(get(name).value(np.float32(x))) == pytest.approx(expected, rel=2e-4)


def test_exp_is_clipped_below_the_largest_number() -> None:
    for dtype, largest in ((np.float32, 88.0), (np.float64, 709.0)):
        value, slope = get("exp").value_and_slope(np.array([largest, 1e4], dtype=dtype))
        assert np.isfinite(value).all()
        assert value[0] == value[1]
        assert np.array_equal(slope, value)

"""Curves hold the value and the slope at equally spaced inputs."""

from __future__ import annotations

import json
from math import inf, nan

import numpy as np
import pytest

from models.activations import catalogue, curve, get


def test_a_curve_has_two_hundred_and_one_points_from_minus_five_to_five() -> None:
    x, value, slope = curve(get("tanh"))
    assert (len(x), x[0], x[100], x[-1]) == (201, -5.0, 0.0, 5.0)
    np.testing.assert_allclose(value, np.tanh(x), atol=1e-15)
    np.testing.assert_allclose(slope, 1 - np.tanh(x) ** 2, atol=1e-15)


@pytest.mark.parametrize("name", catalogue())
def test_every_activation_has_a_curve_that_is_plain_json(name: str) -> None:
    points = curve(catalogue()[name], -3, 3, 7)
    assert {len(part) for part in points} == {7}
    assert "NaN" not in json.dumps(points)


def test_a_gated_unit_shows_its_gate() -> None:
    assert curve(get("swiglu")) == curve(get("silu"))


def test_softmax_shows_two_classes_as_a_sigmoid() -> None:
    x, value, slope = curve(get("softmax"))
    expected = get("sigmoid")
    np.testing.assert_allclose(value, expected.value(x), atol=1e-15)
    np.testing.assert_allclose(slope, expected.slope(x), atol=1e-15)


@pytest.mark.parametrize(("low", "high"), [(1.0, 1.0), (2.0, 1.0), (-inf, 0.0), (0.0, nan)])
def test_ends_that_are_not_finite_and_ascending_are_refused(low: float, high: float) -> None:
    with pytest.raises(ValueError, match="finite low < high"):
        curve(get("relu"), low, high)


def test_fewer_than_two_points_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 2 points"):
        curve(get("relu"), points=1)

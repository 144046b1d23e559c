"""The computations behind the conformance suite find what is there, for functions outside the catalogue too."""

from __future__ import annotations

from collections.abc import Callable
from math import inf

import numpy as np
import pytest

from models.activations.base import Array
from models.activations.conformance import computed_facts
from models.activations.conformance.computed_facts import Section


def section(f: Callable[[Array], Array], slope: Callable[[Array], Array]) -> Section:
    return lambda x: (f(x), slope(x))


STEP = section(lambda x: (x > 1.25) * 1.0, lambda x: 0 * x)
LOGARITHM = section(lambda x: np.sign(x) * np.log1p(np.abs(x)), lambda x: 1 / (1 + np.abs(x)))
CUBE_SPLINE = section(lambda x: np.maximum(x - 2, 0) ** 2, lambda x: 2 * np.maximum(x - 2, 0))
SHRINK = section(lambda x: np.sign(x) * np.maximum(np.abs(x) - 0.5, 0), lambda x: (np.abs(x) > 0.5) * 1.0)
TRIANGLE = section(
    lambda x: np.abs((x + 1) % 4 - 2) - 1,
    lambda x: np.where((x + 1) % 4 < 2, -1.0, 1.0),
)


def test_a_jump_of_the_value_is_found() -> None:
    assert computed_facts.value_jumps(STEP) == pytest.approx([1.25], abs=1e-8)
    assert computed_facts.smoothness(STEP) == -1


def test_a_function_that_grows_like_a_logarithm_is_unbounded_and_does_not_saturate() -> None:
    assert computed_facts.extremes(LOGARITHM) == (-inf, inf)
    assert computed_facts.saturated_ends(LOGARITHM) == "no"


def test_a_jump_of_the_second_derivative_away_from_zero_is_found() -> None:
    assert computed_facts.smoothness(CUBE_SPLINE) == 1
    assert computed_facts.bend_jumps(CUBE_SPLINE) == pytest.approx([2.0], abs=1e-3)


def test_a_flat_piece_in_the_middle_has_finite_ends() -> None:
    assert computed_facts.has_exact_zeros(SHRINK)
    assert computed_facts.flat_hull(SHRINK) == pytest.approx((-0.5, 0.5), abs=2e-3)


def test_many_kinks_are_all_found() -> None:
    assert len(computed_facts.slope_jumps(TRIANGLE)) == 24
    assert computed_facts.is_periodic(TRIANGLE)
    assert computed_facts.is_piecewise_linear(TRIANGLE)


def test_a_single_zero_is_not_an_interval_of_zeros() -> None:
    x = np.linspace(-1, 1, 2_001)
    assert computed_facts.zero_runs(x, x) == []

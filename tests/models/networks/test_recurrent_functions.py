"""The fast functions of recurrent layers: how near they are, and what they leave in work arrays."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.special import expit

from models.activations import get, hidden_candidates
from models.activations.base import Array
from models.networks.buffering import BUFFER, direct_passes
from models.networks.recurrent.functions import (
    Function,
    General,
    HyperbolicTangent,
    Logistic,
    fills_work,
    make_function,
    works,
)

FAST = [(Logistic(), expit), (HyperbolicTangent(), np.tanh)]


def evaluated(function: Function, x: Array) -> Array:
    out = np.empty_like(x)
    with direct_passes():
        function.evaluate(x, out=out, work=function.work_like(x))
    return out


@pytest.mark.parametrize(("function", "exact"), FAST)
def test_fast_functions_are_within_two_ten_millionths_in_float32(function: Function, exact: object) -> None:
    x = np.concatenate([np.linspace(-30, 30, 60_001), np.geomspace(1e-12, 1, 1001)]).astype(np.float32)
    assert callable(exact)
    assert np.abs(evaluated(function, x) - exact(x.astype(np.float64))).max() < 2e-7


@pytest.mark.parametrize(("function", "exact"), FAST)
def test_fast_functions_are_exact_in_float64(function: Function, exact: object) -> None:
    x = np.linspace(-30, 30, 6001)
    assert callable(exact)
    np.testing.assert_allclose(evaluated(function, x), exact(x), rtol=0, atol=1e-15)


@pytest.mark.parametrize(("function", "ends"), [(Logistic(), (0, 1)), (HyperbolicTangent(), (-1, 1))])
def test_fast_functions_reach_their_ends_at_huge_inputs(function: Function, ends: tuple[int, int]) -> None:
    values = evaluated(function, np.array([-1e30, -1e4, 1e4, 1e30], np.float32))
    assert values.tolist() == [ends[0], ends[0], ends[1], ends[1]]


@pytest.mark.parametrize("function", [Logistic(), HyperbolicTangent()])
def test_not_a_number_passes_through(function: Function) -> None:
    assert np.isnan(evaluated(function, np.array([np.nan], np.float32))).all()


@pytest.mark.parametrize("activation", [one.name for one in hidden_candidates()])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_is_said_not_to_fill_its_work_does_without_what_was_there(activation: str, dtype: type) -> None:
    chosen = get(activation)
    x: Array = np.linspace(-3.0, 3.0, 12, dtype=dtype)
    value, slope = chosen.value_and_slope(x)
    function = General(chosen, chosen.initial_parameters(x.dtype), [], x.dtype)
    first, second = works(function, 2, x)
    found = x.copy()
    function.apply(found, first)
    if not function.keeps_work:
        assert np.shares_memory(first, second)
        first[...] = np.nan
    delta = np.ones_like(x)
    function.pull(delta, found, first)
    tolerance = 0 if dtype is np.float64 else 1e-6
    np.testing.assert_allclose(found, value, rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(delta, slope, rtol=tolerance, atol=tolerance)


def test_activations_that_keep_something_have_a_work_array_for_each_step() -> None:
    assert fills_work(get("swish"), np.dtype(np.float64))
    assert not fills_work(get("tanh"), np.dtype(np.float64))
    made = works(make_function(get("swish"), [], [], np.dtype(np.float64)), 3, np.empty((2, 4)))
    assert [work.shape for work in made] == [(2, 2, 4)] * 3
    assert not any(np.shares_memory(one, other) for one, other in pairwise(made))


def test_direct_passes_end_with_their_context() -> None:
    before = np.getbufsize()
    with direct_passes():
        assert np.getbufsize() == BUFFER
        assert np.exp(np.float32(100.0)) == np.inf
    assert np.getbufsize() == before
    with pytest.raises(FloatingPointError):
        np.exp(np.float32(100.0))


def test_direct_passes_still_tell_of_invalid_operations() -> None:
    with direct_passes(), pytest.raises(FloatingPointError):
        np.subtract(np.float32(np.inf), np.float32(np.inf))

"""Compiled activations: the same functions as the catalogue's, on any arrays."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from models.activations import get
from models.activations.base import Array
from models.kernels.activations import fastest
from models.kernels.elementwise import runs
from tests.models.kernels.needed import needs_kernels

pytestmark = needs_kernels
FLOAT32 = np.dtype(np.float32)
RECTIFIERS = ("relu", "relu6", "clipped_relu", "leaky_relu", "rrelu", "squared_relu")
HARD = ("hard_tanh", "hard_sigmoid", "hard_swish")
SIGMOIDS = ("sigmoid", "tanh", "lecun_tanh", "penalized_tanh", "softsign")
GATES = ("silu", "quick_gelu", "gelu", "gelu_tanh", "mish")
OTHERS = ("elu", "celu", "selu", "softplus", "shifted_softplus", "squareplus", "sine")
NAMES = (*RECTIFIERS, *HARD, *SIGMOIDS, *GATES, *OTHERS)
LEARNED = ("prelu", "swish", "snake")
GATED = ("glu", "reglu", "geglu", "swiglu")
X = np.concatenate([np.linspace(-30, 30, 60_001), [-1e4, -100.0, -1e-6, -0.0, 0.0, 1e-6, 100.0, 1e4]])


@pytest.mark.parametrize("name", NAMES)
def test_values_and_slopes_are_those_of_the_catalogue_in_float64(name: str) -> None:
    value, slope = fastest(get(name), FLOAT32).value_and_slope(X.astype(np.float32))
    expected, expected_slope = get(name).value_and_slope(X.astype(np.float32).astype(np.float64))
    np.testing.assert_allclose(value, expected, rtol=3e-6, atol=3e-7)
    np.testing.assert_allclose(slope, expected_slope, rtol=1e-6, atol=6e-7)


EXACT: dict[str, Callable[[Array], Array]] = {
    "elu": lambda x: np.where(x > 0, x, np.expm1(x)),
    "celu": lambda x: np.where(x > 0, x, 2 * np.expm1(x / 2)),
}
"""Where the catalogue itself loses digits."""


@pytest.mark.parametrize("name", [*SIGMOIDS[1:], *EXACT, "silu", "mish", "sine", "squared_relu", "hard_swish"])
def test_small_inputs_keep_their_relative_precision(name: str) -> None:
    x = np.geomspace(1e-12, 1e-2, 200)
    x = np.concatenate([-x, x]).astype(np.float32)
    exact = x.astype(np.float64)
    expected = EXACT.get(name, get(name).value)(exact)
    np.testing.assert_allclose(fastest(get(name), FLOAT32).value(x), expected, rtol=5e-7)


@pytest.mark.parametrize("name", ["softplus", "squareplus"])
def test_the_left_tail_keeps_its_relative_precision(name: str) -> None:
    x = np.linspace(-80, 0, 4_001).astype(np.float32)
    np.testing.assert_allclose(fastest(get(name), FLOAT32).value(x), get(name).value(x.astype(np.float64)), rtol=8e-7)


def test_a_sine_of_large_numbers_is_precise_and_odd() -> None:
    x = np.concatenate([np.linspace(0, 1e4, 100_001), np.pi / 2 * np.arange(6_000)]).astype(np.float32)
    sine = fastest(get("sine"), FLOAT32)
    for value, expected in zip(sine.value_and_slope(x), get("sine").value_and_slope(x.astype(np.float64)), strict=True):
        np.testing.assert_allclose(value, expected, rtol=0, atol=3e-7)
    np.testing.assert_array_equal(sine.value(-x), -sine.value(x))


@pytest.mark.parametrize("name", ["relu6", "clipped_relu", "hard_tanh", "hard_sigmoid", "leaky_relu", "hard_swish"])
def test_the_slope_at_a_joint_is_that_of_the_catalogue(name: str) -> None:
    joints = np.array(get(name).facts.joints, np.float32)
    np.testing.assert_allclose(fastest(get(name), FLOAT32).slope(joints), get(name).slope(joints), rtol=1e-6)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [1, 7, 8, 9, 31])
def test_nan_passes_through_and_stays_where_it_is(name: str, size: int) -> None:
    for place in range(size):
        x = np.ones(size, np.float32)
        x[place] = np.nan
        value = fastest(get(name), FLOAT32).value(x)
        assert np.flatnonzero(np.isnan(value)).tolist() == [place]


@pytest.mark.parametrize("name", [*NAMES, *LEARNED, *GATED])
def test_a_compiled_activation_is_not_the_plain_one_but_says_the_same_of_itself(name: str) -> None:
    plain, compiled = get(name), fastest(get(name), FLOAT32)
    assert type(compiled) is not type(plain)
    assert compiled.facts is plain.facts
    assert compiled.work_buffers == plain.work_buffers
    assert compiled.roles == plain.roles


def test_float64_and_other_activations_stay_as_they_are() -> None:
    assert fastest(get("gelu"), np.dtype(np.float64)) is get("gelu")
    assert fastest(get("identity"), FLOAT32) is get("identity")


def laid_out(array: Array, layout: str) -> Array:
    """A copy of [M, units, rows] that lies in memory as asked."""
    members, units, rows = array.shape
    if layout == "members apart":
        stream = np.full((members, units + 1, rows), 5, array.dtype)
        stream[:, :-1] = array
        return stream[:, :-1]
    if layout == "rows first":
        return np.ascontiguousarray(array.swapaxes(1, 2)).swapaxes(1, 2)
    return array.copy()


@pytest.mark.parametrize("name", [*NAMES, *LEARNED])
@pytest.mark.parametrize("layout", ["close", "members apart", "rows first"])
@pytest.mark.parametrize("delta_layout", ["close", "members apart", "rows first"])
def test_any_layout_of_the_arrays_gives_the_same(name: str, layout: str, delta_layout: str) -> None:
    z, delta = np.random.default_rng(1).standard_normal((2, 3, 5, 11)).astype(np.float32)
    expected, slope = get(name).value_and_slope(z.astype(np.float64))
    compiled = fastest(get(name), FLOAT32)
    value, gradient = laid_out(z, layout), laid_out(delta, delta_layout)
    parameters, work = compiled.initial_parameters(FLOAT32), compiled.work_like(z)
    compiled.apply(value, work, parameters)
    compiled.pull(gradient, value, work, parameters)
    np.testing.assert_allclose(value, expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(gradient, delta * slope, rtol=1e-5, atol=1e-6)
    if layout == "members apart":
        base = value.base
        assert isinstance(base, np.ndarray)
        assert (base[:, -1] == 5).all()


@pytest.mark.parametrize("name", GATED)
def test_gated_units_by_kernels_are_those_of_the_catalogue(name: str) -> None:
    gate, linear = np.random.default_rng(2).standard_normal((2, 3, 50)).astype(np.float32)
    compiled, plain = fastest(get(name), FLOAT32), get(name)
    product, work, opened = np.empty_like(gate), compiled.work_like(gate), gate.copy()
    compiled.apply_gated(opened, linear, product, work)  # type: ignore[attr-defined]
    expected = plain.value_gated(gate.astype(np.float64), linear)  # type: ignore[attr-defined]
    np.testing.assert_allclose(product, expected, rtol=1e-5, atol=1e-6)


def test_runs_are_found_where_only_members_lie_apart() -> None:
    array = np.zeros((4, 6, 5), np.float32)
    assert runs(array) == (1, 120, 120)
    assert runs(array[:, :4]) == (4, 20, 30)
    assert runs(array[:, :, :4]) is None
    assert runs(array.astype(np.float64)) is None
    assert runs(array[:0]) == (1, 0, 0)

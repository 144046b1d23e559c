"""Compiled activations with a learned number: those of the catalogue, with the number's gradient."""

from __future__ import annotations

import numpy as np
import pytest

from models.activations import get
from models.activations.base import Array
from models.kernels.activations import fastest
from tests.models.kernels.needed import guarded, is_guarded, needs_kernels

pytestmark = needs_kernels
FLOAT32 = np.dtype(np.float32)
NAMES = ("prelu", "swish", "snake")
SHAPES = ((1, 1, 1), (1, 1, 9), (2, 3, 8), (3, 5, 31), (2, 2, 700), (2, 3, 2, 4))


def drawn(shape: tuple[int, ...], per: str, seed: int = 0) -> tuple[Array, Array, Array]:
    """z, delta and the numbers, in float32."""
    rng = np.random.default_rng(seed)
    z, delta = (2 * rng.standard_normal((2, *shape))).astype(np.float32)
    sizes = {"channel": shape[:2], "layer": (shape[0], 1), "channel of all members": (1, shape[1])}[per]
    return z, delta, rng.uniform(0.2, 3, (*sizes, *(1 for _ in shape[2:]))).astype(np.float32)


def in_float64(name: str, z: Array, delta: Array, numbers: Array) -> tuple[Array, Array, Array]:
    """The value, the gradient at z and that of the numbers, by the catalogue."""
    z, delta, numbers = (array.astype(np.float64) for array in (z, delta, numbers))
    gradient, work = np.zeros_like(numbers), get(name).work_like(z)
    get(name).apply(z, work, [numbers])
    get(name).pull(delta, z, work, [numbers], [gradient])
    return z, delta, gradient


@pytest.mark.parametrize("per", ["channel", "layer", "channel of all members"])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", NAMES)
def test_values_and_gradients_are_those_of_float64(name: str, shape: tuple[int, ...], per: str) -> None:
    z, delta, numbers = drawn(shape, per)
    value, slope, change = in_float64(name, z, delta, numbers)
    compiled, work, gradient = fastest(get(name), FLOAT32), get(name).work_like(z), np.full_like(numbers, 2)
    compiled.apply(z, work, [numbers])
    np.testing.assert_allclose(z, value, rtol=1e-6, atol=1e-6)
    compiled.pull(delta, z, work, [numbers], [gradient])
    np.testing.assert_allclose(delta, slope, rtol=3e-6, atol=3e-6)
    np.testing.assert_allclose(gradient, 2 + change, rtol=1e-5, atol=1e-5 * np.sqrt(z.size))


@pytest.mark.parametrize("name", NAMES)
def test_nothing_but_the_arrays_is_written_where_members_lie_apart(name: str) -> None:
    z, delta, numbers = drawn((3, 2, 13), "channel")
    expected = in_float64(name, z, delta, numbers)
    buffers = get(name).work_buffers
    rooms = [guarded(*z.shape), guarded(*z.shape), guarded(*numbers.shape)]
    (_, value), (_, slope), (_, change) = rooms
    value[...], slope[...], change[...] = z, delta, 0
    around = np.full((buffers + 2, z.size), 7.5, np.float32)
    work = around[1:-1].reshape(buffers, *z.shape)
    given = work if buffers > 1 else work[0]
    compiled = fastest(get(name), FLOAT32)
    compiled.apply(value, given, [numbers])
    compiled.pull(slope, value, given, [numbers], [change])
    for found, wanted in zip((value, slope, change), expected, strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-5)
    assert all(is_guarded(everything, inner) for everything, inner in rooms)
    assert (around[[0, -1]] == 7.5).all()


@pytest.mark.parametrize("name", NAMES)
def test_arrays_of_networks_go_to_the_kernel_and_others_to_the_catalogue(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise NotImplementedError

    z, delta, numbers = drawn((2, 3, 5), "channel")
    work, compiled = get(name).work_like(z), fastest(get(name), FLOAT32)
    monkeypatch.setattr(type(get(name)), "apply", refuse)
    monkeypatch.setattr(type(get(name)), "pull", refuse)
    compiled.apply(z, work, [numbers])
    compiled.pull(delta, z, work, [numbers], [np.zeros_like(numbers)])
    by_row = z.swapaxes(1, 2)
    for other, its in ((z, np.float32(1)), (by_row, numbers.swapaxes(1, 2)), (z.astype(np.float64), numbers)):
        with pytest.raises(NotImplementedError):
            compiled.apply(other, get(name).work_like(other), [np.asarray(its)])
        with pytest.raises(NotImplementedError):
            compiled.pull(other, other, get(name).work_like(other), [np.asarray(its)])


@pytest.mark.parametrize("name", NAMES)
def test_no_gradient_of_the_number_is_asked_for_in_use(name: str) -> None:
    z, delta, numbers = drawn((2, 3, 5), "layer")
    _, slope, _ = in_float64(name, z, delta, numbers)
    work, compiled = get(name).work_like(z), fastest(get(name), FLOAT32)
    compiled.apply(z, work, [numbers])
    compiled.pull(delta, z, work, [numbers])
    np.testing.assert_allclose(delta, slope, rtol=3e-6, atol=3e-6)


@pytest.mark.parametrize("name", NAMES)
def test_the_catalogue_can_pull_what_the_kernel_applied_and_the_reverse(name: str) -> None:
    for first, second in ((fastest(get(name), FLOAT32), get(name)), (get(name), fastest(get(name), FLOAT32))):
        z, delta, numbers = drawn((2, 3, 9), "channel")
        _, slope, change = in_float64(name, z, delta, numbers)
        work, gradient = first.work_like(z), np.zeros_like(numbers)
        first.apply(z, work, [numbers])
        second.pull(delta, z, work, [numbers], [gradient])
        np.testing.assert_allclose(delta, slope, rtol=3e-6, atol=3e-6)
        np.testing.assert_allclose(gradient, change, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [1, 7, 8, 9, 31])
def test_nan_passes_through_and_stays_where_it_is(name: str, size: int) -> None:
    for place in range(size):
        z, delta, numbers = drawn((1, 1, size), "channel")
        z[0, 0, place] = np.nan
        work, gradient = get(name).work_like(z), np.zeros_like(numbers)
        compiled = fastest(get(name), FLOAT32)
        compiled.apply(z, work, [numbers])
        assert np.flatnonzero(np.isnan(z)).tolist() == [place]
        compiled.pull(delta, z, work, [numbers], [gradient])
        assert np.isnan(gradient).all()


@pytest.mark.parametrize("name", NAMES)
def test_large_inputs_stay_finite(name: str) -> None:
    z = np.linspace(-1e4, 1e4, 2_001, dtype=np.float32).reshape(1, 3, -1)
    delta, numbers = np.ones_like(z), np.array([0.02, 1, 60], np.float32).reshape(1, 3, 1)
    work, gradient = get(name).work_like(z), np.zeros_like(numbers)
    compiled = fastest(get(name), FLOAT32)
    compiled.apply(z, work, [numbers])
    compiled.pull(delta, z, work, [numbers], [gradient])
    assert all(np.isfinite(array).all() for array in (z, delta, gradient))

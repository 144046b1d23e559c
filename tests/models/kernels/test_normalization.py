"""Normalisation of streams by kernels."""

from __future__ import annotations

import numpy as np
import pytest

from models.activations.base import Array
from models.kernels.normalization import normalize_units, normalize_units_backward
from models.networks.attention.normalization import StreamNormalization
from tests.models.kernels.needed import guarded, is_guarded, needs_kernels

pytestmark = needs_kernels


def normalization(kind: str, width: int, members: int, dtype: type) -> StreamNormalization:
    rng = np.random.default_rng(4)
    parts = ("scale", "shift") if kind == "layer" else ("scale",)
    values = {f"a.{part}": rng.standard_normal((members, width, 1)).astype(dtype) for part in parts}
    return StreamNormalization(values, {name: np.zeros_like(value) for name, value in values.items()}, "a")


def passed(kind: str, x: Array, delta: Array) -> tuple[Array, ...]:
    """What comes of one pass forward and back: output, gradient, and the gradients of scale and shift."""
    made = normalization(kind, x.shape[1], len(x), x.dtype.type)
    kept, out, back = made.kept(x.shape[2]), np.empty_like(x), delta.copy()
    made.forward(x, out, kept)
    made.backward(back, np.empty_like(x), kept)
    gradients = [gradient for gradient in (made.scale_gradient, made.shift_gradient) if gradient is not None]
    return out, back, *gradients


@pytest.mark.parametrize("kind", ["layer", "rms"])
@pytest.mark.parametrize(("members", "width", "places"), [(1, 1, 1), (2, 3, 31), (1, 8, 32), (3, 5, 33), (2, 32, 70)])
def test_kernels_give_what_numpy_gives_in_float64(kind: str, members: int, width: int, places: int) -> None:
    rng = np.random.default_rng(5)
    x, delta = rng.standard_normal((2, members, width, places)) + 0.5
    expected = passed(kind, x, delta)
    for found, right in zip(passed(kind, x.astype(np.float32), delta.astype(np.float32)), expected, strict=True):
        np.testing.assert_allclose(found, right, rtol=2e-5, atol=2e-5 * float(np.abs(right).max()) + 1e-5)


def test_a_stream_may_be_normalised_in_place() -> None:
    x = np.random.default_rng(6).standard_normal((2, 4, 40)).astype(np.float32)
    made = normalization("layer", 4, 2, np.float32)
    out = np.empty_like(x)
    made.forward(x, out, made.kept(40))
    made.forward(x, x, made.kept(40))
    np.testing.assert_array_equal(x, out)


def test_a_place_with_nan_spoils_no_other_place() -> None:
    x = np.random.default_rng(7).standard_normal((1, 4, 37)).astype(np.float32)
    x[0, 2, 5] = np.nan
    out = np.empty_like(x)
    made = normalization("layer", 4, 1, np.float32)
    made.forward(x, out, made.kept(37))
    assert np.flatnonzero(np.isnan(out).any(axis=1)).tolist() == [5]
    assert np.isnan(out[0, :, 5]).all()


@pytest.mark.parametrize("places", [3, 32, 45])
def test_nothing_beside_the_outputs_is_written(places: int) -> None:
    rng = np.random.default_rng(8)
    x = rng.standard_normal((2, 4, places)).astype(np.float32)
    made = normalization("layer", 4, 2, np.float32)
    kept = made.kept(places)
    everything, out = guarded(2, 4, places)
    made.forward(x, out, kept)
    assert np.isfinite(out).all()
    assert is_guarded(everything, out)
    everything, delta = guarded(2, 4, places)
    delta[...] = x
    made.backward(delta, np.empty_like(x), kept)
    assert is_guarded(everything, delta)


@pytest.mark.parametrize("rows", [1, 2, 7, 8, 31, 32, 33, 70])
def test_units_are_normalised_over_their_rows_and_nothing_beside_is_written(rows: int) -> None:
    rng = np.random.default_rng(9)
    x, out_delta = rng.standard_normal((2, 2, 3, rows)) + 0.5
    scale, shift = rng.standard_normal((2, 2, 3, 1))
    everything, z = guarded(2, 3, rows)
    z[...] = x
    centred = np.empty((2, 3, rows), np.float32)
    mean, variance, inverse, scale_gradient, shift_gradient = np.empty((5, 2, 3, 1), np.float32)
    normalize_units(z, *(part.astype(np.float32) for part in (scale, shift)), centred, mean, variance, inverse)
    spread = x.var(axis=2, keepdims=True)
    standard = (x - x.mean(axis=2, keepdims=True)) / np.sqrt(spread + 1e-5)
    np.testing.assert_allclose(z, scale * standard + shift, atol=1e-5)
    np.testing.assert_allclose(mean, x.mean(axis=2, keepdims=True), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(variance, spread, rtol=1e-4, atol=1e-6)
    assert is_guarded(everything, z)
    everything, delta = guarded(2, 3, rows)
    delta[...] = out_delta
    normalize_units_backward(delta, scale.astype(np.float32), centred, inverse, scale_gradient, shift_gradient)
    along = (out_delta * standard).mean(axis=2, keepdims=True)
    level = out_delta.mean(axis=2, keepdims=True)
    expected = scale * (out_delta - level - standard * along) / np.sqrt(spread + 1e-5)
    np.testing.assert_allclose(delta, expected, rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(scale_gradient, rows * along, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(shift_gradient, rows * level, rtol=1e-4, atol=1e-4)
    assert is_guarded(everything, delta)

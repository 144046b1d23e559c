"""Attention by kernels: what NumPy gives in float64, for all sizes, and nothing beside."""

from __future__ import annotations

import numpy as np
import pytest

from models.activations.base import Array
from models.kernels.attention import Attending
from models.networks.attention.sight import sight
from tests.models.kernels.needed import guarded, is_guarded, needs_kernels

pytestmark = needs_kernels
SIZES = [(1, 1, 1, 1, 1), (2, 3, 2, 3, 5), (1, 2, 4, 8, 16), (2, 1, 1, 5, 17), (1, 2, 2, 4, 30), (1, 1, 1, 9, 33)]
"""Members, rows, heads, channels of each, steps."""


def split(array: Array, rows: int, heads: int) -> Array:
    """[M, heads * c, rows * steps] by head, as float64 [M, rows, heads, c, steps]."""
    return array.reshape(len(array), heads, -1, rows, array.shape[2] // rows).transpose(0, 3, 1, 2, 4).astype(float)


def shares_of(projected: Array, rows: int, heads: int, allowed: Array | None) -> tuple[Array, Array, Array, Array]:
    """q, k, v and the softmax [M, rows, heads, keys, queries]."""
    query, key, value = (split(part, rows, heads) for part in np.split(projected, 3, axis=1))
    scores = np.einsum("mrhcj,mrhci->mrhji", key, query) / np.sqrt(query.shape[3])
    if allowed is not None:
        scores = np.where(allowed[np.arange(len(scores)) % len(allowed)] > 0, scores, -np.inf)
    scores = np.exp(scores - scores.max(axis=3, keepdims=True))
    return query, key, value, scores / scores.sum(axis=3, keepdims=True)


def assert_right(sizes: tuple[int, ...], allowed: Array | None = None, spread: float = 1.0) -> None:
    members, rows, heads, channels, steps = sizes
    rng = np.random.default_rng(9)
    projected = (spread * rng.standard_normal((members, 3 * heads * channels, rows * steps))).astype(np.float32)
    delta = rng.standard_normal((members, heads * channels, rows * steps)).astype(np.float32)
    attending = Attending(*sizes)
    pairs = attending.pairs()
    everything, attended = guarded(members, heads * channels, rows * steps)
    attending.forward(projected, allowed, pairs, attended)
    back, projected_delta = guarded(members, 3 * heads * channels, rows * steps, gap=0)
    attending.backward(projected, pairs, attended, delta, projected_delta)
    assert is_guarded(everything, attended)
    assert is_guarded(back, projected_delta)
    query, key, value, share = shares_of(projected, rows, heads, allowed)
    out, at = np.einsum("mrhcj,mrhji->mrhci", value, share), split(delta, rows, heads)
    np.testing.assert_allclose(split(attended, rows, heads), out, rtol=1e-4, atol=1e-5 * spread)
    pulled = np.einsum("mrhcj,mrhci->mrhji", value, at)
    scores = share * (pulled - (pulled * share).sum(axis=3, keepdims=True)) / np.sqrt(channels)
    right = (
        np.einsum("mrhcj,mrhji->mrhci", key, scores),
        np.einsum("mrhci,mrhji->mrhcj", query, scores),
        np.einsum("mrhci,mrhji->mrhcj", at, share),
    )
    for found, expected in zip(np.split(projected_delta, 3, axis=1), right, strict=True):
        np.testing.assert_allclose(split(found, rows, heads), expected, rtol=1e-3, atol=2e-5 * spread**2)


@pytest.mark.parametrize("sizes", SIZES)
def test_all_sizes_give_what_float64_gives(sizes: tuple[int, ...]) -> None:
    assert_right(sizes)


@pytest.mark.parametrize("sizes", SIZES)
def test_causal_steps_see_none_that_comes_later(sizes: tuple[int, ...]) -> None:
    assert_right(sizes, sight(None, sizes[-1], True, np.dtype(np.float32)).allowed)


@pytest.mark.parametrize("causal", [False, True])
def test_rows_that_end_early_differ_by_share_and_by_row(causal: bool) -> None:
    present = np.arange(7) < np.array([[7, 3], [0, 5]])[:, :, None]
    assert_right((4, 2, 2, 3, 7), sight(present, 7, causal, np.dtype(np.float32)).allowed)


def test_scores_far_beyond_what_float32_can_raise_e_to_are_right() -> None:
    assert_right((1, 2, 1, 4, 9), spread=12.0)


def test_nan_in_one_row_stays_in_that_row() -> None:
    projected = np.random.default_rng(3).standard_normal((1, 12, 2 * 6)).astype(np.float32)
    projected[0, 5, 8] = np.nan
    attending, attended = Attending(1, 2, 2, 2, 6), np.empty((1, 4, 12), np.float32)
    attending.forward(projected, None, attending.pairs(), attended)
    assert np.isfinite(attended[0, :, :6]).all()
    assert np.isnan(attended[0, :, 6:]).any()


def test_what_was_not_allowed_once_is_forgotten() -> None:
    projected = np.random.default_rng(3).standard_normal((1, 6, 4)).astype(np.float32)
    attending, pairs = Attending(1, 1, 1, 2, 4), Attending(1, 1, 1, 2, 4).pairs()
    free, again = np.empty((2, 1, 2, 4), np.float32)
    attending.forward(projected, None, pairs, free)
    attending.forward(projected, sight(None, 4, True, np.dtype(np.float32)).allowed, pairs, again)
    attending.forward(projected, None, pairs, again)
    np.testing.assert_array_equal(again, free)

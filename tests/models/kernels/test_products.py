"""Products with long streams: the kernels' and NumPy's are one."""

from __future__ import annotations

import numpy as np
import pytest

from models.kernels import products
from models.kernels.products import FEWEST_PLACES, multiply, multiply_transposed
from tests.models.kernels.needed import guarded, is_guarded, needs_kernels

pytestmark = needs_kernels
SIZES = [(1, 1, 1, 512), (2, 5, 3, 513), (1, 7, 33, 527), (3, 32, 32, 960), (1, 13, 2, 1030), (2, 2, 129, 2050)]


@pytest.mark.parametrize(("members", "rows", "inner", "places"), SIZES)
@pytest.mark.parametrize("transposed", [False, True])
def test_weights_times_a_stream(members: int, rows: int, inner: int, places: int, transposed: bool) -> None:
    rng = np.random.default_rng(0)
    left = rng.standard_normal((members, inner, rows) if transposed else (members, rows, inner)).astype(np.float32)
    left = left.swapaxes(1, 2) if transposed else left
    right = rng.standard_normal((members, inner + 1, places)).astype(np.float32)[:, :-1]
    everything, out = guarded(members, rows, places)
    multiply(left, right, out)
    np.testing.assert_allclose(out, left.astype(float) @ right, rtol=1e-4, atol=1e-4)
    assert is_guarded(everything, out)


@pytest.mark.parametrize(("members", "rows", "others", "places"), SIZES)
def test_a_stream_times_another_stream(members: int, rows: int, others: int, places: int) -> None:
    rng = np.random.default_rng(0)
    left, right = (rng.standard_normal((members, lines, places)).astype(np.float32) for lines in (rows, others))
    everything, out = guarded(members, rows, others)
    multiply_transposed(left, right, out)
    np.testing.assert_allclose(out, left.astype(float) @ right.swapaxes(1, 2).astype(float), rtol=1e-3, atol=1e-3)
    assert is_guarded(everything, out)


def calls(monkeypatch: pytest.MonkeyPatch, dtype: type, inner: int, places: int, every: int = 1) -> int:
    """How often a kernel is called for one product, over every so many columns of a stream."""
    counted: list[str] = []
    monkeypatch.setattr(products, "_call", lambda *given: counted.append(given[0]))
    right = np.ones((2, inner, every * places), dtype)[:, :, ::every]
    multiply(np.ones((2, 4, inner), dtype), right, np.empty((2, 4, places), dtype))
    return len(counted)


def test_kernels_multiply_only_where_they_are_faster_and_can(monkeypatch: pytest.MonkeyPatch) -> None:
    assert calls(monkeypatch, np.float32, 8, FEWEST_PLACES) == 1
    assert calls(monkeypatch, np.float32, 8, FEWEST_PLACES - 1) == 0
    assert calls(monkeypatch, np.float64, 8, FEWEST_PLACES) == 0
    assert calls(monkeypatch, np.float32, 8, FEWEST_PLACES, every=2) == 0
    assert calls(monkeypatch, np.float32, products.MOST_INNER + 1, FEWEST_PLACES) == 0

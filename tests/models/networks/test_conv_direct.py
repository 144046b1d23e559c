"""Convolutional populations in float32 with compiled convolutions, against the same networks in float64 by NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from models.kernels.library import library
from models.networks.conv import Conv, network
from models.networks.shapes import ConvShape
from tests.models.networks.test_conv import batches, conv, shape

if library() is None:
    pytest.skip("no kernels were compiled", allow_module_level=True)

WAYS: list[tuple[dict[str, Any], int, int, int]] = [
    ({"sizes": (1, 1, 1), "width": 1}, 1, 1, 1),
    ({"sizes": (9, 2), "kernel": 5}, 2, 1, 3),
    ({"sizes": (7, 6, 2), "padding": "valid", "kernel": 2, "residual": True}, 2, 2, 17),
    ({"sizes": (6, 5, 3), "residual": True, "width": 7}, 4, 2, 16),
    ({"sizes": (6, 5, 1), "kernel": 4, "normalization": "batch", "residual": True}, 2, 1, 31),
    ({"sizes": (8, 8, 2), "shrink_every": 2, "pooling": "max", "depth": 4, "residual": True}, 2, 1, 40),
    ({"sizes": (8, 7, 2), "shrink_every": 2, "stride": 2, "depth": 4, "residual": True, "head": "flatten"}, 2, 1, 9),
    ({"sizes": (2, 3, 1), "kernel": 7, "head": "max", "normalization": "layer"}, 2, 1, 8),
]


def both(network: ConvShape, members: int, shares: int, rows: int) -> tuple[Conv, Conv]:
    """One network by kernels, and by NumPy in float64."""
    compiled = conv(network, "silu", members, rows, shares, exact=False)
    exact = conv(network, "silu", members, rows, shares)
    exact.parameters[...] = compiled.parameters
    return compiled, exact


@pytest.mark.parametrize(("changes", "members", "shares", "rows"), WAYS)
def test_outputs_and_gradients_are_those_of_numpy(
    changes: dict[str, Any], members: int, shares: int, rows: int
) -> None:
    wanted = shape(**changes)
    compiled, exact = both(wanted, members, shares, rows)
    x = batches(wanted, shares, rows, np.float32)
    np.testing.assert_allclose(compiled.forward(x), exact.forward(x.astype(np.float64)), rtol=1e-4, atol=1e-4)
    direction = np.random.default_rng(2).standard_normal(exact.raw.shape)
    compiled.backward(x, direction.astype(np.float32))
    exact.backward(x.astype(np.float64), direction)
    for name, gradient in exact.layout.views(exact.gradients).items():
        found = compiled.layout.views(compiled.gradients)[name]
        largest = np.abs(gradient).max()
        np.testing.assert_allclose(found, gradient, rtol=1e-4, atol=1e-4 * (1e-2 + largest), err_msg=name)


@pytest.mark.parametrize("count", [1, 13, 64])
def test_networks_in_use_take_any_number_of_rows(count: int) -> None:
    wanted = shape(sizes=(6, 5, 3), shrink_every=2, pooling="max", residual=True)
    compiled, exact = both(wanted, members=2, shares=1, rows=4)
    x = batches(wanted, 1, count, np.float32)[0]
    np.testing.assert_allclose(compiled.infer(x), exact.infer(x.astype(np.float64)), rtol=1e-4, atol=1e-5)


def test_a_seed_begins_alike_with_and_without_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = conv(shape(), exact=False)
    monkeypatch.setattr(network, "compiles", lambda _: False)
    plain = conv(shape(), exact=False)
    assert compiled.parameters.tobytes() == plain.parameters.tobytes()
    x = batches(shape(), 1, 3, np.float32)
    np.testing.assert_allclose(compiled.forward(x), plain.forward(x), rtol=1e-4, atol=1e-5)

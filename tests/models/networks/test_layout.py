"""The flat array: every parameter has one place, and views reach it."""

from __future__ import annotations

import numpy as np
import pytest

from models.activations import get
from models.networks.layout import Layout
from models.networks.shapes import DenseShape, NormalizationKind


def layout(normalization: NormalizationKind = "none", activation: str = "relu", **changes: int) -> Layout:
    sizes = {"features": 3, "outputs": 2, "depth": 2, "width": 4, **changes}
    return Layout(DenseShape(**sizes, normalization=normalization), get(activation).parameters)


@pytest.mark.parametrize(
    ("normalization", "activation", "size"),
    [
        ("none", "relu", 4 * 4 + 4 * 5 + 2 * 5),
        ("batch", "relu", 4 * 3 + 4 * 4 + 2 * 5 + 2 * 2 * 4),
        ("none", "prelu", 4 * 4 + 4 * 5 + 2 * 5 + 2 * 4),
    ],
)
def test_the_size_counts_weights_biases_normalizations_and_learned_slopes(
    normalization: NormalizationKind, activation: str, size: int
) -> None:
    assert layout(normalization, activation).size == size


@pytest.mark.parametrize("normalization", ["none", "batch", "layer"])
def test_the_views_cover_the_flat_array_exactly_once(normalization: NormalizationKind) -> None:
    order = layout(normalization, "prelu")
    flat = np.zeros((2, order.size))
    for layer in order.views(flat):
        for part in (layer.weights, layer.scale, layer.shift, *layer.slopes):
            if part is not None:
                part += 1
    assert (flat == 1).all()


def test_learned_slopes_are_kept_in_their_bounds() -> None:
    order = layout(activation="snake")
    flat = np.full((1, order.size), -1e9, np.float32)
    order.keep_in_bounds(flat)
    low = get("snake").parameters[0].low
    assert (flat[:, order.tail :] == np.float32(low)).all()
    assert (flat[:, : order.tail] == np.float32(-1e9)).all()

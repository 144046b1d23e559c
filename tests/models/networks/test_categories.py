"""Dense networks whose last columns are categories."""

from __future__ import annotations

import numpy as np
import pytest

from models.activations import get
from models.networks.dense import Dense, with_ones
from models.networks.parts import WeightStart
from models.networks.shapes import DenseShape

LEVELS = (3, 40)


def network(activation: str = "tanh", members: int = 4, shares: int = 2, **changes: object) -> Dense:
    shape = DenseShape.model_validate(
        {"features": 4, "outputs": 2, "depth": 2, "width": 5, "categories": LEVELS, "embedding": 3, **changes}
    )
    made = Dense(shape, get(activation), members=members, rows=6, shares=shares, dtype=np.float64)
    made.begin(WeightStart(1.2, 1.0), root=3, seeds=range(members), output_bias=[0.0, 0.0])
    return made


def rows(shares: int = 2, n: int = 6) -> np.ndarray:
    rng = np.random.default_rng(shares)
    numbers = rng.standard_normal((shares, n, 2))
    codes = np.stack([rng.integers(0, levels, (shares, n)) for levels in LEVELS], axis=-1)
    return with_ones(np.concatenate([numbers, codes], axis=-1))


def test_more_categories_than_columns_are_refused() -> None:
    with pytest.raises(ValueError, match="3 categories do not fit into 2 features"):
        DenseShape(features=2, outputs=1, depth=1, width=1, categories=(2, 2, 2))


@pytest.mark.parametrize("residual", [False, True])
@pytest.mark.parametrize("activation", ["tanh", "prelu", "silu"])
def test_gradients_through_embedded_columns_equal_central_differences(activation: str, residual: bool) -> None:
    made, x = network(activation, residual=residual, depth=3), rows()
    rng = np.random.default_rng(1)
    direction, along = rng.standard_normal((4, 6, 2)), rng.standard_normal(made.parameters.shape)
    made.forward(x)
    made.backward(x, direction)
    slope = (made.gradients * along).sum(axis=1)
    sums = []
    for step in (1e-6, -2e-6):
        made.parameters += step * along
        sums.append((made.forward(x) * direction).sum(axis=(1, 2)))
    np.testing.assert_allclose(slope, (sums[0] - sums[1]) / 2e-6, rtol=1e-6, atol=1e-7)


def test_levels_that_a_batch_does_not_hold_get_no_gradient() -> None:
    made, x = network(), rows()
    made.forward(x)
    made.backward(x, np.ones((4, 6, 2)))
    table = made.layout.tables(made.gradients)[1]
    seen = np.isin(np.arange(40), x[0, :, 3])
    assert (table[0][~seen] == 0).all()
    assert (table[0][seen] != 0).any(axis=1).all()


def test_networks_in_use_give_what_they_give_in_training() -> None:
    made, x = network(members=2, shares=1), rows(1)
    expected = made.forward(x).copy()
    np.testing.assert_allclose(made.infer(x[0]), expected, rtol=1e-12)
    assert made.infer(x[0, :2]).shape == (2, 2, 2)


def test_a_level_means_the_same_vector_wherever_its_row_stands() -> None:
    made, x = network(members=1, shares=1), rows(1)
    np.testing.assert_allclose(made.infer(x[0, ::-1])[:, ::-1], made.infer(x[0]), rtol=1e-12)

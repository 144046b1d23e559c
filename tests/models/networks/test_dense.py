"""Dense populations: gradients against central differences, members apart from each other, odd shapes."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from models.activations import catalogue, get
from models.activations.base import Array
from models.networks.dense import Dense, with_ones
from models.networks.parts import WeightStart
from models.networks.shapes import DenseShape, NormalizationKind

HIDDEN = tuple(name for name, activation in catalogue().items() if "hidden" in activation.roles)
KINDS: tuple[NormalizationKind, ...] = ("none", "batch", "layer", "rms", "group")


def dense(
    network: DenseShape, activation: str = "tanh", members: int = 1, rows: int = 5, shares: int = 1, exact: bool = True
) -> Dense:
    made = Dense(
        network,
        get(activation),
        members=members,
        rows=rows,
        shares=shares,
        dtype=np.float64 if exact else np.float32,
    )
    seeds = [member % shares for member in range(members)]
    made.begin(WeightStart(1.1, 1.1), root=7, seeds=seeds, output_bias=[0.0])
    noise = np.random.default_rng(3).standard_normal(made.parameters.shape)
    made.parameters += (0.1 * noise).astype(made.parameters.dtype)
    return made


def batches(shares: int, rows: int, features: int, dtype: type = np.float64) -> Array:
    return with_ones(np.random.default_rng(5).standard_normal((shares, rows, features)).astype(dtype))


def numerical_gradient(network: Dense, x: Array, direction: Array) -> Array:
    """Central differences of sum(raw * direction) by every parameter, all members at once."""
    found = np.zeros_like(network.parameters)
    for index in range(network.layout.size):
        start = network.parameters[:, index].copy()
        sums = []
        for step in (1e-6, -1e-6):
            network.parameters[:, index] = start + step
            sums.append((network.forward(x) * direction).sum(axis=(1, 2)))
        network.parameters[:, index] = start
        found[:, index] = (sums[0] - sums[1]) / 2e-6
    return found


CHECKS = [*product(HIDDEN, ("none", "batch"), (False, True)), *product(("prelu", "silu", "relu"), KINDS, (False, True))]


@pytest.mark.parametrize(("activation", "normalization", "residual"), sorted(set(CHECKS)))
def test_every_gradient_equals_its_central_difference(
    activation: str, normalization: NormalizationKind, residual: bool
) -> None:
    shape = DenseShape(features=2, outputs=2, depth=3, width=3, normalization=normalization, residual=residual)
    network = dense(shape, activation, members=4, shares=2)
    x = batches(2, 5, 2)
    direction = np.random.default_rng(11).standard_normal((4, 5, 2))
    network.forward(x)
    network.backward(x, direction)
    gradients = network.gradients.copy()
    expected = numerical_gradient(network, x, direction)
    np.testing.assert_allclose(gradients, expected, rtol=1e-6, atol=1e-6 * max(1.0, float(np.abs(expected).max())))


@pytest.mark.parametrize(("normalization", "residual"), list(product(KINDS, (False, True))))
def test_a_member_gives_the_same_bytes_alone_and_in_a_population(
    normalization: NormalizationKind, residual: bool
) -> None:
    shape = DenseShape(features=9, outputs=4, depth=3, width=16, normalization=normalization, residual=residual)
    together = dense(shape, "gelu", members=6, rows=33, shares=3, exact=False)
    x = batches(3, 33, 9, np.float32)
    together.forward(x)
    direction = np.random.default_rng(2).standard_normal(together.raw.shape).astype(np.float32)
    together.backward(x, direction)
    for member in range(6):
        alone = dense(shape, "gelu", rows=33, exact=False)
        alone.parameters[:] = together.parameters[member]
        share = x[member % 3 : member % 3 + 1]
        assert alone.forward(share).tobytes() == together.raw[member : member + 1].tobytes()
        alone.backward(share, direction[member : member + 1])
        assert alone.gradients.tobytes() == together.gradients[member].tobytes()


@pytest.mark.parametrize("normalization", KINDS)
@pytest.mark.parametrize(
    ("features", "width", "rows", "outputs", "depth"), [(1, 1, 1, 1, 1), (1, 4, 3, 1, 2), (3, 1, 2, 2, 3)]
)
def test_one_feature_one_unit_and_one_row_work(
    normalization: NormalizationKind, features: int, width: int, rows: int, outputs: int, depth: int
) -> None:
    shape = DenseShape(
        features=features, outputs=outputs, depth=depth, width=width, normalization=normalization, residual=True
    )
    network = dense(shape, rows=rows)
    x = batches(1, rows, features)
    raw = network.forward(x)
    assert raw.shape == (1, rows, outputs)
    network.backward(x, np.ones_like(raw))
    assert np.isfinite(network.gradients).all()
    assert network.infer(x[0]).shape == (1, rows, outputs)


@pytest.mark.parametrize("residual", [False, True])
@pytest.mark.parametrize("normalization", ["none", "layer"])
def test_networks_in_use_give_what_they_give_in_training(normalization: NormalizationKind, residual: bool) -> None:
    shape = DenseShape(features=3, outputs=2, depth=3, width=4, normalization=normalization, residual=residual)
    network = dense(shape, members=2, rows=6)
    x = batches(1, 6, 3)
    np.testing.assert_allclose(network.infer(x[0]), network.forward(x), rtol=1e-12)


def test_batch_normalization_in_use_judges_each_row_for_itself() -> None:
    network = dense(DenseShape(features=3, outputs=2, depth=2, width=4, normalization="batch"), rows=50)
    x = batches(1, 50, 3)
    for _ in range(3):
        network.forward(x)
    np.testing.assert_allclose(network.infer(x[0])[:, :1], network.infer(x[0][:1]), rtol=1e-12)


def test_batch_normalization_in_use_comes_near_training_on_the_same_rows() -> None:
    network = dense(DenseShape(features=3, outputs=2, depth=2, width=4, normalization="batch"), rows=400)
    x = batches(1, 400, 3)
    network.forward(x)
    np.testing.assert_allclose(network.infer(x[0]), network.forward(x), atol=0.01)


def test_sixty_four_layers_keep_a_finite_gradient_with_residual_paths_and_batch_normalization() -> None:
    shape = DenseShape(features=4, outputs=2, depth=64, width=8, normalization="batch", residual=True)
    network = dense(shape, "relu", members=2, rows=16, exact=False)
    x = batches(1, 16, 4, np.float32)
    network.backward(x, np.ones_like(network.forward(x)))
    first = network.layout.views(network.gradients)[0].weights
    assert np.isfinite(network.gradients).all()
    assert np.abs(first).max() > 1e-6


def test_the_observer_sees_the_layers_from_the_last_to_the_first() -> None:
    network = dense(DenseShape(features=2, outputs=1, depth=3, width=4))
    x = batches(1, 5, 2)
    seen: list[int] = []
    network.backward(x, np.ones_like(network.forward(x)), lambda layer, _: seen.append(layer))
    assert seen == [2, 1, 0]


@pytest.mark.parametrize("activation", ["softmax", "exp", "glu", "swiglu"])
def test_activations_for_other_places_are_refused(activation: str) -> None:
    with pytest.raises(ValueError, match=f"{activation} serves as"):
        Dense(DenseShape(features=2, outputs=1, depth=1, width=4), get(activation), members=1, rows=2)


def test_members_that_cannot_share_evenly_are_refused() -> None:
    with pytest.raises(ValueError, match="5 members cannot share 2 batches"):
        Dense(DenseShape(features=2, outputs=1, depth=1, width=4), get("relu"), members=5, rows=2, shares=2)

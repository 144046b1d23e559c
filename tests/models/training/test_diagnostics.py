"""Dead and saturated shares and gradient ratios on networks whose answer is known."""

from __future__ import annotations

import numpy as np

from models.activations import get
from models.networks.dense import Dense, with_ones
from models.networks.parts import WeightStart
from models.networks.shapes import DenseShape
from models.training.diagnostics import SlopeCensus, gradient_ratios

X = with_ones(np.random.default_rng(0).standard_normal((40, 3)).astype(np.float32))


def dense(activation: str, depth: int = 2, gain: float = 1.0, members: int = 2) -> Dense:
    shape = DenseShape(features=3, outputs=2, depth=depth, width=10)
    network = Dense(shape, get(activation), members=members, rows=40)
    network.begin(WeightStart(gain, gain), root=0, seeds=range(members), output_bias=[0.0, 0.0])
    return network


def ratios(network: Dense) -> list[float]:
    raw = network.forward(X[None])
    return gradient_ratios(network, X[None], np.ones_like(raw)).tolist()


def census(network: Dense) -> SlopeCensus:
    found = SlopeCensus(network)
    for part in (X[:13], X[13:]):
        network.infer(part, found.watch)
    return found


def test_units_with_a_bias_far_below_zero_are_dead() -> None:
    network = dense("relu", depth=1)
    network.layout.views(network.parameters)[0].bias[1, :5] = -100
    assert census(network).dead_share()[1] == 0.5
    assert census(network).dead_share()[0] < 0.2


def test_dead_units_are_saturated_on_every_row() -> None:
    network = dense("relu", depth=1)
    network.layout.views(network.parameters)[0].bias[:] = -100
    found = census(network)
    assert found.dead_share().tolist() == [1, 1]
    assert found.saturated_share().tolist() == [1, 1]


def test_a_large_gain_saturates_tanh_and_a_small_one_does_not() -> None:
    assert census(dense("tanh", gain=0.1)).saturated_share().max() == 0
    assert census(dense("tanh", gain=50.0)).saturated_share().min() > 0.8


def test_the_identity_never_dies() -> None:
    found = census(dense("identity"))
    assert found.dead_share().tolist() == found.saturated_share().tolist() == [0, 0]


def test_one_hidden_layer_has_a_gradient_ratio_of_zero() -> None:
    assert ratios(dense("tanh", depth=1)) == [0, 0]


def test_small_gains_make_gradients_vanish_and_large_ones_make_them_explode() -> None:
    assert max(ratios(dense("identity", depth=9, gain=0.1))) < -6
    assert min(ratios(dense("identity", depth=9, gain=10.0))) > 6


def test_no_gradient_at_all_has_no_ratio() -> None:
    network = dense("relu")
    network.parameters[0] = 0
    first, second = ratios(network)
    assert np.isnan(first)
    assert np.isfinite(second)

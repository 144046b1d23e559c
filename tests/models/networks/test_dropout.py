"""Dropout: what is kept of signals and gradients, and whose draws they are."""

from __future__ import annotations

import numpy as np
import pytest

from models.activations import get
from models.networks.dense import Dense, with_ones
from models.networks.dropout import LOWEST, Dropout
from models.networks.parts import WeightStart
from models.networks.shapes import DenseShape


def drawn(alpha: bool, members: int = 4, shares: int = 2, share: float = 0.3) -> Dropout:
    made = Dropout(share, alpha, (members, 50, 40), shares, np.dtype(np.float64))
    made.begin(0, range(members), layer=1)
    made.draw()
    return made


@pytest.mark.parametrize("alpha", [False, True])
def test_mean_and_for_alpha_variance_survive(alpha: bool) -> None:
    values = np.random.default_rng(0).standard_normal((4, 50, 40))
    out = np.empty_like(values)
    drawn(alpha).forward(values, out)
    assert out.mean() == pytest.approx(0.0, abs=0.05)
    assert out.var() == pytest.approx(1.0 if alpha else 1 / 0.7, rel=0.05)


def test_the_stated_share_is_left_out_and_alpha_gives_it_one_low_value() -> None:
    out = np.empty((4, 50, 40))
    drawn(alpha=False).forward(np.ones_like(out), out)
    assert (out == 0).mean() == pytest.approx(0.3, abs=0.02)
    drawn(alpha=True).forward(np.full_like(out, 5.0), out)
    assert len(np.unique(out)) == 2
    assert pytest.approx(-1.7580993) == LOWEST


def test_members_that_share_a_batch_share_their_draws_and_others_do_not() -> None:
    out = np.empty((4, 50, 40))
    drawn(alpha=False).forward(np.ones_like(out), out)
    assert (out[0] == out[2]).all()
    assert (out[0] != out[1]).any()


def test_draws_change_from_step_to_step_and_come_back_with_the_seed() -> None:
    made = drawn(alpha=False)
    first = made.factors.copy()
    made.draw()
    assert (made.factors != first).any()
    made.begin(0, range(4), layer=1)
    made.draw()
    assert (made.factors == first).all()


@pytest.mark.parametrize("residual", [False, True])
@pytest.mark.parametrize("alpha", [False, True])
@pytest.mark.parametrize("activation", ["tanh", "selu", "swish"])
def test_gradients_through_dropout_equal_central_differences(
    activation: str, alpha: bool, residual: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    shape = DenseShape(features=2, outputs=2, depth=3, width=4, dropout=0.4, alpha_dropout=alpha, residual=residual)
    network = Dense(shape, get(activation), members=2, rows=5, shares=1, dtype=np.float64)
    network.begin(WeightStart(1.2, 1.0), root=1, seeds=(0, 0), output_bias=[0.0, 0.0])
    x = with_ones(np.random.default_rng(2).standard_normal((1, 5, 2)))
    along, direction = (
        np.random.default_rng(s).standard_normal(size) for s, size in ((3, network.parameters.shape), (4, (2, 5, 2)))
    )
    network.forward(x)
    monkeypatch.setattr(Dropout, "draw", lambda _: None)
    network.backward(x, direction)
    slope = (network.gradients * along).sum(axis=1)
    sums = []
    for step in (1e-6, -2e-6):
        network.parameters += step * along
        sums.append((network.forward(x) * direction).sum(axis=(1, 2)))
    np.testing.assert_allclose(slope, (sums[0] - sums[1]) / 2e-6, rtol=1e-6, atol=1e-7)


def test_networks_in_use_leave_nothing_out() -> None:
    shape = DenseShape(features=3, outputs=1, depth=2, width=8, dropout=0.5)
    network = Dense(shape, get("relu"), members=1, rows=4)
    network.begin(WeightStart(1.4, 1.4), root=0, seeds=(0,), output_bias=[0.0])
    rows = with_ones(np.random.default_rng(0).standard_normal((4, 3)).astype(np.float32))
    assert (network.infer(rows) == network.infer(rows)).all()
    plain = Dense(shape.model_copy(update={"dropout": 0.0}), get("relu"), members=1, rows=4)
    plain.parameters[:] = network.parameters
    np.testing.assert_allclose(network.infer(rows), plain.forward(rows[None]), rtol=1e-5)

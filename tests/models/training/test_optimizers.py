"""Optimisers against their formulas, member by member."""

from __future__ import annotations

import numpy as np
import pytest

from models.activations.base import Array
from models.training.optimizers import OPTIMIZERS, Adam, Momentum, Optimizer

RATES = (0.1, 0.01)


def started(kind: type[Optimizer]) -> tuple[Optimizer, Array, Array]:
    parameters = np.random.default_rng(0).standard_normal((2, 5))
    gradients = np.zeros_like(parameters)
    return kind(parameters, gradients, RATES), parameters, gradients


def test_adam_follows_its_formula() -> None:
    optimizer, parameters, gradients = started(Adam)
    expected, m, v = parameters.copy(), np.zeros((2, 5)), np.zeros((2, 5))
    rng = np.random.default_rng(1)
    for step in range(1, 30):
        gradients[...] = g = rng.standard_normal((2, 5))
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        rates = 0.5 * np.array(RATES)[:, None]
        expected -= rates * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.999**step)) + 1e-8)
        optimizer.step(0.5)
    np.testing.assert_allclose(parameters, expected, rtol=1e-10)


def test_momentum_follows_its_formula() -> None:
    optimizer, parameters, gradients = started(Momentum)
    expected, m = parameters.copy(), np.zeros((2, 5))
    rng = np.random.default_rng(1)
    for _ in range(10):
        gradients[...] = g = rng.standard_normal((2, 5))
        m = 0.9 * m + g
        expected -= 0.5 * np.array(RATES)[:, None] * m
        optimizer.step(0.5)
    np.testing.assert_allclose(parameters, expected, rtol=1e-12)


@pytest.mark.parametrize("kind", OPTIMIZERS.values())
def test_a_frozen_member_stays_at_zero_and_leaves_the_other_alone(kind: type[Optimizer]) -> None:
    optimizer, parameters, gradients = started(kind)
    alone, other, its_gradients = started(kind)
    gradients[...] = its_gradients[...] = 1.0
    gradients[0] = np.nan
    optimizer.freeze(0)
    for step in range(3):
        gradients[1] = its_gradients[1] = step + 1.0
        optimizer.step(1.0)
        alone.step(1.0)
    assert (parameters[0] == 0).all()
    assert parameters[1].tobytes() == other[1].tobytes()


def test_clipping_shortens_long_gradients_only() -> None:
    optimizer, _, gradients = started(Momentum)
    gradients[...] = [[3, 4, 0, 0, 0], [0.3, 0.4, 0, 0, 0]]
    optimizer.clip(1.0)
    np.testing.assert_allclose(gradients, [[0.6, 0.8, 0, 0, 0], [0.3, 0.4, 0, 0, 0]])


def test_clipping_takes_a_gradient_of_zero() -> None:
    optimizer, _, gradients = started(Momentum)
    optimizer.clip(1.0)
    assert (gradients == 0).all()


@pytest.mark.parametrize("kind", OPTIMIZERS.values())
def test_momentum_without_gradient_dies_out_instead_of_lingering_as_a_denormal(kind: type[Optimizer]) -> None:
    parameters, gradients = np.zeros((1, 3), np.float32), np.ones((1, 3), np.float32)
    optimizer = kind(parameters, gradients, (0.1,))
    for _ in range(1200):
        optimizer.step(1.0)
        gradients[...] = 0
    assert (optimizer._momentum == 0).all()


@pytest.mark.parametrize("kind", OPTIMIZERS.values())
@pytest.mark.parametrize("block", [1, 3, 5, 7, 10])
def test_how_parameters_are_cut_into_blocks_does_not_change_a_byte(
    kind: type[Optimizer], block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, parameters, gradients = started(kind)
    monkeypatch.setattr("models.training.optimizers.BLOCK", block)
    cut, others, its_gradients = started(kind)
    rng = np.random.default_rng(3)
    for _ in range(5):
        gradients[...] = its_gradients[...] = rng.standard_normal((2, 5))
        whole.step(0.7)
        cut.step(0.7)
    assert parameters.tobytes() == others.tobytes()

"""Proofs about depth against plain simulations and against theory."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from models.theory import Start, UnknownNameError
from service.doctor.proofs.signals import (
    dead_bound,
    dead_networks,
    merging_inputs,
    second_derivative,
    signals,
    start_of,
)


@pytest.mark.parametrize(
    ("scheme", "gain"),
    [
        ("he_normal", sqrt(2)),
        ("kaiming_uniform", sqrt(2)),
        ("Xavier-normal", 1.0),
        ("lecun_normal", 1.0),
        ("pytorch", 1 / sqrt(3)),
        ("keras_default", 1.0),
    ],
)
def test_schemes_are_known_by_their_usual_names(scheme: str, gain: float) -> None:
    start = start_of(scheme, "relu")
    assert start is not None
    assert start.gain == pytest.approx(gain)


def test_a_scheme_that_nobody_knows_has_no_start() -> None:
    assert start_of("my own", "relu") is None
    with pytest.raises(UnknownNameError):
        start_of("pytorch", "softmax")


def test_the_gradient_of_a_linear_chain_shrinks_by_the_gain() -> None:
    # in its linear range tanh passes the gradient on with the gain of the weights
    found = signals("tanh", 12, 64, Start("tuned_normal", 0.1))
    assert found.decades == pytest.approx(-11, abs=0.7)
    assert found.harmful


def test_a_good_start_is_not_harmful() -> None:
    assert not signals("relu", 24, 64, Start("he_normal", sqrt(2))).harmful


def test_dead_networks_stay_below_the_bound_of_theory() -> None:
    # 200 draws: three standard errors of sampling
    for depth, width in ((5, 2), (10, 3), (20, 3), (20, 5)):
        share, bound = dead_networks("relu", depth, width), dead_bound(depth, width)
        assert share <= bound + 3 * sqrt(bound * (1 - bound) / 200) + 1e-9


def test_a_slope_below_zero_keeps_networks_alive() -> None:
    assert dead_networks("leaky_relu", 20, 3) == 0


def test_wide_networks_cannot_be_dead() -> None:
    assert dead_bound(100, 64) < 1e-16


def test_softplus_makes_inputs_alike_and_tanh_does_not() -> None:
    numbers = merging_inputs("softplus", 12, 64).numbers
    assert numbers["similarity"] > 0.99
    assert abs(numbers["similarity_tanh"]) < 0.2


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "hard_tanh"])
def test_the_second_derivative_of_straight_lines_is_zero(name: str) -> None:
    assert second_derivative(name, 32).numbers["second_derivative"] == 0


def test_the_second_derivative_of_tanh_agrees_with_its_formula() -> None:
    # d2/dx2 sum a tanh(w x + b) = sum a w^2 (-2 t (1 - t^2))
    kernel, bias, output = (np.random.default_rng(seed).standard_normal(32) for seed in (0, 1, 2))
    t = np.tanh(np.linspace(-2, 2, 101)[:, None] * kernel + bias)
    expected = float(np.median(np.abs((-2 * t * (1 - t**2) * kernel**2) @ output)))
    assert second_derivative("relu", 32).numbers["second_derivative_tanh"] == pytest.approx(expected, rel=1e-3)

from __future__ import annotations

import numpy as np
import pytest

from models.theory import CANDIDATES, Start, UnknownNameError, assess, signal_passport

ELEMENTWISE = [name for name in CANDIDATES if not name.endswith("glu")]


def test_one_layer_of_one_unit_has_a_passport() -> None:
    found = signal_passport("relu", 1, 1, seeds=(5,))
    assert found.variance.shape == found.gradient.shape == (1, 1)
    assert found.gradient_decades.tolist() == [0.0] or np.isneginf(found.gradient_decades).all()


def test_no_seeds_and_no_width_are_refused() -> None:
    with pytest.raises(ValueError, match="seeds of at least 1"):
        signal_passport("relu", 2, seeds=())
    with pytest.raises(ValueError, match="width 0"):
        signal_passport("relu", 2, 0)


def test_gated_units_are_refused() -> None:
    with pytest.raises(UnknownNameError):
        signal_passport("swiglu", 2)


def test_the_same_seeds_give_the_same_bytes() -> None:
    first, second = (signal_passport("gelu", 4, 16, seeds=(1, 2)) for _ in range(2))
    assert first.gradient.tobytes() == second.gradient.tobytes()
    assert first.variance.tobytes() == second.variance.tobytes()


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_every_candidate_has_finite_shares(name: str) -> None:
    found = signal_passport(name, 6, 16, seeds=(0,))
    for share in (found.dead_share, found.saturated_share):
        assert ((share >= 0) & (share <= 1)).all()
    assert np.isfinite(found.variance).all()


def test_saturation_is_seen_where_weights_are_far_too_large() -> None:
    large = signal_passport("tanh", 3, 32, start=Start("tuned_normal", 30.0), seeds=(0,))
    assert large.saturated_share.min() > 0.7
    assert signal_passport("tanh", 3, 32, seeds=(0,)).saturated_share.max() < 0.3


def test_units_are_dead_when_no_input_reaches_them() -> None:
    found = signal_passport("relu", 2, 64, inputs=np.ones((1, 8)), seeds=(0,))
    assert 0.3 < found.dead_share[0, 0] < 0.7
    assert signal_passport("gelu", 2, 64, seeds=(0,)).dead_share.max() == 0


def test_an_exploding_network_still_has_figures() -> None:
    found = signal_passport("squared_relu", 12, 16, start=Start("tuned_normal", 20.0), seeds=(0,))
    assert np.isfinite(found.variance).all()
    assert found.gradient_decades[0] > 20


def test_own_inputs_are_used() -> None:
    zero = signal_passport("tanh", 3, 8, inputs=np.zeros((4, 3)), seeds=(0,))
    assert not zero.variance.any()


# Finite layers of 128 units against the limit of many units.
@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "elu", "selu", "softplus", "mish"])
@pytest.mark.parametrize(
    ("normalization", "residual"), [("none", False), ("layer", False), ("batch", False), ("layer", True)]
)
def test_measured_gradients_agree_with_theory(name: str, normalization: str, residual: bool) -> None:
    measured = signal_passport(name, 12, 128, normalization, residual)
    expected = assess(12, normalization, residual).gradient_decades[CANDIDATES.index(name)]
    assert measured.gradient_decades.mean() == pytest.approx(expected, abs=0.25)


@pytest.mark.parametrize(
    ("name", "gain", "decades"), [("sigmoid", 1.0, -11.97), ("relu", 1.0, -2.9), ("tanh", 0.577, -4.66)]
)
def test_published_starts_lose_gradient_as_measured_elsewhere(name: str, gain: float, decades: float) -> None:
    found = signal_passport(name, 20, 256, start=Start("lecun_normal", gain), seeds=(0,))
    assert found.gradient_decades[0] == pytest.approx(decades, abs=0.3)

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.theory import CANDIDATES, UnknownNameError, assess, claim
from models.theory.names import KINDS

PLAIN_20 = (20, "none", False)


def at(name: str) -> int:
    return CANDIDATES.index(name)


def test_a_single_layer_gives_no_gradient_ratio_and_no_effect() -> None:
    found = assess(1)
    assert not found.gradient_decades.any()
    assert np.abs(found.effect_mean).max() < 0.01
    assert claim(found, at("relu")) == "with a single hidden layer no gradient has to pass through others"


def test_a_depth_of_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        assess(0)


def test_an_unknown_normalization_gets_the_nearest_spelling() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'batch'"):
        assess(4, "bacth")


@given(depth=st.integers(1, 1000), normalization=st.sampled_from(sorted(KINDS)), residual=st.booleans())
def test_everything_is_finite_at_every_depth(depth: int, normalization: str, residual: bool) -> None:
    found = assess(depth, normalization, residual)
    for part in ("effect_mean", "effect_sd", "gradient_decades", "default_decades", "variance_last", "chi", "gains"):
        values = getattr(found, part)
        assert values.shape == (len(CANDIDATES),)
        assert np.isfinite(values).all(), part
    assert (found.effect_mean <= 0).all()
    assert (found.effect_mean >= -90).all()
    assert (found.effect_sd >= 2).all()
    assert (found.depth_scale > 0).all()


@given(depth=st.integers(2, 200), normalization=st.sampled_from(sorted(KINDS)), residual=st.booleans())
def test_every_claim_names_the_depth(depth: int, normalization: str, residual: bool) -> None:
    found = assess(depth, normalization, residual)
    assert all(f"over {depth} " in claim(found, index) for index in range(len(CANDIDATES)))


def test_the_answer_is_shared_and_cannot_be_written_to() -> None:
    assert assess(*PLAIN_20) is assess(*PLAIN_20)
    with pytest.raises(ValueError, match="read-only"):
        assess(*PLAIN_20).effect_mean[0] = 1


# PyTorch's default: half the sum of log10 chi over 19 of 20 layers, by independent quadrature (no biases).
@pytest.mark.parametrize(
    ("name", "decades"),
    [("identity", -4.53), ("sigmoid", -16.16), ("tanh", -4.66), ("relu", -7.4), ("softplus", -10.08), ("selu", -1.92)],
)
def test_the_default_start_shrinks_gradients_as_known(name: str, decades: float) -> None:
    assert assess(*PLAIN_20).default_decades[at(name)] == pytest.approx(decades, abs=0.05)


def test_centred_weights_keep_the_gradient_of_sigmoid_and_softplus() -> None:
    found = assess(*PLAIN_20)
    for name in ("sigmoid", "softplus"):
        assert found.start(at(name)).centred
        assert abs(found.gradient_decades[at(name)]) < 0.5
        assert found.related[at(name)] - found.unrelated[at(name)] > 0.1


def test_batch_normalised_relu_grows_by_pi_over_pi_minus_one_per_layer() -> None:
    assert assess(30, "batch").chi[at("relu")] == pytest.approx(np.pi / (np.pi - 1), rel=1e-3)


def test_layer_normalised_sigmoid_without_centring_would_merge_inputs() -> None:
    assert assess(20, "layer").start(at("sigmoid")).centred
    assert assess(20, "layer").default_decades[at("sigmoid")] < -7


def test_normalised_residual_gradients_grow_slower_than_any_exponential() -> None:
    decades = [assess(depth, "layer", True).gradient_decades[at("relu")] for depth in (10, 100, 1000)]
    assert decades[2] - decades[1] < 2 * (decades[1] - decades[0])


def test_squared_relu_is_lost_in_deep_plain_stacks_only() -> None:
    assert assess(*PLAIN_20).effect_mean[at("squared_relu")] < -80
    assert assess(20, "layer", True).effect_mean[at("squared_relu")] > -5


def test_sgd_suffers_more_from_vanishing_than_adam() -> None:
    adam, sgd = assess(100), assess(100, optimizer="sgd")
    assert (sgd.effect_mean <= adam.effect_mean).all()
    assert (sgd.effect_mean < adam.effect_mean - 1).any()


def test_a_likened_normalization_is_less_certain() -> None:
    assert (assess(8, "instance").effect_sd > assess(8, "batch").effect_sd).all()


def test_a_claim_carries_figures_and_the_default_it_beats() -> None:
    sentence = claim(assess(*PLAIN_20), at("sigmoid"))
    assert "20 plain layers" in sentence
    assert "PyTorch's default start" in sentence
    assert "10^16" in sentence

from __future__ import annotations

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.theory import CANDIDATES, UnknownNameError, default_start, recommended_start
from models.theory.names import FRAMEWORKS, KINDS
from models.theory.options import Gains, options
from models.theory.start import SCHEMES, standard_start


@pytest.mark.parametrize("name", CANDIDATES)
def test_one_layer_gets_the_published_scheme(name: str) -> None:
    assert recommended_start(name, 1) == standard_start(name)


@pytest.mark.parametrize(("name", "slope"), [("relu", 0.0), ("leaky_relu", 0.01), ("prelu", 0.25)])
def test_rectifiers_get_the_gain_of_he_at_every_depth(name: str, slope: float) -> None:
    for depth in (2, 12, 40, 200):
        start = recommended_start(name, depth)
        assert (start.scheme, start.centred) == ("he_normal", False)
        assert start.gain == pytest.approx(sqrt(2 / (1 + slope**2)), rel=1e-6)


def test_selu_keeps_the_normal_scheme_it_was_made_for() -> None:
    for depth in (1, 8, 20, 40):
        assert recommended_start("selu", depth).scheme == "lecun_normal"
        assert recommended_start("selu", depth).gain == 1


@given(
    name=st.sampled_from(CANDIDATES),
    depth=st.integers(1, 1000),
    normalization=st.sampled_from(sorted(KINDS)),
    residual=st.booleans(),
)
def test_every_start_is_usable(name: str, depth: int, normalization: str, residual: bool) -> None:
    start = recommended_start(name, depth, normalization, residual)
    assert 0 < start.gain < 12
    assert start.scheme in SCHEMES
    assert start.note
    assert start.centred == (start.scheme == "centred_normal")


def test_unnormalised_residual_branches_shrink_with_depth() -> None:
    gains = [recommended_start("relu", depth, "none", True).gain for depth in (2, 8, 32, 128)]
    assert gains == sorted(gains, reverse=True)
    assert gains[-1] < gains[0] / 4


def test_a_misspelt_name_gets_the_nearest_spelling() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'softplus'"):
        recommended_start("softpluss", 3)
    with pytest.raises(UnknownNameError, match="did you mean 'pytorch'"):
        default_start("relu", "pytorhc")


def test_framework_defaults_have_the_documented_variances() -> None:
    assert default_start("relu", "pytorch").gain ** 2 == pytest.approx(1 / 3)
    assert default_start("sigmoid", "sklearn").gain ** 2 == pytest.approx(1 / 3)
    assert default_start("tanh", "sklearn").gain == 1
    assert default_start("gelu", "keras").gain == default_start("gelu", "jax").gain == 1
    assert all(default_start(name, framework).note for name in CANDIDATES for framework in FRAMEWORKS)


def test_only_starts_that_leave_the_input_alone_have_an_input_gain_of_one() -> None:
    centred = recommended_start("sigmoid", 20)
    assert centred.input_gain == 1
    assert centred.gain > 4
    he = recommended_start("relu", 20)
    assert he.input_gain == he.gain


def test_a_function_without_mean_is_never_centred() -> None:
    same = Gains(forward=1.5, variance=1.5, backward=1.4)
    assert not any(option.start.centred for option in options(standard_start("tanh"), same, "none", False))

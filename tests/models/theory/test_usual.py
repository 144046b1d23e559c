"""What the usual starts do agrees with finite untrained networks, and with the theory of the recommended start."""

from __future__ import annotations

import math

import numpy as np
import pytest

from models.activations import gains, get
from models.theory import CANDIDATES, USUAL, UnknownNameError, assess, recommended_start, usual_outcomes
from models.theory.start import pytorch_gain
from models.theory.usual import Outcome

# log10 of the first over the last gradient in 20 random layers of 256 units, the mean of five seeds, under PyTorch's
# default, variance 1 / n, variance 2 / n, and the gains that keep the signal's and the gradient's size.
MEASURED = {
    "identity": (-4.53, 0.01, None, 0.01, 0.01),
    "sigmoid": (-16.16, -11.97, -9.54, -7.84, -3.16),
    "hard_sigmoid": (-19.32, -14.79, -11.93, -9.54, -2.43),
    "tanh": (-4.66, -0.71, 0.25, 0.55, 0.34),
    "hard_tanh": (-4.55, -0.24, 1.14, 1.08, 0.56),
    "softsign": (-4.98, -1.39, -0.40, 0.64, 0.40),
    "relu": (-7.42, -2.88, -0.01, -0.01, -0.01),
    "leaky_relu": (-7.42, -2.89, -0.01, -0.01, -0.01),
    "elu": (-4.69, -0.82, 0.62, 0.08, 0.01),
    "selu": (-1.92, 0.29, 1.35, 0.29, 0.20),
    "softplus": (-10.08, -5.12, -1.13, -4.72, 1.84),
    "gelu": (-10.14, -5.40, -0.58, 0.72, 0.38),
    "quick_gelu": (-10.14, -5.40, -0.73, 0.72, 0.40),
    "silu": (-10.20, -5.55, -2.15, 1.35, 1.05),
    "mish": (-8.70, -4.06, -0.17, 0.49, 0.16),
    "hard_swish": (-10.22, -5.60, -2.32, 1.79, 1.47),
    "sine": (-4.62, -0.57, 0.72, 1.10, 0.43),
    "snake": (-4.31, 1.68, 4.54, 0.56, -0.16),
}
COLUMNS = ("pytorch_default", "flax_default", "he", "forward_gain", "backward_gain")


def outcome(start: str, *network: object) -> Outcome:
    """The outcome that a word stands for."""
    return next(one for one in usual_outcomes(*network) if start in one.starts)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", MEASURED)
def test_twenty_layers_lose_what_finite_networks_were_measured_to_lose(name: str) -> None:
    for start, measured in zip(COLUMNS, MEASURED[name], strict=True):
        if measured is not None:
            assert outcome(start, name, 20).gradient_decades == pytest.approx(measured, abs=0.5), start


def test_most_figures_lie_within_a_tenth_of_a_decade_of_the_measured_ones() -> None:
    apart = [
        abs(outcome(start, name, 20).gradient_decades - measured)
        for name, row in MEASURED.items()
        for start, measured in zip(COLUMNS, row, strict=True)
        if measured is not None
    ]
    assert np.median(apart) < 0.02
    assert np.mean(np.array(apart) < 0.1) > 0.95


@pytest.mark.parametrize("name", CANDIDATES)
@pytest.mark.parametrize("network", [(20, "none", False), (20, "none", True), (9, "layer", False), (64, "batch", True)])
def test_every_start_is_there_once_with_finite_figures(name: str, network: tuple[int, str, bool]) -> None:
    found = usual_outcomes(name, *network)
    words = [word for one in found for word in one.starts]
    expected = {*USUAL, "recommended"} - ({"pytorch_gain"} if math.isnan(pytorch_gain(name)) else set())
    assert sorted(words) == sorted(expected)
    assert all(np.isfinite(one[1:]).all() and 1e-6 <= one.variance_last * 1.001 <= 1.002e3 for one in found)
    assert [one.gain for one in found] == sorted(one.gain for one in found)


@pytest.mark.parametrize("depth", [1, 2, 17, 64, 100, 5000])
def test_the_recommended_start_is_judged_as_in_the_assessment(depth: int) -> None:
    for normalization, residual in (("none", False), ("none", True), ("layer", False)):
        found = assess(depth, normalization, residual)
        for index, name in enumerate(CANDIDATES):
            one = outcome("recommended", name, depth, normalization, residual)
            assert one.gain == pytest.approx(recommended_start(name, depth, normalization, residual).gain)
            assert one.gradient_decades == pytest.approx(found.gradient_decades[index], rel=1e-3, abs=0.02)


def test_a_single_layer_passes_no_gradient_on() -> None:
    assert {one.gradient_decades for one in usual_outcomes("relu", 1)} == {0.0}


def test_behind_a_normaliser_no_gain_changes_anything() -> None:
    assert len({one.gradient_decades for one in usual_outcomes("gelu", 20, "batch")}) == 1
    assert {one.variance_last for one in usual_outcomes("gelu", 20, "batch")} == {1.0}


def test_weights_that_are_centred_are_told_apart_from_plain_ones_of_the_same_gain() -> None:
    best = outcome("recommended", "sigmoid", 20)
    assert best.starts == ("recommended",)
    assert best.gradient_decades > outcome("backward_gain", "sigmoid", 20).gradient_decades + 2


def test_the_gains_are_those_of_the_catalogue() -> None:
    for name in ("tanh", "gelu", "selu", "lecun_tanh", "shifted_softplus"):
        exact = gains(get(name))
        assert outcome("forward_gain", name, 5).gain == pytest.approx(exact.forward, rel=1e-6)
        assert outcome("backward_gain", name, 5).gain == pytest.approx(exact.backward, rel=1e-6)


def test_calculate_gain_is_told_as_pytorch_has_it() -> None:
    torch = pytest.importorskip("torch")
    words = {"identity": "linear", "sigmoid": "sigmoid", "tanh": "tanh", "relu": "relu", "selu": "selu"}
    assert {name: torch.nn.init.calculate_gain(word) for name, word in words.items()} == {
        name: pytest.approx(pytorch_gain(name)) for name in words
    }
    for name, slope in (("leaky_relu", 0.01), ("prelu", 0.25), ("rrelu", 11 / 48)):
        assert pytorch_gain(name) == pytest.approx(torch.nn.init.calculate_gain("leaky_relu", slope))


def test_an_unknown_activation_is_refused_with_its_nearest_spelling() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'gelu'"):
        usual_outcomes("geluu", 3)
    with pytest.raises(ValueError, match="at least 1"):
        usual_outcomes("gelu", 0)

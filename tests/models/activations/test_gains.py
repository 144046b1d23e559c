"""Gaussian moments and gains agree with closed forms and with independently computed figures."""

from __future__ import annotations

from math import exp, pi, sqrt

import numpy as np
import pytest

from models.activations import NotElementwiseError, catalogue, gains, get, hidden_candidates, moments

VARIANCES = np.array([1e-6, 1e-3, 0.1, 1.0, 10.0, 1e3])

# E f, E f^2 and E f'^2 for z ~ N(0, 1), from adaptive quadrature of each half line.
UNIT_MOMENTS = {
    "identity": (0.0, 1.0, 1.0),
    "sigmoid": (0.5, 0.293379, 0.044836),
    "hard_sigmoid": (0.5, 0.277639, 0.027703),
    "log_sigmoid": (-0.806059, 0.921246, 0.293379),
    "tanh": (0.0, 0.394294, 0.464403),
    "lecun_tanh": (0.0, 0.750430, 0.803989),
    "penalized_tanh": (0.208492, 0.209469, 0.246714),
    "hard_tanh": (0.0, 0.516059, 0.682689),
    "softsign": (0.0, 0.183014, 0.227671),
    "relu": (0.398942, 0.5, 0.5),
    "relu6": (0.398942, 0.5, 0.5),
    "clipped_relu": (0.398942, 0.5, 0.5),
    "leaky_relu": (0.394953, 0.50005, 0.50005),
    "rrelu": (0.307518, 0.526259, 0.526259),
    "prelu": (0.299207, 0.53125, 0.53125),
    "elu": (0.160521, 0.644945, 0.668102),
    "celu": (0.09818, 0.749362, 0.761578),
    "selu": (0.0, 1.0, 1.071575),
    "softplus": (0.806059, 0.921246, 0.293379),
    "shifted_softplus": (0.112912, 0.284264, 0.293379),
    "squareplus": (1.109306, 1.5, 0.289315),
    "gelu": (0.282095, 0.425221, 0.455851),
    "gelu_tanh": (0.282039, 0.425194, 0.455818),
    "quick_gelu": (0.282331, 0.421953, 0.449549),
    "silu": (0.206621, 0.355776, 0.379482),
    "swish": (0.206621, 0.355776, 0.379482),
    "mish": (0.240404, 0.452342, 0.479084),
    "hard_swish": (0.166217, 0.331567, 0.358532),
    "squared_relu": (0.5, 1.5, 2.0),
    "sine": (0.0, 0.432332, 0.567668),
    "snake": (0.432332, 1.307374, 1.499832),
    "glu": (0.0, 0.293379, 0.338215),
    "reglu": (0.0, 0.5, 1.0),
    "geglu": (0.0, 0.425221, 0.881072),
    "swiglu": (0.0, 0.355776, 0.735258),
    "exp": (1.648721, 7.389056, 7.389056),
}


def test_the_figures_cover_every_elementwise_activation() -> None:
    assert set(UNIT_MOMENTS) == {name for name, a in catalogue().items() if a.elementwise}


@pytest.mark.parametrize("name", UNIT_MOMENTS)
def test_moments_at_unit_variance_agree_with_the_figures(name: str) -> None:
    assert [float(m) for m in moments(get(name), 1.0)] == pytest.approx(UNIT_MOMENTS[name], abs=1e-6)


@pytest.mark.parametrize("name", UNIT_MOMENTS)
def test_gains_are_inverse_roots_of_the_moments(name: str) -> None:
    mean, second, slope_second = UNIT_MOMENTS[name]
    expected = [1 / sqrt(second), 1 / sqrt(second - mean**2), 1 / sqrt(slope_second)]
    assert list(gains(get(name))) == pytest.approx(expected, rel=3e-5)


def test_relu_moments_have_closed_forms_at_every_variance() -> None:
    found = moments(get("relu"), VARIANCES)
    np.testing.assert_allclose(found.mean, np.sqrt(VARIANCES / (2 * pi)), rtol=1e-12)
    np.testing.assert_allclose(found.second, VARIANCES / 2, rtol=1e-12)
    np.testing.assert_allclose(found.slope_second, 0.5, rtol=1e-12)


def test_the_mean_of_gelu_has_a_closed_form_at_every_variance() -> None:
    expected = VARIANCES / np.sqrt(2 * pi * (1 + VARIANCES))
    np.testing.assert_allclose(moments(get("gelu"), VARIANCES).mean, expected, rtol=1e-11)


def test_sine_is_integrated_through_every_wave() -> None:
    found = moments(get("sine"), VARIANCES)
    np.testing.assert_allclose(found.second, -np.expm1(-2 * VARIANCES) / 2, rtol=1e-11)
    np.testing.assert_allclose(found.slope_second, (1 + np.exp(-2 * VARIANCES)) / 2, rtol=1e-11)


def test_exp_is_accurate_up_to_a_variance_of_ten() -> None:
    found = moments(get("exp"), [1.0, 10.0])
    np.testing.assert_allclose(found.second, [exp(2), exp(20)], rtol=1e-6)


def test_a_joint_far_out_is_respected() -> None:
    # relu6 at variance 36 clips at one standard deviation.
    z = np.linspace(-12, 12, 2_400_001)
    weight = np.exp(-z * z / 2) / sqrt(2 * pi)
    expected = np.trapezoid(weight * np.clip(6 * z, 0, 6) ** 2, z)
    assert float(moments(get("relu6"), 36.0).second) == pytest.approx(expected, rel=1e-9)


def test_selu_keeps_mean_zero_and_variance_one() -> None:
    mean, second, _ = moments(get("selu"), 1.0)
    assert float(mean) == pytest.approx(0, abs=1e-12)
    assert float(second) == pytest.approx(1, abs=1e-12)


def test_moments_keep_the_shape_of_the_variances() -> None:
    assert moments(get("tanh"), np.ones((2, 3))).second.shape == (2, 3)
    assert moments(get("tanh"), 1.0).second.shape == ()


def test_many_variances_at_once_equal_one_at_a_time() -> None:
    for activation in hidden_candidates():
        together = moments(activation, VARIANCES)
        apart = [moments(activation, q) for q in VARIANCES]
        np.testing.assert_allclose(together.second, [m.second for m in apart], rtol=1e-10)


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_row_wise_functions_have_no_gain(name: str) -> None:
    with pytest.raises(NotElementwiseError, match=f"{name} acts on whole rows"):
        gains(get(name))


@pytest.mark.parametrize("variance", [0.0, -1.0, 1e7, float("nan"), float("inf")])
def test_a_variance_out_of_range_is_refused(variance: float) -> None:
    with pytest.raises(ValueError, match="between 1e-12 and 1e6"):
        moments(get("relu"), [1.0, variance])

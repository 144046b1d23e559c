from __future__ import annotations

import numpy as np
import pytest

from models.theory.names import GATES
from models.theory.quadrature import SEPARATIONS, VARIANCES, Averages, averages
from models.theory.trajectories import Networks, follow, pack

ONE = int(np.argmin(np.abs(VARIANCES - 1)))


@pytest.fixture(scope="module")
def found() -> dict[str, Averages]:
    return {name: averages(name) for name in ("identity", "relu", "sigmoid", "sine", "swiglu")}


def test_the_grids_hold_unit_variance_and_both_ends_of_correlation() -> None:
    assert VARIANCES[ONE] == pytest.approx(1)
    assert SEPARATIONS[0] == 0
    assert SEPARATIONS[-1] == 1


def test_identity_keeps_everything(found: dict[str, Averages]) -> None:
    assert np.allclose(found["identity"].variance, VARIANCES)
    assert np.allclose(found["identity"].spread, 1, rtol=1e-6)


def test_relu_agrees_with_the_arc_cosine_kernel(found: dict[str, Averages]) -> None:
    c = 1 - SEPARATIONS[1:] ** 2
    product = (np.sqrt(1 - c**2) + (np.pi - np.arccos(c)) * c) / (2 * np.pi)
    assert np.allclose(found["relu"].spread[ONE, 1:], (0.5 - product) / (1 - c), rtol=1e-3)
    assert found["relu"].spread[ONE, 0] == pytest.approx(0.5)


def test_sine_agrees_with_its_closed_form(found: dict[str, Averages]) -> None:
    q, c = VARIANCES[:, None], 1 - SEPARATIONS[None, 1:] ** 2
    square, product = (1 - np.exp(-2 * q)) / 2, np.exp(-q) * np.sinh(np.minimum(q * c, 300))
    small = VARIANCES < 100
    assert np.allclose(found["sine"].spread[small, 1:], ((square - product) / (q * (1 - c)))[small], rtol=1e-3)


def test_sigmoid_has_its_published_moments_at_unit_variance(found: dict[str, Averages]) -> None:
    sigmoid = found["sigmoid"]
    assert sigmoid.mean[ONE] == pytest.approx(0.5)
    assert 1 / np.sqrt(sigmoid.variance[ONE]) == pytest.approx(4.8013, rel=1e-4)
    assert 1 / np.sqrt(sigmoid.spread[ONE, 0]) == pytest.approx(4.7226, rel=1e-4)


def test_a_gated_unit_has_no_mean_and_adds_both_gradients(found: dict[str, Averages]) -> None:
    gate = averages(GATES["swiglu"])
    second = gate.variance + gate.mean**2
    assert not found["swiglu"].mean.any()
    assert np.allclose(found["swiglu"].spread[:, 0], second + VARIANCES * gate.spread[:, 0])


def test_variance_is_the_spread_of_unrelated_inputs(found: dict[str, Averages]) -> None:
    for averages_of in found.values():
        assert np.allclose(averages_of.spread[:, -1] * VARIANCES, averages_of.variance, rtol=2e-2)


def networks(gain: float, *, centred: bool = False, normalised: bool = False, residual: bool = False) -> Networks:
    flags = (np.array([flag]) for flag in (centred, normalised, residual))
    return Networks(np.array([0]), np.array([gain]), np.array([gain]), *flags)


def table(averages_of: Averages) -> np.ndarray:
    return pack(averages_of.mean[None], averages_of.variance[None], averages_of.spread[None])


def test_a_single_layer_leaves_the_pairs_as_they_started(found: dict[str, Averages]) -> None:
    traced = follow(table(found["relu"]), networks(1.0), 1)
    assert traced.related[0, 0] == 0.5
    assert traced.unrelated[0, 0] == 0
    assert traced.factor[0, 0] == 1


def test_relu_at_the_gain_of_he_keeps_length_and_gradient(found: dict[str, Averages]) -> None:
    traced = follow(table(found["relu"]), networks(np.sqrt(2)), 50)
    assert np.allclose(traced.variance, 2, rtol=1e-3)
    assert np.allclose(traced.factor, 1, rtol=1e-3)
    assert (np.diff(traced.related[:, 0]) > 0).all()


def test_residual_identity_branches_double_the_square(found: dict[str, Averages]) -> None:
    traced = follow(table(found["identity"]), networks(1.0, residual=True), 8)
    assert np.allclose(traced.variance[:, 0], [1, 1, 2, 4, 8, 16, 32, 64])
    assert np.allclose(traced.factor[1:, 0], 2)


def test_lecun_sigmoid_merges_inputs_and_centring_stops_it(found: dict[str, Averages]) -> None:
    merged = follow(table(found["sigmoid"]), networks(1.0), 20)
    apart = follow(table(found["sigmoid"]), networks(4.8, centred=True), 20)
    assert merged.unrelated[-1, 0] > 0.999999
    assert apart.unrelated[-1, 0] < 0.01

"""Networks and activations as numbers: all finite, all named, and different where they differ."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from models.activations import hidden_candidates
from models.prior.features import activation_features, activation_names, network_features, network_names
from tests.models.prior.races import situation

NAMES = [one.name for one in hidden_candidates()]


def test_every_number_has_a_name_and_is_finite() -> None:
    networks, activations = network_features(situation()), activation_features(NAMES)
    assert networks.shape == (len(network_names()),)
    assert activations.shape == (len(NAMES), len(activation_names()))
    assert np.isfinite(networks).all()
    assert np.isfinite(activations).all()


@pytest.mark.parametrize(
    "change",
    [
        {"depth": 4},
        {"width": 64},
        {"normalization": "batch"},
        {"rows": 5_000},
        {"noise": "high"},
        {"optimizer": "sgd"},
        {"task": "binary_classification"},
        {"target": {"heavy_tailed": True}},
        {"layer_type": "conv"},
    ],
)
def test_a_difference_in_the_description_is_one_in_the_numbers(change: dict[str, Any]) -> None:
    assert (network_features(situation()) != network_features(situation(**change))).any()


def test_what_is_not_known_takes_the_value_of_a_common_network() -> None:
    known = situation(rows=1_000, features=16, noise="medium")
    unknown = known.changed(rows=None, features=None, noise=None)
    assert (network_features(known) == network_features(unknown)).all()


def test_synthetic_data_are_told_from_real_ones() -> None:
    real, synthetic = (network_features(situation(), kind) for kind in (False, True))
    assert np.flatnonzero(real != synthetic).tolist() == [network_names().index("synthetic")]


def test_hermite_coefficients_know_lines_and_parity() -> None:
    names = activation_names()
    identity, tanh = activation_features(["identity", "tanh"])
    assert identity[names.index("hermite_1")] == pytest.approx(2.0)
    assert tanh[names.index("hermite_2")] == pytest.approx(0.0, abs=1e-12)
    assert tanh[names.index("hermite_3")] < -0.3


def test_similar_functions_are_near_and_different_ones_far() -> None:
    gelu, silu, sine = activation_features(["gelu", "silu", "sine"])
    assert np.linalg.norm(gelu - silu) < 0.3 * np.linalg.norm(gelu - sine)


def test_an_unknown_activation_is_an_error() -> None:
    with pytest.raises(KeyError):
        activation_features(["no_such_function"])

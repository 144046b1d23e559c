"""Random networks: what theory says about gradients, signals and singular values is found."""

from __future__ import annotations

import numpy as np

from models.experiments import get_experiment
from models.experiments.base import Scores


def score(name: str, candidate: str, **parameters: object) -> Scores:
    one = get_experiment(name)
    return one.measure(candidate, one.complete(parameters), range(3))  # type: ignore[arg-type]  # plain values


def test_sigmoid_loses_over_half_a_decade_of_gradient_per_layer_at_unit_variance() -> None:
    lost = score("gradient-ratio", "sigmoid", start="lecun", depth=10)
    assert (lost < -0.5 * 9).all()


def test_relu_keeps_its_gradient_at_he_scale_and_not_at_lecuns() -> None:
    he, lecun = (score("gradient-ratio", "relu", start=start) for start in ("he", "lecun"))
    assert (he > -0.5).all()
    assert (lecun < -2).all()


def test_one_layer_has_nothing_to_lose() -> None:
    assert (score("gradient-ratio", "sigmoid", depth=1) == 0).all()


def test_a_gradient_that_leaves_the_floats_counts_as_thirty_decades() -> None:
    assert (score("gradient-ratio", "squared_relu", start="he", depth=20) == -30).all()


def test_residual_branches_add_variance_that_one_plain_layer_does_not() -> None:
    plain, residual = (score("signal-growth", "selu", start="lecun", residual=flag) for flag in (False, True))
    assert (residual < plain).all()


def test_selu_keeps_its_moments_at_lecuns_scale_and_not_at_hes() -> None:
    lecun, he = (score("moment-drift", "selu", start=start) for start in ("lecun", "he"))
    assert (lecun > -0.5).all()
    assert (he < lecun).all()


def test_only_smooth_centred_functions_come_near_dynamical_isometry() -> None:
    assert (score("orthogonal-isometry", "identity") > -1e-6).all()
    assert score("orthogonal-isometry", "tanh").min() > score("orthogonal-isometry", "relu").max() + 0.3


def test_a_layer_of_dead_units_has_singular_values_of_nothing() -> None:
    assert np.isfinite(score("orthogonal-isometry", "relu", width=2, depth=40)).all()

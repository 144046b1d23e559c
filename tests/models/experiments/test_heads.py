"""Experiments on output heads."""

from __future__ import annotations

import pytest

from models.experiments import get_experiment
from models.experiments.base import Scores


def score(name: str, candidate: str, seeds: int = 1, **parameters: object) -> Scores:
    one = get_experiment(name)
    return one.measure(candidate, one.complete(parameters), range(seeds))  # type: ignore[arg-type]  # plain values


@pytest.mark.parametrize(
    ("task", "head"),
    [
        ("regression", "identity_squared"),
        ("binary_classification", "sigmoid_bce"),
        ("multiclass_classification", "softmax_cross_entropy"),
        ("multilabel_classification", "sigmoid_multilabel"),
        ("ordinal", "ordinal_cumulative"),
        ("count_regression", "exp_poisson"),
        ("positive_regression", "exp_gamma"),
        ("bounded_regression", "sigmoid_bce_bounded"),
        ("quantile_regression", "quantiles_ordered"),
        ("heteroscedastic_regression", "gaussian_log_variance"),
        ("proportions", "softmax_proportions"),
    ],
)
def test_every_kind_of_target_can_be_learned(task: str, head: str) -> None:
    assert 2 < score("head-skill", head, task=task, rows=500)[0] <= 100


def test_squared_error_behind_a_sigmoid_has_lost_its_gradient_where_it_is_wrong() -> None:
    entropy = score("saturated-head", "sigmoid_bce_bounded")[0]
    assert entropy == pytest.approx(0, abs=0.01)  # prediction less target
    assert score("saturated-head", "sigmoid_squared_bounded")[0] < entropy - 1.5


def test_ordered_quantiles_never_cross() -> None:
    assert score("quantile-crossing", "quantiles_ordered")[0] == 0


def test_the_focal_loss_is_least_away_from_the_true_probability() -> None:
    assert score("bent-probabilities", "sigmoid_bce")[0] == pytest.approx(0, abs=0.1)
    assert score("bent-probabilities", "sigmoid_focal")[0] < -1


def test_a_head_is_taken_only_for_its_own_tasks() -> None:
    one = get_experiment("head-skill")
    assert one.takes("exp_poisson", one.complete({"task": "count_regression"}))
    assert not one.takes("exp_poisson", one.complete({"task": "regression"}))
    assert not one.takes("relu", one.complete({}))

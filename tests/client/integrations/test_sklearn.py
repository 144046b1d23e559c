"""scikit-learn's multi-layer perceptrons, described and parametrised."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

pytest.importorskip("sklearn")

from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from actwise.contract.answer import Recommendation
from actwise.contract.faults import ContractError
from actwise.integrations.sklearn import WORDS, describe, examine, network, parameters

Advise = Callable[..., Recommendation]
RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 6))
TWO = np.array([0] * 30 + [1] * 10)
THREE = np.arange(40) % 3


def test_a_classifier_and_its_data_are_a_request() -> None:
    request = describe(MLPClassifier((64, 32, 64), solver="sgd"), X, TWO, compute_budget="low")
    assert (request.task, request.layer_type, request.depth, request.width) == ("binary_classification", "dense", 3, 64)
    assert (request.rows, request.features, request.classes, request.imbalance) == (40, 6, 2, 0.25)
    assert (request.framework, request.optimizer, request.compute_budget) == ("sklearn", "sgd", "low")


def test_targets_tell_the_task() -> None:
    labels = np.eye(3, dtype=int)[THREE]
    assert describe(MLPClassifier(), X, THREE).classes == 3
    assert describe(MLPClassifier(), X, [f"class {one}" for one in THREE]).classes == 3
    assert describe(MLPClassifier(), X, labels).task == "multilabel_classification"
    assert describe(MLPRegressor(), X, X[:, 0]).task == "regression"
    several = describe(MLPRegressor(hidden_layer_sizes=8), X, X[:, :2])
    assert several.target is not None
    assert (several.target.outputs, several.depth, several.width) == (2, 1, 8)


def test_pipelines_sparse_rows_and_what_the_caller_knows_are_taken() -> None:
    pipeline = make_pipeline(StandardScaler(with_mean=False), MLPClassifier((8,)))
    request = describe(pipeline, csr_matrix(X), TWO, noise="high", task="classification")
    assert (request.rows, request.noise, request.task) == (40, "high", "classification")


def test_other_estimators_and_targets_are_refused_with_what_is_wanted() -> None:
    with pytest.raises(ContractError, match="MLPClassifier or MLPRegressor is wanted"):
        describe(LogisticRegression(), X, TWO)
    with pytest.raises(ContractError, match="such as \\(64, 64\\)"):
        describe(MLPClassifier(()), X, TWO)
    with pytest.raises(ContractError, match="take MLPRegressor"):
        describe(MLPClassifier(), X, X[:, 0])


def test_a_solver_that_no_request_knows_is_told() -> None:
    found = examine(MLPClassifier(solver="lbfgs"), X, TWO)
    assert found.description.optimizer is None
    assert "lbfgs" in found.notes[0]
    assert [place.activation for place in found.activations] == ["relu"]


def test_the_doctors_form_ends_with_the_output_that_scikit_learn_makes() -> None:
    heads = [network(MLPClassifier((4,)), X, y).layers[-1].activation for y in (TWO, THREE)]
    assert heads == ["sigmoid", "softmax"]
    assert network(MLPClassifier(), X, TWO).from_logits is False
    assert network(MLPRegressor(loss="poisson"), X, THREE).layers[-1].activation == "exp"
    assert [
        (one.inputs, one.units) for one in network(MLPRegressor(hidden_layer_sizes=(4, 5)), X, X[:, :2]).layers
    ] == [(6, 4), (4, 5), (5, 2)]


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu"])
def test_parameters_make_an_estimator_with_the_choice(name: str, advise: Advise) -> None:
    answer = advise(describe(MLPClassifier((8, 8)), X, TWO), allow=[name])
    assert not any("came first" in note for note in parameters(answer).notes)
    found = parameters(answer)
    assert found["hidden_layer_sizes"] == (8, 8)
    assert MLPClassifier(**found).activation == WORDS[name]
    assert examine(MLPClassifier(**found), X, TWO).activations[0].activation == name


def test_what_was_given_up_is_told(advise: Advise) -> None:
    answer = advise(describe(MLPClassifier((8,) * 20), X, TWO), allow=["selu", "sigmoid"], framework="pytorch")
    assert answer.hidden[0].ranking[0].activation == "selu"
    found = parameters(answer, hidden_layer_sizes=[16])
    assert found == {"activation": "logistic", "hidden_layer_sizes": (16,)}
    assert "selu came first" in found.notes[0]
    assert "points below it" in found.notes[0]
    assert "3 (fan_in + fan_out)" in found.notes[1]


def test_nothing_is_made_up_where_scikit_learn_has_no_choice(advise: Advise) -> None:
    with pytest.raises(ContractError, match="has none of the ranked activations"):
        parameters(advise(describe(MLPClassifier((8,)), X, TWO), allow=["gelu", "mish"], framework="pytorch"))


def test_a_request_without_a_width_leaves_the_sizes_to_the_caller(advise: Advise) -> None:
    answer = advise(task="classification", layer_type="dense", depth=2, compute_budget="low")
    assert "hidden_layer_sizes" not in parameters(answer)

"""Preparation: odd data first, each with its one documented result."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from models.data.prepared import CLIP, MINIMUM_ROWS, PreparedData, prepare
from models.data.table import DataRefused, Table

RNG = np.random.default_rng(5)
X = RNG.standard_normal((60, 3))
LABELS = np.arange(60) % 3


def table(x: NDArray[Any] = X, y: NDArray[Any] = LABELS) -> Table:
    return Table("test", x, y)


def refusal(x: NDArray[Any], y: NDArray[Any], task: str) -> str:
    with pytest.raises(DataRefused) as refused:
        prepare(table(x, y), task)
    assert refused.value.message
    return refused.value.code


def with_value(array: NDArray[Any], value: float) -> NDArray[Any]:
    changed = array.astype(float)
    changed.flat[0] = value
    return changed


@pytest.mark.parametrize("task", ["regression", "count_regression", "positive_regression", "bounded_regression"])
def test_a_constant_target_is_refused(task: str) -> None:
    assert refusal(X, np.full(60, 2.0), task) == "constant_target"


def test_a_target_that_is_constant_in_32_bits_is_refused() -> None:
    assert refusal(X, 1e9 + np.linspace(0, 1, 60), "regression") == "constant_target"


def test_a_target_that_changes_in_one_row_only_is_learned_or_refused_but_never_crashes() -> None:
    outcomes = set()
    for row in range(60):
        y = np.zeros(60)
        y[row] = 1.0
        try:
            outcomes.add(prepare(table(y=y), "count_regression").task)
        except DataRefused as error:
            outcomes.add(error.code)
    assert outcomes == {"count_regression", "constant_target"}


def test_one_class_is_refused() -> None:
    assert refusal(X, np.zeros(60), "multiclass_classification") == "one_class"


def test_a_class_with_a_single_row_is_left_out_and_the_rest_is_numbered_anew() -> None:
    y = np.array([7] + [3, 9] * 29 + [3])
    data = prepare(table(y=y), "multiclass_classification")
    assert data.classes == 2
    assert set(np.concatenate([data.y_train, data.y_valid])) == {0, 1}
    assert any("one row each" in note for note in data.notes)


def test_two_classes_of_which_one_has_a_single_row_are_one_class() -> None:
    assert refusal(X, np.array([1] + [0] * 59), "binary_classification") == "one_class"


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("task", ["regression", "multiclass_classification", "multilabel_classification"])
def test_a_target_that_is_not_finite_is_refused(bad: float, task: str) -> None:
    assert refusal(X, with_value(LABELS, bad), task) == "target_not_finite"


def test_too_few_rows_are_refused_and_just_enough_are_taken() -> None:
    few = MINIMUM_ROWS - 1
    assert refusal(X[:few], LABELS[:few], "multiclass_classification") == "too_few_rows"
    assert len(prepare(table(X[: few + 1], LABELS[: few + 1]), "multiclass_classification").x_train) < MINIMUM_ROWS


def test_repeated_rows_do_not_count_as_rows() -> None:
    x = np.tile(X[:10], (6, 1))
    assert refusal(x, np.tile(LABELS[:10], 6), "multiclass_classification") == "too_few_rows"


def test_no_row_is_on_both_sides_of_the_split() -> None:
    x = np.concatenate([X, X[:20]])
    data = prepare(table(x, np.concatenate([LABELS, LABELS[:20]])), "multiclass_classification")
    assert len(data.x_train) + len(data.x_valid) == 60
    train = {row.tobytes() for row in data.x_train}
    assert not train & {row.tobytes() for row in data.x_valid}
    assert "20 repeated rows were dropped" in data.notes


def test_rows_with_missing_values_in_the_same_places_are_repeated_rows_too() -> None:
    x = np.concatenate([X, X[:1]])
    x[0, 0] = x[-1, 0] = np.nan
    data = prepare(table(x, np.append(LABELS, LABELS[0])), "multiclass_classification")
    assert len(data.x_train) + len(data.x_valid) == 60


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_missing_and_infinite_features_are_filled_with_the_median(bad: float) -> None:
    data = prepare(table(with_value(X, bad)), "multiclass_classification")
    assert np.isfinite(data.x_train).all()
    assert np.isfinite(data.x_valid).all()
    assert "1 missing feature values were filled with the median" in data.notes


def test_constant_and_empty_features_are_dropped() -> None:
    x = np.column_stack([X, np.full(60, 1e6), np.full(60, np.nan)])
    assert prepare(table(x), "multiclass_classification").features == 3


def test_features_that_are_all_constant_leave_nothing_to_learn_from() -> None:
    assert refusal(np.ones((60, 2)), LABELS, "multiclass_classification") == "too_few_rows"
    assert refusal(np.ones((60, 2)), np.arange(60.0), "regression") == "no_features"


def test_words_as_features_are_refused() -> None:
    assert refusal(np.array([["a"]] * 60), LABELS, "multiclass_classification") == "not_numeric"


def test_one_target_per_row_is_needed() -> None:
    assert refusal(X, LABELS[:-1], "multiclass_classification") == "wrong_shape"


@pytest.mark.parametrize(
    ("y", "task", "code"),
    [
        (np.arange(60) - 1.0, "count_regression", "target_out_of_range"),
        (np.arange(60) / 2, "count_regression", "wrong_task"),
        (np.arange(60.0) - 1, "positive_regression", "target_out_of_range"),
        (np.arange(60.0), "positive_regression", None),
        (np.arange(60) * 1e31, "regression", "target_out_of_range"),
        (np.arange(60.0), "multiclass_classification", "too_many_classes"),
        (LABELS, "binary_classification", "wrong_task"),
        (LABELS, "multilabel_classification", "wrong_task"),
        (LABELS, "proportions", "wrong_task"),
        (LABELS.astype(str), "regression", None),
        (np.array(["a", "b", "c"] * 20), "regression", "target_not_numeric"),
        (LABELS, "survival", "task_not_trainable"),
    ],
)
def test_a_target_that_does_not_fit_its_task_is_refused(y: NDArray[Any], task: str, code: str | None) -> None:
    if code is None:
        assert prepare(table(y=y), task).outputs == 1
    else:
        assert refusal(X, y, task) == code


def test_every_class_is_on_both_sides() -> None:
    y = np.array([0] * 54 + [1] * 4 + [2] * 2)
    data = prepare(table(y=y), "multiclass_classification")
    assert set(data.y_train) == set(data.y_valid) == {0, 1, 2}


def test_features_are_standardised_by_the_training_rows_and_clipped() -> None:
    x = X * 1e3 + 1e6
    data = prepare(table(with_value(x, 1e12)), "multiclass_classification")
    assert np.abs(data.x_train).max() <= CLIP
    assert np.abs(data.x_valid).max() <= CLIP
    plain = prepare(table(x), "multiclass_classification")
    np.testing.assert_allclose(plain.x_train.mean(axis=0), 0, atol=1e-4)
    np.testing.assert_allclose(plain.x_train.std(axis=0), 1, atol=1e-4)
    assert plain.x_train.dtype == np.float32


def same(one: PreparedData, other: PreparedData) -> bool:
    return one.fingerprint == other.fingerprint and one.x_train.tobytes() == other.x_train.tobytes()


def test_the_split_and_the_fingerprint_follow_data_task_and_seed_alone() -> None:
    one = prepare(table(), "multiclass_classification", 1)
    assert same(one, prepare(table(X.copy(), LABELS.copy()), "multiclass_classification", 1))
    assert not same(one, prepare(table(), "multiclass_classification", 2))
    assert one.fingerprint != prepare(table(), "ordinal", 1).fingerprint
    assert one.fingerprint != prepare(table(with_value(X, 0.5)), "multiclass_classification", 1).fingerprint


def test_targets_of_several_outputs_keep_their_columns() -> None:
    data = prepare(table(y=X * 2), "regression")
    assert (data.outputs, data.y_train.shape[1]) == (3, 3)
    assert data.y_train.dtype == np.float32

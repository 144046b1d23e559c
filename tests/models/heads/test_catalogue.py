"""The catalogue: complete, consistent, and every trainable head runs on the edges of its data."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from actwise.contract.names import ACTIVATIONS
from actwise.contract.vocabulary import CLASSIFICATION_TASKS, TASKS
from models.heads import HEADS, LOSSES, Head, NotTrainable, UnknownHead, get_head, heads_for, score_for
from models.heads.estimates import ESTIMATES

Array = NDArray[Any]
TRAINABLE = [head for head in HEADS.values() if head.trainable]
ROWS = 40


def targets(task: str, rows: int = ROWS, seed: int = 0) -> tuple[Array, int | None, int]:
    """Targets of a task with the number of classes and of targets at once."""
    rng = np.random.default_rng(seed)
    if task == "multilabel_classification":
        return rng.integers(0, 2, (rows, 3)).astype(np.float32), 3, 3
    if task == "proportions":
        return rng.dirichlet(np.ones(4), rows).astype(np.float32), 4, 4
    if task == "binary_classification":
        return rng.integers(0, 2, rows), 2, 1
    if task in CLASSIFICATION_TASKS or task == "embedding":
        return rng.integers(0, 5, rows), 5, 1
    if task == "count_regression":
        return rng.negative_binomial(1, 0.4, rows).astype(np.float32), None, 1
    if task in ("positive_regression", "survival"):
        return rng.gamma(2.0, 50.0, rows).astype(np.float32), None, 1
    return rng.normal(10, 3, (rows, 2)).astype(np.float32), None, 2


def cases() -> list[Any]:
    pairs = [(head, task) for head in TRAINABLE for task in sorted(head.tasks)]
    binary = ("softmax_tokens", "softmax_pixels", "softmax_vocabulary", "softmax_objects")
    return [
        pytest.param(head, task, id=f"{head.id}-{task}")
        for head, task in pairs
        if not (head.id == "sigmoid_focal" and task != "binary_classification")
        and not (head.id in binary and task == "generation")
    ]


@pytest.mark.parametrize("task", TASKS)
def test_every_task_has_a_head(task: str) -> None:
    assert heads_for(task)
    assert all(task in head.tasks for head in heads_for(task))


@pytest.mark.parametrize("task", ["count_regression", "positive_regression", "bounded_regression", "ordinal"])
def test_tasks_with_a_real_choice_have_several_heads_to_race(task: str) -> None:
    assert sum(head.trainable for head in heads_for(task)) >= 3


@pytest.mark.parametrize("head", HEADS.values(), ids=lambda head: head.id)
def test_a_head_is_a_complete_bundle(head: Head) -> None:
    assert head.activation in ACTIVATIONS
    assert head.tasks <= set(TASKS)
    assert head.cautions
    assert head.sources
    words = (head.units, head.loss, head.target_transform, head.bias_initialization, head.at_inference, head.title)
    assert all(words)
    assert head.range_low < head.range_high


@pytest.mark.parametrize("head", TRAINABLE, ids=lambda head: head.id)
def test_a_trainable_head_names_a_loss_and_an_estimate(head: Head) -> None:
    assert head.loss in LOSSES
    assert head.estimate in ESTIMATES
    assert head.from_logits


def test_every_loss_belongs_to_a_head() -> None:
    assert {head.loss for head in TRAINABLE} == set(LOSSES)


def test_a_head_that_the_probe_cannot_run_says_so() -> None:
    head = get_head("cox_log_risk")
    assert head.estimate is None
    with pytest.raises(NotTrainable, match="cox_log_risk"):
        head.unit_count(2, 1)


def test_unknown_names_are_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownHead, match="did you mean 'exp_poisson'"):
        get_head("exp_poison")
    with pytest.raises(ValueError, match="did you mean 'ordinal'"):
        heads_for("ordinals")


def run(head: Head, task: str, y: Array, classes: int | None, outputs: int) -> tuple[Array, Array]:
    """Zero weights and the initial bias for two members: (loss, score)."""
    scale = head.scale(y, classes)
    bias = head.initial_bias(y, scale)
    units = head.unit_count(classes, outputs)
    assert bias.shape == (units,)
    assert np.isfinite(bias).all()
    raw = np.broadcast_to(bias, (2, len(y), units)).copy()
    gradient = np.empty_like(raw)
    loss = head.loss_function.value_and_gradient(raw, head.transform(y, scale)[None], gradient)
    assert np.isfinite(loss).all()
    assert np.isfinite(gradient).all()
    return gradient, score_for(task, y).score(head, raw, y, scale)


@pytest.mark.parametrize(("head", "task"), cases())
def test_the_initial_bias_predicts_the_best_constant(head: Head, task: str) -> None:
    y, classes, outputs = targets(task)
    gradient, _ = run(head, task, y, classes, outputs)
    if head.loss in ("focal", "quantile", "ordered_quantile", "negative_binomial", "absolute", "huber"):
        return
    if head.id in ("ordinal_regression",) or head.estimate == "class_probabilities":
        return
    np.testing.assert_allclose(gradient.sum(axis=1), 0, atol=0.02)


@pytest.mark.parametrize(("head", "task"), cases())
def test_a_constant_prediction_scores_close_to_the_trivial_one(head: Head, task: str) -> None:
    y, classes, outputs = targets(task)
    _, scores = run(head, task, y, classes, outputs)
    score = score_for(task, y)
    assert scores[0] == scores[1]
    assert scores[0] <= score.trivial(y) + 1e-5
    assert score.points(scores[0] - score.trivial(y), y) >= -60


@pytest.mark.parametrize(("head", "task"), cases())
def test_one_row_and_raw_outputs_of_ten_thousand_are_survived(head: Head, task: str) -> None:
    y, classes, outputs = targets(task, rows=1)
    run(head, task, y, classes, outputs)
    scale = head.scale(y, classes)
    for far in (-1e4, 1e4):
        raw = np.full((2, 1, head.unit_count(classes, outputs)), far, dtype=np.float32)
        assert np.isfinite(head.predict(raw, scale)).all()
        assert np.isfinite(score_for(task, y).score(head, raw, y, scale)).all()


@pytest.mark.parametrize(("head", "task"), cases())
def test_a_constant_target_is_survived(head: Head, task: str) -> None:
    y, classes, outputs = targets(task)
    same = np.repeat(y[:1], ROWS, axis=0)
    run(head, task, same, classes, outputs)


@pytest.mark.parametrize(("head", "task"), cases())
def test_a_member_with_a_broken_output_scores_nan_and_spares_the_others(head: Head, task: str) -> None:
    y, classes, outputs = targets(task)
    raw = np.zeros((3, ROWS, head.unit_count(classes, outputs)), dtype=np.float32)
    raw[1, 0, 0] = np.nan
    scores = score_for(task, y).score(head, raw, y, head.scale(y, classes))
    np.testing.assert_array_equal(np.isnan(scores), [False, True, False])


@pytest.mark.parametrize("head", heads_for("count_regression"), ids=lambda head: head.id)
def test_all_counts_may_be_zero(head: Head) -> None:
    if head.trainable:
        run(head, "count_regression", np.zeros(ROWS, dtype=np.float32), None, 1)


@pytest.mark.parametrize("head_id", ["softmax_cross_entropy", "sigmoid_bce", "ordinal_cumulative", "ordinal_softmax"])
def test_one_class_alone_gives_a_confident_and_finite_start(head_id: str) -> None:
    head, y = get_head(head_id), np.zeros(ROWS, dtype=np.int64)
    scale = head.scale(y, 2)
    raw = np.broadcast_to(head.initial_bias(y, scale), (1, 1, head.unit_count(2, 1))).copy()
    assert head.predict(raw, scale)[0, 0, 0] > 0.95


@pytest.mark.parametrize(("head", "task"), cases())
def test_probabilities_are_probabilities(head: Head, task: str) -> None:
    if head.gives != "probabilities":
        return
    y, classes, outputs = targets(task)
    raw = np.random.default_rng(1).normal(scale=5, size=(2, 7, head.unit_count(classes, outputs)))
    found = head.predict(raw, head.scale(y, classes))
    assert ((found >= 0) & (found <= 1)).all()
    if head.estimate != "label_probabilities":
        np.testing.assert_allclose(found.sum(axis=-1), 1, atol=1e-9)


@pytest.mark.parametrize("head_id", ["sigmoid_bce_bounded", "sigmoid_squared_bounded", "tanh_squared_bounded"])
def test_a_bounded_head_stays_within_the_bounds_it_was_given(head_id: str) -> None:
    head, y = get_head(head_id), np.array([2.0, 3.0, 4.0])
    scale = head.scale(y, low=0.0, high=10.0)
    raw = np.array([-50.0, 0.0, 50.0])[None, :, None]
    np.testing.assert_allclose(head.predict(raw, scale)[0, :, 0], [0, 5, 10], atol=1e-9)


def test_the_log_target_comes_back_in_its_own_units() -> None:
    head, y = get_head("log_target_squared"), np.array([1.0, 10.0, 100.0])
    scale = head.scale(y)
    trained = head.transform(y, scale)
    np.testing.assert_allclose(head.predict(trained[None].astype(float), scale)[0, :, 0], y, rtol=1e-6)


def test_zeros_in_a_log_target_count_as_half_the_smallest_amount() -> None:
    head, y = get_head("log_target_squared"), np.array([0.0, 4.0, 8.0])
    scale = head.scale(y)
    trained = head.transform(y, scale)[None].astype(float)
    np.testing.assert_allclose(head.predict(trained, scale)[0, :, 0], [2, 4, 8], rtol=1e-6)


def test_targets_beyond_the_given_bounds_are_trained_as_the_bound() -> None:
    head, y = get_head("sigmoid_bce_bounded"), np.array([-1.0, 5.0, 11.0])
    np.testing.assert_allclose(head.transform(y, head.scale(y, low=0.0, high=10.0))[:, 0], [0, 0.5, 1])


def test_quantiles_of_several_targets_keep_to_their_own_scale() -> None:
    head = get_head("quantiles_ordered")
    y = np.stack([np.linspace(0, 1, 101), np.linspace(1000, 3000, 101)], axis=1)
    scale = head.scale(y)
    raw = head.initial_bias(y, scale).astype(float)[None, None]
    np.testing.assert_allclose(head.predict(raw, scale)[0, 0], [0.1, 0.5, 0.9, 1200, 2000, 2800], rtol=1e-4)

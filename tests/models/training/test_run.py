"""Whole training runs: they learn, they are reproducible, and no member touches another."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from models.data.bundled import bundled_table
from models.data.prepared import PreparedData, prepare
from models.heads import heads_for
from models.networks.dense import Dense
from models.networks.shapes import DenseShape
from models.training.run import Stopped, cut, run_task
from models.training.task import MemberResult, TrainingTask


@cache
def digits() -> PreparedData:
    return prepare(bundled_table("digits"), "multiclass_classification")


@cache
def small(task: str = "regression", rows: int = 60, features: int = 3, classes: int | None = None) -> PreparedData:
    """A target that is a smooth function of the features, in whatever form the task wants it."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((rows, features)).astype(np.float32)
    signal = np.tanh(x.sum(axis=1))
    y: Any = {
        "regression": signal,
        "positive_regression": np.exp(signal),
        "count_regression": rng.poisson(np.exp(signal)),
        "bounded_regression": (signal + 1.1) / 2.2,
        "quantile_regression": signal,
        "heteroscedastic_regression": signal,
    }.get(task, np.digitize(signal, np.linspace(-0.5, 0.5, (classes or 2) - 1)))
    y = y.astype(np.int64 if classes else np.float32)
    cutoff = rows * 2 // 3
    return PreparedData(
        name="small",
        x_train=x[:cutoff],
        y_train=y[:cutoff],
        x_valid=x[cutoff:],
        y_valid=y[cutoff:],
        task=task,
        classes=classes,
        features=features,
        outputs=1,
        fingerprint="",
    )


def task(data: PreparedData, head: str = "identity_squared", outputs: int = 1, **changes: Any) -> TrainingTask:
    shape = {"depth": 2, "width": 8, "normalization": "none", "residual": False}
    network = DenseShape(
        features=data.features, outputs=outputs, **{key: changes.pop(key, shape[key]) for key in shape}
    )
    fields: dict[str, Any] = {
        "id": "t",
        "candidate": "relu",
        "activation": "relu",
        "head": head,
        "network": network,
        "gain": 1.4,
        "learning_rates": (0.01,),
        "seeds": (0,),
        "steps": 20,
        "batch_size": 16,
        "evaluations": 2,
    }
    return TrainingTask(**(fields | changes))


def classifier(**changes: Any) -> TrainingTask:
    defaults = {"head": "softmax_cross_entropy", "outputs": 10, "width": 32, "batch_size": 128}
    return task(digits(), **(defaults | changes))


def only(result_of: TrainingTask, data: PreparedData) -> MemberResult:
    (member,) = run_task(result_of, data).members
    return member


def test_digits_are_learned() -> None:
    member = only(classifier(steps=300, evaluations=3), digits())
    assert member.score is not None
    assert member.score > 0.95
    assert member.curve_steps == (100, 200, 300)
    assert member.curve_scores[-1] == member.score
    assert member.training_loss is not None
    assert member.training_loss < 0.2


def test_sgd_with_momentum_learns_digits_too() -> None:
    member = only(classifier(steps=300, optimizer="sgd", learning_rates=(0.1,)), digits())
    assert (member.score or 0) > 0.95


def test_the_same_task_gives_the_same_bytes() -> None:
    wanted = classifier(seeds=(0, 1), activation="gelu", normalization="batch")
    first, second = (run_task(wanted, digits()).model_dump_json() for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"activation": "silu", "normalization": "batch", "residual": True},
        {"activation": "prelu", "normalization": "layer", "optimizer": "sgd"},
    ],
)
def test_a_member_gives_the_same_bytes_alone_and_in_a_population(changes: dict[str, Any]) -> None:
    rates, seeds = (0.003, 0.01), (4, 0, 9)
    together = run_task(classifier(learning_rates=rates, seeds=seeds, **changes), digits())
    for member in together.members:
        alone = only(classifier(learning_rates=(member.learning_rate,), seeds=(member.seed,), **changes), digits())
        assert alone.model_dump_json() == member.model_dump_json()


def test_how_members_are_grouped_does_not_change_a_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = classifier(learning_rates=(0.003, 0.01, 0.03), seeds=(0, 1))
    together = run_task(wanted, digits())
    monkeypatch.setattr(Dense, "working_set", 1)
    assert run_task(wanted, digits()).model_dump_json() == together.model_dump_json()


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 100])
def test_cutting_a_grid_keeps_every_member_once_and_the_limit(limit: int) -> None:
    parts = list(cut((0.1, 0.2, 0.3), (0, 1, 2, 3), limit))
    members = [(rate, seed) for rates, seeds in parts for rate in rates for seed in seeds]
    assert sorted(members) == [(rate, seed) for rate in (0.1, 0.2, 0.3) for seed in range(4)]
    assert max(len(rates) * len(seeds) for rates, seeds in parts) <= limit


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_a_member_that_diverges_is_reported_and_touches_no_other(optimizer: str) -> None:
    calm = classifier(learning_rates=(0.01,), seeds=(0, 1), optimizer=optimizer)
    wild = classifier(learning_rates=(0.01, 1e6), seeds=(0, 1), optimizer=optimizer)
    result = run_task(wild, digits())
    assert result.members[:2] == run_task(calm, digits()).members
    for member in result.members[2:]:
        assert member.score is None
        assert member.dead_share is None
        assert member.diverged_at is not None
        assert 1 < member.diverged_at < 20
    assert result.network_steps == 40 + sum(member.diverged_at or 0 for member in result.members)


def test_training_ends_early_when_every_member_has_diverged() -> None:
    asked: list[int] = []

    def should_stop() -> bool:
        asked.append(1)
        return False

    result = run_task(classifier(learning_rates=(1e6,), steps=10**9), digits(), should_stop)
    assert result.members[0].score is None
    assert result.network_steps < 50
    assert asked


def test_a_stop_is_heeded() -> None:
    answers = iter([False, False, True])
    with pytest.raises(Stopped, match="'t' was stopped"):
        run_task(classifier(steps=10**9), digits(), lambda: next(answers))


def test_learning_rates_of_one_seed_start_from_one_network() -> None:
    slow = run_task(classifier(learning_rates=(1e-12, 2e-12), steps=1, evaluations=1), digits())
    assert slow.members[0].training_loss == slow.members[1].training_loss
    assert slow.members[0].score == slow.members[1].score


def test_candidates_are_trained_on_the_same_batches() -> None:
    """With hidden layers that give nearly nothing, the loss depends on the batch alone."""
    one, two = (
        only(classifier(activation=name, gain=1e-6, steps=1, evaluations=1, learning_rates=(1e-12,)), digits())
        for name in ("relu", "leaky_relu")
    )
    assert one.training_loss == pytest.approx(two.training_loss, rel=1e-5)


def test_sixty_four_layers_with_batch_normalization_and_residual_paths_train() -> None:
    member = only(
        classifier(depth=64, width=8, normalization="batch", residual=True, steps=12, learning_rates=(0.01,)), digits()
    )
    assert member.score is not None
    assert member.gradient_ratio is not None
    assert abs(member.gradient_ratio) < 3


@pytest.mark.parametrize("activation", ["prelu", "swish", "snake"])
def test_learned_activations_end_elsewhere_when_their_slopes_cannot_move(
    activation: str, monkeypatch: pytest.MonkeyPatch
) -> None:

    wanted = classifier(activation=activation, steps=30)
    free = only(wanted, digits())
    backward = Dense.backward

    def without_slopes(self: Dense, *arguments: Any) -> None:
        backward(self, *arguments)
        self.gradients[:, self.layout.tail :] = 0

    monkeypatch.setattr(Dense, "backward", without_slopes)
    assert only(wanted, digits()).training_loss != free.training_loss


@pytest.mark.parametrize("name", ["regression", "positive_regression", "count_regression", "bounded_regression"])
def test_every_trainable_head_of_a_number_beats_its_own_start(name: str) -> None:
    data = small(name)
    for head in heads_for(name):
        if not head.trainable:
            continue
        outputs = head.unit_count(data.classes, data.outputs)
        slow, fast = run_task(
            task(data, head.id, outputs, learning_rates=(1e-9, 0.02), steps=150, activation="tanh"), data
        ).members
        assert slow.score is not None
        assert fast.score is not None, head.id
        assert fast.score > slow.score, head.id


@pytest.mark.parametrize(("name", "classes"), [("binary_classification", 2), ("ordinal", 4)])
def test_every_trainable_head_of_labels_beats_its_own_start(name: str, classes: int) -> None:
    data = small(name, rows=120, classes=classes)
    for head in heads_for(name):
        if not head.trainable:
            continue
        outputs = head.unit_count(classes, 1)
        slow, fast = run_task(
            task(data, head.id, outputs, learning_rates=(1e-9, 0.02), steps=150, activation="tanh"), data
        ).members
        assert fast.score is not None, head.id
        assert slow.score is not None
        assert fast.score > slow.score, head.id


def test_several_labels_and_several_numbers_are_learned_at_once() -> None:
    data = small(rows=120)
    signs = np.stack([data.x_train[:, 0], data.x_train.sum(axis=1)], axis=1)
    valid = np.stack([data.x_valid[:, 0], data.x_valid.sum(axis=1)], axis=1)
    labels = replace(
        data,
        y_train=(signs > 0).astype(np.float32),
        y_valid=(valid > 0).astype(np.float32),
        task="multilabel_classification",
        classes=2,
        outputs=2,
    )
    numbers = replace(data, y_train=signs, y_valid=valid, outputs=2)
    changes: dict[str, Any] = {"steps": 150, "activation": "tanh", "learning_rates": (1e-9, 0.02)}
    for case, head in ((labels, "sigmoid_multilabel"), (numbers, "identity_squared")):
        slow, fast = run_task(task(case, head, 2, **changes), case).members
        assert slow.score is not None
        assert fast.score is not None
        assert fast.score > slow.score + 0.1


@pytest.mark.parametrize("normalization", ["none", "batch", "layer"])
def test_one_feature_one_unit_and_one_row_per_batch_give_a_result(normalization: str) -> None:
    data = small(features=1)
    member = only(task(data, width=1, batch_size=1, normalization=normalization, residual=True), data)
    assert member.score is not None


def test_a_batch_larger_than_the_data_is_the_whole_training_set() -> None:
    data = small()
    whole = only(task(data, batch_size=len(data.x_train)), data)
    assert only(task(data, batch_size=10**6), data) == whole


def test_gradients_can_be_clipped() -> None:
    data = small()
    clipped = only(task(data, clip_norm=1e-9, optimizer="sgd", evaluations=1), data)
    free = only(task(data, learning_rates=(1e-12,), optimizer="sgd", evaluations=1), data)
    assert clipped.training_loss == pytest.approx(free.training_loss, rel=1e-6)


def test_a_network_that_does_not_fit_the_data_is_refused() -> None:
    data = small()
    with pytest.raises(ValueError, match="takes 3 features"):
        run_task(task(data), small(features=2))
    with pytest.raises(ValueError, match="gives 5 raw outputs"):
        run_task(task(data, outputs=5), data)

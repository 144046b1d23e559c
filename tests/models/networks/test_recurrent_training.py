"""Whole training runs of recurrent networks on real images read line by line, and on made sequences of tokens."""

from __future__ import annotations

import warnings
from functools import cache
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression

from models.data.prepared import PreparedData
from models.data.rows import RowShape
from models.networks.recurrent import Recurrent
from models.networks.shapes import RecurrentShape
from models.training.run import run_task
from models.training.task import TrainingTask
from tests.models.networks.prepared_rows import prepared


@cache
def digits() -> PreparedData:
    """The 8 x 8 digits as sequences of eight lines, a third of them to judge by."""
    x, y = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(x))
    return prepared(x[order] / 8 - 1, y[order], RowShape("sequence", (8, 8)), 10)


@cache
def parities() -> PreparedData:
    """Whether two of the tokens 0 and 1 differ, with others around them and rows of different lengths."""
    rng = np.random.default_rng(0)
    x = rng.integers(2, 5, (1200, 8))
    y = np.zeros(1200)
    for row, length in enumerate(rng.integers(4, 9, 1200)):
        first, second = np.sort(rng.choice(length, 2, replace=False))
        x[row, [first, second]] = rng.integers(0, 2, 2)
        y[row] = x[row, first] != x[row, second]
        x[row, length:] = -1
    return prepared(x, y, RowShape("tokens", (8,), vocabulary=5), 2)


def task(data: PreparedData, shape: dict[str, Any] | None = None, **changes: Any) -> TrainingTask:
    fields: dict[str, Any] = {"depth": 1, "width": 16, "outputs": data.classes, "vocabulary": data.row.vocabulary}
    network = RecurrentShape(features=data.features, sizes=data.row.sizes, **(fields | (shape or {})))
    given: dict[str, Any] = {
        "id": "t",
        "candidate": "tanh",
        "activation": "tanh",
        "head": "softmax_cross_entropy",
        "network": network,
        "gain": 1.0,
        "learning_rates": (0.01,),
        "seeds": (0,),
        "steps": 40,
        "batch_size": 64,
        "metric": "accuracy",
        "clip_norm": 1.0,
    }
    return TrainingTask(**(given | changes))


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_digits_are_read_line_by_line_better_than_by_a_linear_model(cell: str) -> None:
    data = digits()
    linear = LogisticRegression(max_iter=50, tol=1e-2).fit(data.x_train, data.y_train)
    result = run_task(task(data, {"cell": cell, "width": 32}, steps=300), data)
    score = result.members[0].score
    assert score is not None
    assert score > linear.score(data.x_valid, data.y_valid)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_what_no_single_token_tells_is_learned_from_rows_of_different_lengths(cell: str) -> None:
    data = parities()
    shape = {"cell": cell, "variable_lengths": True, "embedding": 4}
    score = run_task(task(data, shape, steps=400, learning_rates=(0.02,)), data).members[0].score
    assert score is not None
    assert score > 0.95


@pytest.mark.parametrize(("cell", "activation"), [("rnn", "gelu"), ("lstm", "tanh"), ("lstm", "silu"), ("gru", "tanh")])
def test_how_members_are_grouped_does_not_change_a_byte(
    cell: str, activation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = task(
        digits(),
        {"cell": cell, "depth": 2},
        activation=activation,
        learning_rates=(0.003, 0.01),
        seeds=(0, 1),
        steps=15,
    )
    together = run_task(wanted, digits())
    monkeypatch.setattr(Recurrent, "working_set", 1)
    assert run_task(wanted, digits()).model_dump_json() == together.model_dump_json()


def test_rows_of_different_lengths_are_grouped_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = task(parities(), {"variable_lengths": True}, learning_rates=(0.01, 0.02), seeds=(0, 1), steps=10)
    together = run_task(wanted, parities())
    monkeypatch.setattr(Recurrent, "working_set", 1)
    assert run_task(wanted, parities()).model_dump_json() == together.model_dump_json()


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_an_exploding_member_is_frozen_without_a_warning_and_touches_no_other(cell: str) -> None:
    shape = {"cell": cell, "depth": 2}
    wild = task(digits(), shape, activation="squared_relu", learning_rates=(0.001, 1e6), clip_norm=None)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        calm, exploded = run_task(wild, digits()).members
    assert exploded.diverged_at is not None
    assert exploded.score is None
    assert calm == run_task(wild.model_copy(update={"learning_rates": (0.001,)}), digits()).members[0]


def test_clipping_changes_the_course_of_training() -> None:
    free, clipped = (run_task(task(digits(), clip_norm=norm), digits()).members[0] for norm in (None, 1e-3))
    assert free != clipped


def test_gradients_fade_on_their_way_through_stacked_layers() -> None:
    stacked = task(digits(), {"cell": "rnn", "depth": 3}, activation="sigmoid", steps=2)
    ratio = run_task(stacked, digits()).members[0].gradient_ratio
    assert ratio is not None
    assert ratio < 0

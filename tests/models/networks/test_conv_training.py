"""Whole training runs of convolutional networks on real images and made signals."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_digits

from models.data.prepared import PreparedData
from models.data.rows import RowShape
from models.networks.conv import Conv
from models.networks.shapes import ConvShape
from models.training.run import run_task
from models.training.task import TrainingTask
from tests.models.networks.prepared_rows import prepared


@cache
def digits() -> PreparedData:
    """The 8 x 8 digits, a third of them to judge by."""
    x, y = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(x))
    x, y = x[order], y[order]
    return prepared(x / 8 - 1, y, RowShape("image", (8, 8, 1)), 10)


@cache
def bursts() -> PreparedData:
    """Which of three short waves is hidden at a random place of a noisy signal; a linear model cannot tell."""
    rng = np.random.default_rng(0)
    waves = np.array([[1, 1, -1, -1, 1], [1, -1, 1, -1, 1], [-1, 1, 1, 1, -1]]) * 2.0
    y = rng.integers(0, 3, 900)
    x = rng.standard_normal((900, 24)) * 0.5
    for row, place in enumerate(rng.integers(0, 20, 900)):
        x[row, place : place + 5] += waves[y[row]] * rng.choice([-1, 1])
    return prepared(x, y, RowShape("signal", (24, 1)), 3)


def task(data: PreparedData, shape: dict[str, Any] | None = None, **changes: Any) -> TrainingTask:
    fields: dict[str, Any] = {"depth": 2, "width": 8, "shrink_every": 1, "pooling": "max", "head": "flatten"}
    network = ConvShape(
        features=data.features, outputs=data.classes or 1, sizes=data.row.sizes, **(fields | (shape or {}))
    )
    defaults: dict[str, Any] = {
        "id": "t",
        "candidate": "relu",
        "activation": "relu",
        "head": "softmax_cross_entropy",
        "network": network,
        "gain": 1.4,
        "learning_rates": (0.01,),
        "seeds": (0,),
        "steps": 200,
        "batch_size": 64,
        "evaluations": 2,
    }
    return TrainingTask(**(defaults | changes))


def test_digits_are_learned_better_than_by_a_linear_model() -> None:
    """The best logistic regression reaches 0.975."""
    (member,) = run_task(task(digits(), {"depth": 3, "width": 16, "shrink_every": 2}), digits()).members
    assert (member.score or 0) > 0.98


def test_waves_at_any_place_of_a_signal_are_learned() -> None:
    (member,) = run_task(task(bursts(), {"head": "max", "kernel": 5, "pooling": "none"}), bursts()).members
    assert (member.score or 0) > 0.9


@pytest.mark.parametrize("normalization", ["none", "batch", "layer", "rms", "group"])
def test_every_normalization_learns(normalization: str) -> None:
    shape = {"normalization": normalization, "residual": True, "shrink_every": 2, "pooling": "average", "depth": 3}
    (member,) = run_task(task(digits(), shape, steps=60, activation="silu"), digits()).members
    assert (member.score or 0) > 0.7


@pytest.mark.parametrize("sizes", ["image", "signal"])
def test_how_members_are_grouped_does_not_change_a_byte(sizes: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = digits() if sizes == "image" else bursts()
    shape = {"residual": True, "normalization": "batch", "shrink_every": 3, "depth": 3}
    wanted = task(data, shape, activation="prelu", learning_rates=(0.003, 0.01, 0.03), seeds=(0, 1), steps=6)
    together = run_task(wanted, data)
    monkeypatch.setattr(Conv, "working_set", 1)
    assert run_task(wanted, data).model_dump_json() == together.model_dump_json()

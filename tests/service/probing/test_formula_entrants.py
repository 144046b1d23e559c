"""Formulas in a race."""

from __future__ import annotations

import pytest

from models.data.prepared import prepare
from models.data.proxy import ProxySpec, proxy_table
from models.heads import heads_for
from models.networks.shapes import DenseShape
from models.training.run import run_task
from models.training.task import TrainingTask
from service.probing.entrants import hidden_entrants

SHAPE = DenseShape(features=6, outputs=3, depth=3, width=16)
HEAD = heads_for("multiclass_classification")[0]


def test_a_formula_enters_with_its_own_start() -> None:
    entrants = hidden_entrants(["=x / sqrt(1 + x*x)", "relu", "softmax"], SHAPE, HEAD)
    assert [(one.candidate, one.activation) for one in entrants] == [
        ("=x / sqrt(1 + x*x)", "=x / sqrt(1 + x*x)"),
        ("relu", "relu"),
    ]
    assert entrants[0].gain > 0


def test_a_formula_trains_as_the_function_that_it_is() -> None:
    data = prepare(
        proxy_table(ProxySpec(task="multiclass_classification", rows=300, features=6, classes=3)),
        "multiclass_classification",
    )
    known, written = (run_task(task(name), data).members for name in ("silu", "=x / (1 + exp(-x))"))
    for one, other in zip(known, written, strict=True):
        assert one.training_loss == pytest.approx(other.training_loss, rel=1e-3)


def task(activation: str) -> TrainingTask:
    return TrainingTask(
        id="t",
        candidate=activation,
        activation=activation,
        head=HEAD.id,
        network=SHAPE,
        gain=1.5,
        learning_rates=(1e-3, 1e-2),
        seeds=(0,),
        steps=40,
        batch_size=32,
    )

"""Whole training runs of transformers: they learn from steps and tokens, and no member touches another."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from models.data.bundled import bundled_table
from models.data.prepared import PreparedData
from models.data.rows import RowShape
from models.networks.shapes import AttentionShape
from models.training.run import run_task
from models.training.task import TrainingTask

LENGTH, VOCABULARY = 10, 6


def data(x: NDArray[Any], y: NDArray[Any], row: RowShape) -> PreparedData:
    """The first three quarters train."""
    cutoff = len(x) * 3 // 4
    return PreparedData(
        name="rows",
        x_train=x[:cutoff].astype(np.float32),
        y_train=y[:cutoff],
        x_valid=x[cutoff:].astype(np.float32),
        y_valid=y[cutoff:],
        task="multiclass_classification",
        classes=int(y.max()) + 1,
        features=x.shape[1],
        outputs=1,
        fingerprint="",
        row=row,
    )


def returning_tokens(rows: int = 2000) -> PreparedData:
    """Does the first token come back? Linear models of the tokens cannot tell; rows are 4 to 10 tokens long."""
    rng = np.random.default_rng(0)
    tokens, lengths = rng.integers(0, VOCABULARY, (rows, LENGTH)), rng.integers(4, LENGTH + 1, rows)
    tokens[np.arange(LENGTH) >= lengths[:, None]] = -1
    comes_back = (tokens[:, 1:] == tokens[:, :1]).any(axis=1)
    return data(tokens, comes_back.astype(np.int64), RowShape("tokens", (LENGTH,), vocabulary=VOCABULARY))


def task(prepared: PreparedData, **changes: Any) -> TrainingTask:
    row = prepared.row
    fields: dict[str, Any] = {
        "outputs": prepared.classes,
        "depth": 2,
        "width": 16,
        "heads": 4,
        "expansion": 2,
        "variable_lengths": row.form == "tokens",
        "activation": "gelu",
        "learning_rates": (0.01,),
        "seeds": (0,),
        "steps": 300,
        "evaluations": 2,
    } | changes
    of_network = {key: fields.pop(key) for key in tuple(fields) if key in AttentionShape.model_fields}
    sizes = row.sizes if row.vocabulary else (row.sizes[0], prepared.features // row.sizes[0])
    network = AttentionShape(features=prepared.features, sizes=sizes, vocabulary=row.vocabulary, **of_network)
    fixed = {"id": "t", "candidate": "c", "head": "softmax_cross_entropy", "gain": 1.4, "batch_size": 64}
    return TrainingTask(network=network, **fixed, **fields)


@pytest.mark.parametrize("activation", ["gelu", "swiglu"])
def test_whether_the_first_token_comes_back_is_learned(activation: str) -> None:
    prepared = returning_tokens()
    (member,) = run_task(task(prepared, activation=activation), prepared).members
    assert (member.score or 0) > 0.85


def test_digits_are_read_row_by_row() -> None:
    table = bundled_table("digits")
    images = (np.asarray(table.x, np.float64) - 5) / 6
    prepared = data(images, np.asarray(table.y).astype(np.int64), RowShape("image", (8, 8, 1)))
    (member,) = run_task(task(prepared, width=32, steps=150), prepared).members
    assert (member.score or 0) > 0.9
    assert member.gradient_ratio is not None


@pytest.mark.parametrize(
    "changes",
    [
        {"activation": "gelu"},
        {"activation": "prelu", "normalization": "rms", "norm_first": False},
        {"activation": "reglu", "causal": True, "clip_norm": 1.0},
    ],
)
def test_how_members_are_grouped_does_not_change_a_byte(changes: dict[str, Any]) -> None:
    prepared = returning_tokens(240)
    grid = {"learning_rates": (0.003, 0.3), "seeds": (4, 0), "steps": 6, **changes}
    together = run_task(task(prepared, **grid), prepared)
    for member in together.members:
        own = {**grid, "learning_rates": (member.learning_rate,), "seeds": (member.seed,)}
        assert run_task(task(prepared, **own), prepared).members == (member,)

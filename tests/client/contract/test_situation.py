"""Resolving a request: no gap stays open, and everything that was assumed is said."""

from __future__ import annotations

from typing import Any

import pytest

from actwise.contract.request import TaskDescription
from actwise.contract.situation import Situation, resolve


def resolved(**fields: Any) -> tuple[tuple[Situation, ...], dict[str, Any]]:
    base = {"task": "classification", "layer_type": "dense", "depth": 3, "compute_budget": "low"}
    situations, assumptions = resolve(TaskDescription.model_validate(base | fields))
    return situations, {item.field: item.value for item in assumptions}


def test_what_the_caller_said_is_not_assumed() -> None:
    (situation,), assumed = resolved(classes=3, normalization="layer", residual=True, width=7, modality="audio")
    assert (situation.normalization, situation.residual, situation.width, situation.modality) == (
        "layer",
        True,
        7,
        "audio",
    )
    assert not {"classes", "normalization", "residual", "width", "modality"} & set(assumed)


@pytest.mark.parametrize(
    ("fields", "task"),
    [
        ({"classes": 2}, "binary_classification"),
        ({"classes": 3}, "multiclass_classification"),
        ({}, "multiclass_classification"),
        ({"task": "regression"}, "regression"),
        ({"task": "regression", "target": {"low": 0}}, "positive_regression"),
        ({"task": "regression", "target": {"low": 0, "integer": True}}, "count_regression"),
        ({"task": "regression", "target": {"low": -2, "high": 3}}, "bounded_regression"),
        ({"task": "regression", "target": {"low": -2}}, "regression"),
        ({"task": "regression", "intervals": True}, "heteroscedastic_regression"),
        ({"task": "ordinal"}, "ordinal"),
    ],
)
def test_the_finer_task_follows_from_what_is_known(fields: dict[str, Any], task: str) -> None:
    (situation,), _ = resolved(**fields)
    assert situation.task == task


def test_a_finer_task_than_the_caller_named_is_said() -> None:
    assert resolved(classes=2)[1]["task"] == "binary_classification"
    assert "task" not in resolved(task="ordinal")[1]


@pytest.mark.parametrize(
    ("layer_type", "depth", "normalization", "residual"),
    [
        ("dense", 30, "none", False),
        ("conv", 8, "batch", False),
        ("conv", 50, "batch", True),
        ("attention", 1, "layer", True),
    ],
)
def test_normalization_and_residual_paths_follow_the_custom_of_the_layer_type(
    layer_type: str, depth: int, normalization: str, residual: bool
) -> None:
    (situation,), assumed = resolved(layer_type=layer_type, depth=depth)
    assert (situation.normalization, situation.residual) == (normalization, residual)
    assert (assumed["normalization"], assumed["residual"]) == (normalization, residual)


def test_a_network_is_plain_without_normalization_and_residual_paths() -> None:
    assert resolved(normalization="none", residual=False)[0][0].plain
    assert not resolved(normalization="none", residual=True)[0][0].plain
    assert not resolved(normalization="batch", residual=False)[0][0].plain


def test_a_changed_situation_keeps_plain_true_to_its_parts() -> None:
    (situation,), _ = resolved(normalization="none", residual=False)
    assert not situation.changed(normalization="layer").plain


def test_every_block_has_its_own_situation_and_inherits_the_rest() -> None:
    blocks = [{"layer_type": "conv", "depth": 5}, {"layer_type": "dense", "name": "head", "width": 9}]
    situations, assumed = resolved(layers=blocks, width=32)
    assert [(one.block, one.layer_type, one.depth, one.width) for one in situations] == [
        ("conv-1", "conv", 5, 32),
        ("head", "dense", 3, 9),
    ]
    assert assumed["layers.head.depth"] == 3


def test_a_physics_informed_loss_means_second_derivatives() -> None:
    (situation,), assumed = resolved(task="regression", physics_informed=True)
    assert situation.input_derivatives == assumed["input_derivatives"] == 2


def test_only_recurrent_layers_have_a_cell() -> None:
    assert resolved(layer_type="recurrent")[0][0].cell == "lstm"
    assert resolved(layer_type="recurrent", cell="gru")[0][0].cell == "gru"
    assert resolved(layer_type="dense")[0][0].cell is None

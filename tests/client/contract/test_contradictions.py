"""Contradictions: valid fields that cannot be true together."""

from __future__ import annotations

from typing import Any

import pytest

from actwise.contract.contradictions import contradictions
from actwise.contract.request import TaskDescription

NETWORK = {"layer_type": "dense", "depth": 3, "compute_budget": "medium"}


def pointers(task: str, **fields: Any) -> list[str]:
    return [
        fault.pointer for fault in contradictions(TaskDescription.model_validate(NETWORK | {"task": task} | fields))
    ]


@pytest.mark.parametrize(
    ("task", "fields", "pointer"),
    [
        ("multilabel_classification", {"output": {"activation": "softmax"}}, "/output/activation"),
        ("multilabel_classification", {"output": {"activation": "log_softmax"}}, "/output/activation"),
        ("count_regression", {"target": {"low": -1}}, "/target/low"),
        ("positive_regression", {"target": {"low": -0.5}}, "/target/low"),
        ("survival", {"target": {"high": 0}}, "/target/high"),
        ("regression", {"target": {"low": 2, "high": 2}}, "/target"),
        ("regression", {"target": {"low": 2, "mean": 1}}, "/target/mean"),
        ("regression", {"target": {"high": 2, "mean": 3}}, "/target/mean"),
        ("bounded_regression", {"target": {"low": 0}}, "/target/high"),
        ("bounded_regression", {}, "/target/low"),
        ("classification", {"target": {"mean": 1}}, "/target/mean"),
        ("regression", {"classes": 3}, "/classes"),
        ("binary_classification", {"classes": 3}, "/classes"),
        ("classification", {"classes": 1}, "/classes"),
        ("regression", {"output": {"activation": "tanh"}}, "/output/activation"),
        ("count_regression", {"output": {"activation": "sigmoid"}}, "/output/activation"),
        ("regression", {"output": {"activation": "relu"}, "target": {"low": -1}}, "/output/activation"),
        ("classification", {"allow": ["relu"], "deny": ["relu", "gelu"]}, "/deny"),
        ("classification", {"physics_informed": True, "input_derivatives": 0}, "/input_derivatives"),
        ("classification", {"cell": "gru"}, "/cell"),
        ("regression", {"imbalance": 0.1}, "/imbalance"),
        ("classification", {"classes": 4, "imbalance": 0.4}, "/imbalance"),
        (
            "classification",
            {"layers": [{"layer_type": "dense", "name": "a"}, {"layer_type": "conv", "name": "a"}]},
            "/layers",
        ),
        ("classification", {"probe": {"data": {"name": "digits", "dataset": "ds_1"}}}, "/probe/data"),
        ("classification", {"probe": {"data": {"dataset": "ds_1", "file": "a.csv"}}}, "/probe/data"),
        ("classification", {"probe": {"data": {"dataset": "ds_1", "group": "a", "time": "b"}}}, "/probe/data/time"),
        ("classification", {"probe": {"data": {"name": "digits", "group": "a"}}}, "/probe/data/group"),
        ("classification", {"probe": {"data": {"ignore": ["a"]}}}, "/probe/data/ignore"),
    ],
)
def test_a_contradiction_is_found_where_it_stands(task: str, fields: dict[str, Any], pointer: str) -> None:
    assert pointer in pointers(task, **fields)


@pytest.mark.parametrize(
    ("task", "fields"),
    [
        ("multilabel_classification", {"output": {"activation": "sigmoid"}, "classes": 5}),
        ("multilabel_classification", {"classes": 1}),
        ("count_regression", {"target": {"low": 0, "mean": 2}}),
        ("regression", {"target": {"low": -1, "high": 1}, "output": {"activation": "tanh"}}),
        ("classification", {"classes": 4, "imbalance": 0.25}),
        ("classification", {"layers": [{"layer_type": "recurrent"}], "cell": "gru"}),
    ],
)
def test_what_only_looks_odd_is_taken(task: str, fields: dict[str, Any]) -> None:
    assert pointers(task, **fields) == []


def test_all_contradictions_are_told_together() -> None:
    found = pointers("count_regression", target={"low": -1, "high": -2}, classes=3, imbalance=0.2)
    assert {"/target", "/target/low", "/target/high", "/classes", "/imbalance"} <= set(found)

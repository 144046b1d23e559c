"""What is asked of a race, from plain data: every fault at once, and values that JSON has no word for."""

from __future__ import annotations

from typing import Any

import pytest

from actwise.contract.faults import ContractError
from actwise.contract.race import RaceResult
from actwise.contract.race_reading import read_ask, read_race, read_result

RACE: dict[str, Any] = {
    "description": {"task": "classification", "layer_type": "conv", "depth": 4, "compute_budget": "low"},
    "budget": {"length": 30, "runs": 40},
    "metric": "accuracy",
    "direction": "maximize",
}


def pointers(read: Any, data: Any) -> list[str]:
    with pytest.raises(ContractError) as caught:
        read(data)
    return [fault.pointer for fault in caught.value.faults]


@pytest.mark.parametrize("read", [read_race, read_ask, read_result])
@pytest.mark.parametrize("data", [None, [], "race", 3])
def test_what_is_no_object_is_refused(read: Any, data: Any) -> None:
    assert pointers(read, data) == [""]


def test_an_empty_race_lacks_four_fields() -> None:
    assert pointers(read_race, {}) == ["/description", "/budget", "/metric", "/direction"]


def test_a_contradiction_of_the_description_is_told_beside_other_faults() -> None:
    described = {**RACE["description"], "target": {"mean": 1.0}}
    assert pointers(read_race, {**RACE, "description": described}) == ["/description/target/mean"]
    assert pointers(read_race, {**RACE, "description": described, "metric": 3}) == [
        "/metric",
        "/description/target/mean",
    ]


@pytest.mark.parametrize(
    ("pointer", "fields"),
    [
        ("/budget/runs", {"budget": {"length": 3, "runs": 0}}),
        ("/budget/length", {"budget": {"length": 2.5, "runs": 3}}),
        ("/learning_rate_factors", {"learning_rate_factors": [1, 1.0]}),
        ("/learning_rate_factors/0", {"learning_rate_factors": [0]}),
        ("/margin", {"margin": 0}),
        ("/lease_seconds", {"lease_seconds": 0.5}),
        ("/candidates", {"candidates": []}),
    ],
)
def test_what_no_race_can_have_is_refused(pointer: str, fields: dict[str, Any]) -> None:
    assert pointers(read_race, {**RACE, **fields}) == [pointer]


def test_factors_are_put_in_order() -> None:
    assert read_race({**RACE, "learning_rate_factors": [3, 0.1, 1]}).learning_rate_factors == (0.1, 1.0, 3.0)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), 1e61, -(10**70)])
def test_a_final_value_that_is_none_is_a_divergence(value: float) -> None:
    result = RaceResult(task="t", value=value)
    assert (result.kind, result.value) == ("diverged", None)
    assert result.message is not None


@pytest.mark.parametrize(
    "data",
    [
        {"task": "t"},
        {"task": "t", "value": 1.0, "kind": "failed"},
        {"task": "t", "value": 1.0, "kind": "partial"},
        {"task": "t", "value": 1.0, "at": 3},
        {"task": "t", "at": 3, "kind": "partial"},
    ],
)
def test_a_result_has_what_belongs_to_its_kind(data: dict[str, Any]) -> None:
    assert pointers(read_result, data) == [""]


def test_a_misspelt_kind_is_told_with_those_that_there_are() -> None:
    with pytest.raises(ContractError) as caught:
        read_result({"task": "t", "kind": "finel", "value": 1.0})
    assert caught.value.faults[0].nearest == "final"

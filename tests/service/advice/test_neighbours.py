"""Neighbouring descriptions: valid, different in one field, and near ones first."""

from __future__ import annotations

from typing import Any

import pytest

from actwise.contract.contradictions import contradictions
from actwise.contract.reading import read_request
from actwise.contract.request import TaskDescription
from actwise.contract.situation import resolve
from service.advice.neighbours import Neighbour, neighbours

CONV = {"task": "classification", "layer_type": "conv", "depth": 8, "compute_budget": "medium"}


def around(**fields: Any) -> tuple[TaskDescription, list[Neighbour]]:
    request = read_request(CONV | fields)
    return request, neighbours(request, resolve(request)[0])


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"task": "regression", "layer_type": "recurrent", "cell": "gru"},
        {"task": "count_regression", "target": {"low": 0}},
        {"layers": [{"layer_type": "conv"}, {"layer_type": "dense", "depth": 1}]},
        {"physics_informed": True, "task": "regression", "layer_type": "dense"},
        {"depth": 1},
        {"depth": 10_000},
        {"domain": "GAN discriminator", "task": "generation"},
        {"domain": "attention weights", "layer_type": "attention"},
        {"domain": "ppo", "task": "reinforcement_learning", "layer_type": "dense", "prefer": "quality"},
        {"task": "regression", "target": {"low": -3.0, "high": 0.5, "mean": -1.0, "zero_share": 0.2}},
        {"deployment": {"operators": ["relu"], "int8": True}, "framework": "keras", "classes": 2},
        {"input_derivatives": 1, "layer_type": "dense", "task": "regression"},
        {"classes": 1000, "imbalance": 0.0005, "rows": 500, "features": 7, "noise": "low"},
        {"layers": [{"layer_type": "attention", "role": "attention_weights"}, {"layer_type": "dense"}]},
    ],
)
def test_every_neighbour_is_valid_differs_in_one_field_and_is_resolved_as_if_it_had_been_sent(
    fields: dict[str, Any],
) -> None:
    request, found = around(**fields)
    assert found
    for neighbour in found:
        other = neighbour.change.applied(request)
        assert not contradictions(other)
        before, after = request.model_dump(), other.model_dump()
        assert [name for name in before if before[name] != after[name]] == [neighbour.change.field.split(".")[0]]
        assert neighbour.situations == resolve(other)[0]


def test_a_scale_is_walked_from_the_nearest_rung_in_both_directions() -> None:
    _, found = around()
    depths = {one.change.value: one.change.distance for one in found if one.change.field == "depth"}
    assert depths == {6: 1, 4: 2, 12: 1, 16: 2}


def test_what_the_caller_fixed_by_name_is_left_alone() -> None:
    _, found = around(deny=["relu"], output={"activation": "softmax"})
    assert not {"deny", "allow", "probe", "output"} & {one.change.field for one in found}


def test_the_blocks_of_a_layer_list_are_varied_one_at_a_time() -> None:
    _, found = around(layers=[{"layer_type": "conv", "name": "trunk"}, {"layer_type": "dense"}])
    fields = {one.change.field for one in found}
    assert {"layers.trunk.depth", "layers.dense-2.normalization"} <= fields
    assert "depth" not in fields

"""What is tried: every field that a rule reads, domains that rules know, and nothing that a description cannot hold."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from pydantic import BaseModel

from actwise.contract.contradictions import contradictions
from actwise.contract.reading import read_request
from actwise.contract.request import Block, Deployment, Target, TaskDescription
from actwise.contract.roles import role_in_words
from actwise.contract.situation import resolve
from actwise.contract.vocabulary import NORMALIZATIONS, ROLES, TASKS, DeploymentTarget, Precision
from rules import RuleSet
from service.advice.ladders import DOMAINS, NOT_TRIED, ladder
from service.advice.neighbours import neighbours

RULES = RuleSet.load()
CONV = {"task": "classification", "layer_type": "conv", "depth": 8, "compute_budget": "medium"}
COUNTS = {"task": "count_regression", "layer_type": "recurrent", "depth": 2, "compute_budget": "low"}
NUMBERS = {"task": "regression", "layer_type": "dense", "depth": 2, "compute_budget": "low"}
BLOCKS = CONV | {"layers": [{"layer_type": "recurrent", "depth": 2, "name": "trunk"}]}
OPERATORS = CONV | {"deployment": {"operators": ["relu", "tanh"]}}


def tried(description: dict[str, Any]) -> dict[str, list[Any]]:
    request = read_request(description)
    found: dict[str, list[Any]] = {}
    for neighbour in neighbours(request, resolve(request)[0]):
        found.setdefault(neighbour.change.field, []).append(neighbour.change.value)
    return found


EVERYTHING = {field for one in (CONV, COUNTS, NUMBERS, BLOCKS, OPERATORS) for field in tried(one)}
PARTS: dict[str, type[BaseModel]] = {"target": Target, "deployment": Deployment}


def fields() -> list[str]:
    """Every field of a request, fields of its parts by their path."""
    plain = [name for name in TaskDescription.model_fields if name not in (*PARTS, "layers")]
    inner = [f"{part}.{name}" for part, model in PARTS.items() for name in model.model_fields]
    blocks = [f"layers.trunk.{name}" for name in Block.model_fields if name != "name"]
    return [*plain, *inner, *blocks]


@pytest.mark.parametrize("field", fields())
def test_every_field_has_neighbours_or_a_reason_why_not(field: str) -> None:
    assert (field in EVERYTHING) != (field in NOT_TRIED)


def test_a_field_that_is_said_to_be_read_by_no_rule_is_read_by_none() -> None:
    asked = {field for one in RULES.compiled for field in one.conditions}
    assert "outputs" not in asked


@pytest.mark.parametrize("word", DOMAINS)
def test_every_domain_that_is_tried_is_known_to_a_rule_or_names_a_role(word: str) -> None:
    tests = [one.conditions["domain"] for one in RULES.compiled if "domain" in one.conditions]
    named = {role_in_words(word, task) for task in TASKS} - {"hidden"}
    assert word == word.lower()
    assert named or any(test.holds(word) for test in tests)


def test_no_domain_leads_from_hidden_functions_to_those_that_weigh_attention() -> None:
    assert not {role_in_words(word, task) for word in DOMAINS for task in TASKS} & {"attention_weights"}
    found = tried(CONV | {"layer_type": "attention", "domain": "attention weights"})
    assert "domain" not in found


def test_the_other_words_of_a_list_that_are_in_use_are_tried() -> None:
    found = tried(CONV)
    assert set(found["normalization"]) == {"none", "layer", "group", "instance"} <= set(NORMALIZATIONS)
    assert set(found["precision"]) == set(get_args(Precision)) - {"float32"}
    assert set(found["deployment.target"]) == set(get_args(DeploymentTarget)) - {"server", "browser"}
    assert set(tried(BLOCKS)["layers.trunk.role"]) == set(ROLES) - {"hidden", "attention_weights"}


def test_normalisation_over_pixels_is_tried_where_there_are_pixels() -> None:
    assert {"group", "instance"}.isdisjoint(tried(NUMBERS)["normalization"])


def test_a_domain_is_tried_where_anybody_would_ask() -> None:
    assert "ppo" not in tried(CONV)["domain"]
    assert "ppo" in tried(CONV | {"task": "reinforcement_learning"})["domain"]
    assert tried(CONV | {"domain": "weather"})["domain"][-1] is None


def test_the_role_of_attention_weights_has_no_other_candidates_to_change_to() -> None:
    block = {"layer_type": "attention", "role": "attention_weights", "name": "trunk"}
    assert "layers.trunk.role" not in tried(CONV | {"layers": [block]})


def test_labels_have_no_target_to_change_and_numbers_no_classes() -> None:
    assert not [field for field in tried(CONV) if field.startswith("target")]
    assert not {"classes", "imbalance"} & set(tried(NUMBERS))


def test_dropping_the_limit_of_operators_is_tried_where_there_is_one() -> None:
    assert tried(OPERATORS)["deployment.operators"] == [None]
    assert "deployment.operators" not in tried(CONV)


def test_a_rare_class_is_never_more_frequent_than_its_number_admits() -> None:
    request = read_request(CONV | {"classes": 5, "imbalance": 0.1})
    for neighbour in neighbours(request, resolve(request)[0]):
        assert not contradictions(neighbour.change.applied(request))


def test_an_unknown_value_has_every_rung_and_a_known_one_the_nearest() -> None:
    assert list(ladder((1, 5, 9), None)) == [(1, 2), (5, 2), (9, 2)]
    assert list(ladder((1, 5, 9), 5)) == [(1, 1), (9, 1)]
    assert list(ladder((1, 5, 9, 20), 6, steps=1)) == [(5, 1), (9, 1)]
    assert list(ladder((), 6)) == []

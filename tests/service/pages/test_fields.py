"""The form has every field of the contract, once, and offers what the contract allows."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from actwise.contract.request import Block, Deployment, HeadWish, Probe, ProbeData, Target, TaskDescription
from actwise.contract.vocabulary import MODALITIES, TASKS
from service.pages.fields import FIRST, UNASKED, block_fields, form_fields, groups, probe_fields

PARTS: dict[str, type[BaseModel]] = {"target": Target, "deployment": Deployment, "output": HeadWish}
ELSEWHERE = ("layers", "probe")
"""Parts of a request that have a place of their own on the page."""


def paths() -> set[str]:
    """Every field of a request, parts by their own fields."""
    plain = {name for name in TaskDescription.model_fields if name not in (*PARTS, *ELSEWHERE)}
    return plain | {f"{part}.{name}" for part, model in PARTS.items() for name in model.model_fields}


def test_every_field_of_the_contract_stands_in_one_place_of_the_form() -> None:
    shown = [*FIRST, *(field.name for _, members in groups() for field in members)]
    assert sorted(shown) == sorted(paths())


def test_a_block_has_every_field_of_the_contract() -> None:
    assert [field.name for field in block_fields()] == list(Block.model_fields)


def test_everything_about_a_probe_can_be_said_but_what_nobody_fills_in() -> None:
    plain = {f"probe.{name}" for name in Probe.model_fields if name != "data"}
    data = {f"probe.data.{name}" for name in ProbeData.model_fields}
    assert {field.name for field in probe_fields()} == (plain | data) - {*UNASKED}


def test_choices_are_the_words_of_the_contract_in_its_order() -> None:
    assert tuple(value for value, _ in form_fields()["task"].options) == TASKS
    assert tuple(value for value, _ in form_fields()["modality"].options) == MODALITIES


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("depth", "number"),
        ("imbalance", "number"),
        ("normalization", "choice"),
        ("residual", "answer"),
        ("deployment.int8", "switch"),
        ("allow", "names"),
        ("formula", "names"),
        ("domain", "text"),
        ("output.loss", "text"),
    ],
)
def test_a_field_is_asked_for_as_its_type_wants(name: str, kind: str) -> None:
    assert form_fields()[name].kind == kind


def test_help_says_what_the_contract_says_and_where_numbers_end() -> None:
    assert form_fields()["imbalance"].help == "share of the rarest class; above 0 to 0.5"
    assert form_fields()["width"].help == "units per hidden layer; from 1 to 1,000,000"
    assert "separated by ;" in form_fields()["formula"].help


def test_only_the_preference_has_a_default_of_its_own() -> None:
    defaults: dict[str, Any] = {name: field.default for name, field in form_fields().items() if field.default}
    assert {name for name in defaults if not name.startswith("probe.")} == {"prefer"}

"""The schemas for editors: true to the types and the closed lists, and as committed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from rules.fields import FIELDS
from rules.format import Rule
from rules.loading import KNOWLEDGE
from rules.yaml_text import read_yaml
from service.authoring.schemas import FOLDER, KINDS, Kind, schema, written

CASES = KNOWLEDGE.parent / "cases"
HOUSE = KNOWLEDGE.parents[1] / "docs" / "examples" / "house"
VALIDATORS = {kind: Draft202012Validator(schema(kind)) for kind in KINDS}
RULE: dict[str, Any] = {
    "id": "one-two",
    "role": "hidden",
    "when": {"depth": {"at_least": 8}, "layer_type": ["dense", "conv"]},
    "for": {"saturates": "no", "relative_cost": {"below": 2}},
    "strength": "weak",
    "cause": "capacity",
    "because": "A sentence of some length.",
    "sources": ["some-key", {"key": "other", "where": "Table 1"}],
}


def files() -> list[tuple[Kind, Path]]:
    """Everything that is shipped, with the folder of house rules in the docs."""
    knowledge = [path for folder in (KNOWLEDGE, HOUSE) for path in sorted(folder.glob("*.yaml"))]
    cases = [path for folder in (CASES, HOUSE / "cases") for path in sorted(folder.glob("*.yaml"))]
    return [*((_kind(path), path) for path in knowledge), *(("cases", path) for path in cases)]


def _kind(path: Path) -> Kind:
    return "bibliography" if path.name.startswith("bibliography") else "rules"


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_valid_itself_and_the_committed_file_is_the_same(kind: Kind) -> None:
    Draft202012Validator.check_schema(schema(kind))
    assert (FOLDER / f"{kind}.schema.json").read_text() == written(kind), "python -m service.authoring.schemas"


@pytest.mark.parametrize(("kind", "path"), files(), ids=lambda one: getattr(one, "name", one))
def test_every_shipped_file_fits_its_schema(kind: Kind, path: Path) -> None:
    faults = VALIDATORS[kind].iter_errors(read_yaml(path.read_text()))
    assert [(list(fault.absolute_path), fault.message[:200]) for fault in faults] == []


def test_every_field_of_a_rule_and_of_a_situation_can_be_completed() -> None:
    rule = schema("rules")["$defs"]["Rule"]["properties"]
    assert set(rule) == {field.alias or name for name, field in Rule.model_fields.items()}
    assert set(rule["when"]["properties"]) == set(FIELDS)


def test_a_sound_rule_fits() -> None:
    assert VALIDATORS["rules"].is_valid([RULE])


@pytest.mark.parametrize(
    "change",
    [
        {"role": "hiden"},
        {"when": {"dept": 8}},
        {"when": {"depth": "deep"}},
        {"when": {"depth": {"at_lest": 8}}},
        {"when": {"depth": 0}},
        {"when": {"layer_type": "dens"}},
        {"when": {"layer_type": {"at_least": 3}}},
        {"when": {"residual": "no"}},
        {"when": {"operators": "relu"}},
        {"for": {"saturate": "no"}},
        {"for": {"saturates": False}},
        {"for": {"name": "sillu"}},
        {"for": {}},
        {"for": []},
        {"role": "gate", "for": {"name": "relu"}},
        {"role": "output", "for": {"saturates": "no"}},
        {"cause": "magic"},
        {"strength": "huge"},
        {"sources": []},
        {"experiment": "no-such"},
        {"experiment": {"id": "gradient-ratio", "with": {"no-such": 1}}},
        {"carries": ["s 1"]},
        {"becaus": "x"},
    ],
    ids=str,
)
def test_an_editor_is_told_of_what_the_lint_would_refuse(change: dict[str, Any]) -> None:
    assert not VALIDATORS["rules"].is_valid([RULE | change])


def test_rules_of_other_roles_select_from_candidates_of_their_own() -> None:
    head = RULE | {"role": "output", "for": {"tasks": {"contains": "survival"}, "from_logits": True}}
    assert VALIDATORS["rules"].is_valid([head, RULE | {"role": "gate", "for": [{"name": ["sigmoid", "tanh"]}]}])


@pytest.mark.parametrize("change", [{"expect": {"frist": "relu"}}, {"describe": {"task": "other"}}, {"name": 3}])
def test_a_case_with_a_fault_does_not_fit(change: dict[str, Any]) -> None:
    describe = {"task": "other", "layer_type": "dense", "depth": 1, "compute_budget": "low"}
    case = {"describe": describe, "expect": {"first": "relu", "above": [["relu", "tanh"]], "tied": ["relu"]}}
    assert VALIDATORS["cases"].is_valid([case])
    assert not VALIDATORS["cases"].is_valid([case | change])

"""JSON Schema of what rule authors write, for editors: made from the types and the closed lists of the rules."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, get_args

from actwise.contract.request import TaskDescription
from models.experiments.registry import EXPERIMENTS as RUN
from rules.bibliography import Source
from rules.candidates import ROLES, Role, table
from rules.causes import CAUSES
from rules.experiments import EXPERIMENTS
from rules.format import Rule
from service.authoring.cases import Case
from service.authoring.conditions import Schema, candidate_schemas, when_schema

Kind = Literal["rules", "bibliography", "cases"]
KINDS: tuple[Kind, ...] = get_args(Kind)

FOLDER = Path(__file__).parents[2] / "docs" / "schema"
"""Where the schemas are kept for editors."""

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_CLAIM_ID = "^[A-Z][0-9]+[a-z]?$"


def schema(kind: Kind) -> Schema:
    """The JSON Schema (2020-12) of a file of rules, of a bibliography, or of a file of cases."""
    return {"$schema": _DIALECT} | _MAKERS[kind]()


def written(kind: Kind) -> str:
    """The content of a schema's file."""
    return json.dumps(schema(kind), indent=1) + "\n"


def _rules() -> Schema:
    rule = Rule.model_json_schema(by_alias=True)
    definitions = rule.pop("$defs")
    definitions["Reference"] = {"anyOf": [{"type": "string"}, definitions["Reference"]]}
    definitions["Trial"] = {"anyOf": [_choice(EXPERIMENTS), _trial(definitions["Trial"])]}
    fields = rule["properties"]
    for name, kept in {
        "when": when_schema(),
        "cause": _choice(CAUSES),
        "carries": {"type": "array", "items": {"type": "string", "pattern": _CLAIM_ID}},
    }.items():
        fields[name] = {"description": fields[name]["description"]} | kept
    rule["allOf"] = [_of_role(role) for role in ROLES]
    for role in ROLES:
        definitions |= candidate_schemas(role)
    return {
        "title": "A file of rules of Actwise",
        "type": "array",
        "items": {"$ref": "#/$defs/Rule"},
        "$defs": {"Rule": rule, **definitions},
    }


def _of_role(role: Role) -> Schema:
    """What a rule of this role may select: the candidates of a role have properties of their own."""
    selection = {"$ref": f"#/$defs/{role}"}
    shares = {"type": "object", "propertyNames": {"enum": list(table(role).names)}}
    then = {"properties": {"for": selection, "against": selection, "support": shares}}
    return {"if": {"properties": {"role": {"const": role}}, "required": ["role"]}, "then": then}


def _trial(trial: Schema) -> Schema:
    """A trial whose parameters are those of the experiment that it names."""
    parameters = {
        name: {"properties": {"with": {"type": "object", "propertyNames": {"enum": list(one.parameters)}}}}
        for name, one in RUN.items()
    }
    chosen = [
        {"if": {"properties": {"id": {"const": name}}, "required": ["id"]}, "then": then}
        for name, then in parameters.items()
    ]
    return trial | {"properties": trial["properties"] | {"id": _choice(EXPERIMENTS)}, "allOf": chosen}


def _bibliography() -> Schema:
    source = Source.model_json_schema()
    for name in ("title", "authors", "venue"):
        source["properties"][name] = _number_too(source["properties"][name])
    return {
        "title": "A bibliography of Actwise",
        "type": "object",
        "additionalProperties": {"$ref": "#/$defs/Source"},
        "$defs": {"Source": source},
    }


def _number_too(field: Schema) -> Schema:
    """Titles such as 1984 are numbers to YAML."""
    return {"anyOf": [field, {"type": "number"}]}


def _cases() -> Schema:
    case = Case.model_json_schema()
    request = TaskDescription.model_json_schema()
    definitions = case.pop("$defs") | request.pop("$defs")
    for field, kept in definitions["Expectation"]["properties"].items():
        if field not in ("above", "output_above"):
            definitions["Expectation"]["properties"][field] = _one_name_too(kept)
    case["properties"]["describe"] = {"$ref": "#/$defs/TaskDescription"}
    return {
        "title": "A file of cases for rules of Actwise",
        "type": "array",
        "minItems": 1,
        "items": {"$ref": "#/$defs/Case"},
        "$defs": {"Case": case, "TaskDescription": request, **definitions},
    }


def _one_name_too(field: Schema) -> Schema:
    names = {key: value for key, value in field.items() if key in ("type", "items")}
    told = {key: value for key, value in field.items() if key not in names}
    return told | {"anyOf": [{"type": "string"}, names]}


def _choice(meanings: Mapping[str, str]) -> Schema:
    """One of these words, each with its meaning for the editor to show."""
    return {"anyOf": [{"const": word, "description": meaning} for word, meaning in meanings.items()]}


_MAKERS: dict[Kind, Callable[[], dict[str, Any]]] = {"rules": _rules, "bibliography": _bibliography, "cases": _cases}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for one in KINDS:
        (FOLDER / f"{one}.schema.json").write_text(written(one), encoding="utf-8")

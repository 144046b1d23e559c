"""JSON Schema of conditions and selectors, with the closed lists of their words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from actwise.contract.request import Block, Deployment, Target, TaskDescription
from rules.candidates import Role, table
from rules.fields import FIELDS, Field

Schema = dict[str, Any]

_LONGEST_WORD = 40
"""Characters from which a value of a property is prose, which nobody picks from a list."""

_NUMBERS = {"whole": "integer", "real": "number"}
_ASKED = (TaskDescription, Target, Deployment, Block)


def when_schema() -> Schema:
    """What `when` may hold: every field of a situation with its values."""
    return _closed({name: _described(name, _of_field(field)) for name, field in FIELDS.items()})


def candidate_schemas(role: Role) -> dict[str, Schema]:
    """Definitions for rules of a role: under the role's name what `for` and `against` may hold (one selector, or a list
    of them), and the closed list of words of each of its properties."""
    properties, words = {}, {}
    for name, values in table(role).values.items():
        value = _value(values)
        if "enum" in value:
            words[f"{role}.{name}"] = value
            value = {"$ref": f"#/$defs/{role}.{name}"}
        properties[name] = _of_property(values, value)
    selector = {"$ref": f"#/$defs/{role}.selector"}
    selectors = {
        role: {"anyOf": [selector, {"type": "array", "items": selector, "minItems": 1}]},
        f"{role}.selector": _closed(properties) | {"minProperties": 1},
    }
    return selectors | words


def one_or_many(schema: Schema) -> Schema:
    """One value, or a list of some."""
    return {"anyOf": [schema, {"type": "array", "items": schema, "minItems": 1}]}


def _described(name: str, schema: Schema) -> Schema:
    told = (model.model_fields[name].description for model in _ASKED if name in model.model_fields)
    return next(({"description": text} | schema for text in told if text), schema)


def _of_field(field: Field) -> Schema:
    if field.kind == "words":
        return _mapping(contains={"enum": list(field.words)})
    if field.kind == "text":
        return _condition({"type": "string"}, contains={"type": "string"})
    if field.kind == "flag":
        return _condition({"type": "boolean"})
    if field.numeric:
        return _condition({"type": _NUMBERS[field.kind]} | _limits(field), numeric=True)
    return _condition({"enum": list(field.words)})


def _limits(field: Field) -> Schema:
    limits = {"minimum": field.low, "maximum": field.high}
    return {key: limit for key, limit in limits.items() if abs(limit) != float("inf")}


def _value(values: Sequence[Any]) -> Schema:
    """One value of a property that has these values over all candidates."""
    if all(isinstance(value, bool) for value in values):
        return {"type": "boolean"}
    if all(isinstance(value, (int, float)) for value in values):
        return {"type": "number"}
    words = sorted({word for value in values for word in (value if isinstance(value, tuple) else (value,))})
    return {"enum": words} if max(map(len, words), default=0) <= _LONGEST_WORD else {"type": "string"}


def _of_property(values: Sequence[Any], value: Schema) -> Schema:
    if all(isinstance(found, tuple) for found in values):
        return _mapping(contains=value)
    if value in ({"type": "boolean"}, {"type": "number"}):
        return _condition(value, numeric=value["type"] == "number")
    return _condition(value, contains={"type": "string"})


def _condition(value: Schema, *, numeric: bool = False, contains: Schema | None = None) -> Schema:
    """A value, a list of values, or a mapping of `not`, of bounds for numbers and of `contains` for text."""
    bounds = {key: {"type": "number"} for key in ("at_least", "at_most", "above", "below") if numeric}
    simple: list[Schema] = one_or_many(value)["anyOf"]
    return {"anyOf": [*simple, _mapping(contains, {"not": one_or_many(value), **bounds})]}


def _mapping(contains: Schema | None = None, keys: Mapping[str, Schema] | None = None) -> Schema:
    further = {"contains": one_or_many(contains)} if contains else {}
    return _closed({**(keys or {}), **further}) | {"minProperties": 1}


def _closed(properties: Mapping[str, Schema]) -> Schema:
    return {"type": "object", "properties": dict(properties), "additionalProperties": False}

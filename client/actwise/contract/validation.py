"""From pydantic's errors to our faults: where, what was sent, what is allowed, what was probably meant."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from actwise.contract.faults import ContractError, Fault
from actwise.contract.names import nearest_name

MOST_FAULTS = 100
"""How many faults are told at once."""

_CODES = {
    "missing": "missing",
    "extra_forbidden": "unknown_field",
    "literal_error": "not_allowed",
    "value_error": "not_allowed",
}
_ALTERNATIVES = frozenset({"bool", "int", "float", "constrained-float", "str", "constrained-str"})


def parse_json(text: str | bytes) -> Any:
    """The plain data in JSON text. Raises ContractError for text that is no JSON, or too deep."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ContractError((Fault(pointer="", code="not_json", message=f"this is no JSON: {error}"[:300]),)) from None


def faults_of(error: ValidationError, model: type[BaseModel]) -> tuple[Fault, ...]:
    """One fault for each place, in the order of the errors; at most MOST_FAULTS."""
    items = error.errors(include_url=False)
    places = {item["loc"] for item in items}
    found: dict[str, Fault] = {}
    for item in items:
        if item["type"] == "too_short" and _has_deeper(item["loc"], places):
            continue
        fault = _fault(item, model)
        found.setdefault(fault.pointer, fault)
    return tuple(found.values())[:MOST_FAULTS]


def _has_deeper(place: tuple[Any, ...], places: Iterable[tuple[Any, ...]]) -> bool:
    """A list whose items are all faulty counts as empty to pydantic: only the items are worth telling."""
    return any(len(other) > len(place) and other[: len(place)] == place for other in places)


def _fault(item: Mapping[str, Any], model: type[BaseModel]) -> Fault:
    kind, place, message = item["type"], item["loc"], item["msg"].removeprefix("Value error, ")
    if len(place) > 1 and place[-1] in _ALTERNATIVES and kind != "extra_forbidden":
        place, message = place[:-1], "a number, a text, true or false is wanted"
    allowed = _allowed(item, kind, model)
    sent = None if kind == "missing" else small(item.get("input"))
    word = place[-1] if kind == "extra_forbidden" else sent
    nearest = nearest_name(word, allowed) if allowed and isinstance(word, str) else None
    return Fault(
        pointer=pointer(place),
        code=_CODES.get(kind, "invalid"),
        message=f"{message}: did you mean {nearest!r}?" if nearest else message,
        sent=sent,
        allowed=allowed,
        nearest=nearest,
    )


def _allowed(item: Mapping[str, Any], kind: str, model: type[BaseModel]) -> tuple[Any, ...] | None:
    if kind == "literal_error":
        words = item["ctx"]["expected"].replace(" or ", ", ")
        return tuple(word.strip().strip("'") for word in words.split(","))
    if kind == "extra_forbidden":
        return _fields_at(model, item["loc"][:-1])
    return None


def _fields_at(model: type[BaseModel], place: Iterable[Any]) -> tuple[str, ...] | None:
    """The fields of the model that stands at a place inside another."""
    current: type[BaseModel] | None = model
    for step in place:
        if isinstance(step, str) and current is not None:
            field = current.model_fields.get(step)
            current = _model_in(field.annotation) if field else None
    return tuple(current.model_fields) if current else None


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _model_in(inner))), None)


def pointer(place: Iterable[Any]) -> str:
    """A place as a JSON pointer (RFC 6901)."""
    return "".join(f"/{escaped(part)}" for part in place)


def escaped(part: Any) -> str:
    """One step of a JSON pointer."""
    return str(part).replace("~", "~0").replace("/", "~1")


def small(value: Any) -> Any:
    """What was sent, cut to a size fit for an error message."""
    if isinstance(value, (bool, int, float, type(None))):
        return value
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 100 else text[:97] + "..."

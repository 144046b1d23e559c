"""From bytes or plain data to a request, with every fault at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from actwise.contract.contradictions import contradictions
from actwise.contract.faults import ContractError, Fault
from actwise.contract.names import nearest_name
from actwise.contract.request import TaskDescription

_CODES = {
    "missing": "missing",
    "extra_forbidden": "unknown_field",
    "literal_error": "not_allowed",
    "value_error": "not_allowed",
}

# Required fields that contradict nothing, to stand in for faulty ones.
_HARMLESS: dict[str, Any] = {"task": "other", "layer_type": "mixed", "depth": 1, "compute_budget": "medium"}


def read_json(text: str | bytes) -> TaskDescription:
    """A request from JSON text. Raises ContractError; also for text that is no JSON, or too deep."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ContractError((Fault(pointer="", code="not_json", message=f"this is no JSON: {error}"[:300]),)) from None
    return read_request(data)


def read_request(data: Any) -> TaskDescription:
    """A request from plain data. Raises ContractError with every fault, contradictions included."""
    if not isinstance(data, dict):
        message = "a request is an object with at least task, layer_type, depth and compute_budget"
        raise ContractError((Fault(pointer="", code="not_an_object", message=message, sent=type(data).__name__),))
    request, faults = _validated(data)
    if request is None:
        request, _ = _validated(_without(data, faults))
    if request is not None:
        faults += contradictions(request)
    if faults or request is None:
        raise ContractError(faults)
    return request


def _validated(data: dict[str, Any]) -> tuple[TaskDescription | None, tuple[Fault, ...]]:
    try:
        return TaskDescription.model_validate(data), ()
    except ValidationError as error:
        return None, tuple(_fault(item) for item in error.errors(include_url=False))


def _without(data: dict[str, Any], faults: Sequence[Fault]) -> dict[str, Any]:
    """The request less its faulty top-level fields, so that what is left can be checked as a whole."""
    faulty = {fault.pointer.split("/")[1].replace("~1", "/").replace("~0", "~") for fault in faults if fault.pointer}
    return _HARMLESS | {name: value for name, value in data.items() if name not in faulty}


def _fault(item: Any) -> Fault:
    kind, place = item["type"], item["loc"]
    allowed = _allowed(item, kind)
    sent = None if kind == "missing" else _small(item.get("input"))
    word = place[-1] if kind == "extra_forbidden" else sent
    nearest = nearest_name(word, allowed) if allowed and isinstance(word, str) else None
    message = item["msg"].removeprefix("Value error, ")
    return Fault(
        pointer="".join(f"/{_escaped(part)}" for part in place),
        code=_CODES.get(kind, "invalid"),
        message=f"{message}: did you mean {nearest!r}?" if nearest else message,
        sent=sent,
        allowed=allowed,
        nearest=nearest,
    )


def _allowed(item: Any, kind: str) -> tuple[Any, ...] | None:
    if kind == "literal_error":
        words = item["ctx"]["expected"].replace(" or ", ", ")
        return tuple(word.strip().strip("'") for word in words.split(","))
    if kind == "extra_forbidden" and len(item["loc"]) == 1:
        return tuple(TaskDescription.model_fields)
    return None


def _escaped(part: Any) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")


def _small(value: Any) -> Any:
    """What was sent, cut to a size fit for an error message."""
    if isinstance(value, (bool, int, float, type(None))):
        return value
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 100 else text[:97] + "..."

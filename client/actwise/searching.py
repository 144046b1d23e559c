"""Which entries of a history somebody looks for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, get_args

from actwise.contract.answer import Status
from actwise.contract.history import RecommendationEntry

_LONGEST = 200
"""Characters of a search that the service takes."""


def matches(entry: RecommendationEntry, words: Iterable[str], fields: Mapping[str, Any]) -> bool:
    """Whether an entry holds every word, in any case, and has every one of these values.

    Words are looked for in what its request says and in its id. Fields are named as in a request, inner ones
    behind `__` or a dot; of a list one item must be the value. A field that a request leaves out is None.
    """
    said = {"id": entry.id} | entry.request.model_dump(mode="json", exclude_defaults=True)
    text = " ".join(_texts(said)).lower()
    told = said | {"status": entry.status}
    return all(word.lower() in text for word in words) and all(
        _has(told, field.replace("__", ".").split("."), value) for field, value in fields.items()
    )


def prefiltered(words: Iterable[str], fields: Mapping[str, Any]) -> dict[str, str]:
    """Query parameters with which the service leaves out most of what is not looked for, and nothing else.

    Words beyond ASCII stay here, since databases differ in their case; a word that is cut is looked for less strictly.
    """
    plain = [word for word in words if re.fullmatch(r"[A-Za-z0-9_.-]+", word)]
    text, status = " ".join(plain)[:_LONGEST], str(fields.get("status"))
    return ({"q": text} if text else {}) | ({"status": status} if status in get_args(Status) else {})


def _has(found: Any, path: list[str], value: Any) -> bool:
    if isinstance(found, list):
        return any(_has(item, path, value) for item in found)
    if path:
        return _has(found.get(path[0]) if isinstance(found, dict) else None, path[1:], value)
    return bool(found == value)


def _texts(value: Any) -> Iterable[str]:
    """Every name and value, however deep."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from (name, *_texts(inner))
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    else:
        yield str(value)

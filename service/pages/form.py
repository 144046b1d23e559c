"""Between a request and the words of a form: the query of the page's address.

The address is the permalink: it holds every field that differs from its default, by its path in the request, as in
`task=classification&depth=8&target.low=0&layers.0.layer_type=conv`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from actwise.contract.faults import Fault
from actwise.contract.request import TaskDescription
from service.pages.fields import Kind, block_fields, form_fields

MOST_BLOCKS = 32

_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_BLOCK = re.compile(r"layers\.([0-9]{1,3})\.([a-z_]+)")
_SEMICOLONS = frozenset({"formula", "probe.data.ignore"})
_TRUTH = {"true": True, "false": False}


def plain_data(pairs: Iterable[tuple[str, str]]) -> tuple[dict[str, Any], tuple[Fault, ...]]:
    """The request in a form as plain data, for the contract to judge; and what the contract cannot see: repetitions.

    Fields that are empty were not filled in. Numbers and truth values that cannot be read stay text.
    """
    filled = [(name, value.strip()) for name, value in pairs if value.strip()]
    repeated = [name for name, count in Counter(name for name, _ in filled).items() if count > 1]
    faults = tuple(
        Fault(pointer=f"/{name[:100]}", code="repeated", message="given more than once") for name in repeated
    )
    data: dict[str, Any] = {}
    blocks: dict[int, dict[str, Any]] = {}
    for name, value in dict(filled).items():
        block = _BLOCK.fullmatch(name)
        if block:
            kind = _block_kinds().get(block[2], "text")
            blocks.setdefault(int(block[1]), {})[block[2]] = _read(block[2], kind, value)
        else:
            _put(data, name, _read(name, _kind(name), value))
    if blocks:
        data["layers"] = [blocks[place] for place in sorted(blocks)]
    return data, faults


def _kind(name: str) -> Kind:
    field = form_fields().get(name)
    return field.kind if field else "text"


def _block_kinds() -> dict[str, Kind]:
    return {field.name: field.kind for field in block_fields()}


def _put(data: dict[str, Any], name: str, value: Any) -> None:
    """Set a value at its path; a path through a value that is no object is left for the contract to refuse."""
    *path, last = name.split(".") if name in form_fields() else [name]
    for step in path:
        data = data.setdefault(step, {})
        if not isinstance(data, dict):
            return
    data[last] = value


def _read(name: str, kind: Kind, text: str) -> Any:
    if kind == "number":
        if _WHOLE.fullmatch(text):
            return int(text)
        return float(text) if _NUMBER.fullmatch(text) else text
    if kind in ("answer", "switch"):
        return _TRUTH.get(text, text)
    if kind == "names":
        separator = ";" if name in _SEMICOLONS else ","
        return [part.strip() for part in text.split(separator) if part.strip()]
    return text


def form_values(request: TaskDescription) -> dict[str, str]:
    """The fields of a request that differ from their defaults, as the form's text."""
    return dict(_flat(request.model_dump(mode="json", exclude_defaults=True), ""))


def _flat(data: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
    for name, value in data.items():
        place = f"{path}{name}"
        if isinstance(value, dict):
            yield from _flat(value, f"{place}.")
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for index, one in enumerate(value):
                yield from _flat(one, f"{place}.{index}.")
        elif isinstance(value, list):
            yield place, ("; " if place in _SEMICOLONS else ", ").join(map(str, value))
        elif value is not None:
            yield place, {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def permalink(request: TaskDescription, path: str = "/") -> str:
    """The address of the page that shows this request."""
    return f"{path}?{urlencode(form_values(request))}"

"""YAML as plain data, for texts that nobody vouches for: no tags, no aliases, no key twice, at most 32 deep.

Built from the parser's events, not by its own composer, so that depth is bounded before anything recurses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import isfinite
from typing import Any

import yaml

from service.doctor.reading.text import refusal

DEEPEST = 32
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?\d{1,15}")
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,4})?")
_WORDS: dict[str, Any] = {
    "": None, "~": None, "null": None,
    "true": True, "yes": True, "on": True,
    "false": False, "no": False, "off": False,
}  # fmt: skip


def read_yaml(text: str) -> Any:
    """The one document in the text. Raises ContractError with the line for what is no YAML of this plain kind."""
    if _brackets(text) > DEEPEST:
        raise _too_deep()
    try:
        return _build(yaml.parse(text, Loader=_LOADER))
    except yaml.YAMLError as error:
        raise refusal(f"this is no YAML: {_reason(error)}", "not_yaml") from None


def _brackets(text: str) -> int:
    """The most brackets open at once, counted before parsing: the parser is slow on very many."""
    depth = deepest = 0
    for match in re.finditer(r"[\[{]|[\]}]", text):
        depth = max(0, depth + (1 if match[0] in "[{" else -1))
        deepest = max(deepest, depth)
    return deepest


def _build(events: Iterator[Any]) -> Any:
    """Put the events of the first document together; `open_` holds the lists and mappings not yet ended."""
    top: list[Any] = []
    open_: list[Any] = [top]
    keys: list[Any] = [None]
    documents = 0
    for event in events:
        documents += isinstance(event, yaml.DocumentStartEvent)
        if documents > 1:
            raise refusal("one YAML document is wanted, not several", "not_yaml")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "tag", None) is not None:
            raise refusal(f"line {event.start_mark.line + 1}: aliases and tags are not taken", "not_yaml")
        if isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
            made: Any = [] if isinstance(event, yaml.SequenceStartEvent) else {}
            _put(open_, keys, made, event)
            open_.append(made)
            keys.append(_NO_KEY)
            if len(open_) > DEEPEST:
                raise _too_deep()
        elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
            open_.pop()
            keys.pop()
        elif isinstance(event, yaml.ScalarEvent):
            _put(open_, keys, _scalar(event), event)
    return top[0] if top else None


_NO_KEY = object()


def _put(open_: list[Any], keys: list[Any], value: Any, event: Any) -> None:
    """Add a value to the innermost open list or mapping; in a mapping every second value is a key."""
    inner, line = open_[-1], event.start_mark.line + 1
    if isinstance(inner, list):
        inner.append(value)
    elif keys[-1] is not _NO_KEY:
        inner[keys[-1]] = value
        keys[-1] = _NO_KEY
    elif isinstance(value, (list, dict)):
        raise refusal(f"line {line}: a list or mapping cannot be the name of a field", "not_yaml")
    elif str(event.value) in inner:
        raise refusal(f"line {line}: {event.value[:60]!r} is given twice", "duplicate_key")
    else:
        keys[-1] = event.value


def _scalar(event: Any) -> Any:
    if not event.implicit[0]:
        return event.value
    if event.value.lower() in _WORDS:
        return _WORDS[event.value.lower()]
    if _INTEGER.fullmatch(event.value):
        return int(event.value)
    number = float(event.value) if len(event.value) <= 40 and _NUMBER.fullmatch(event.value) else None
    return number if number is not None and isfinite(number) else event.value


def _reason(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    return f"line {mark.line + 1}: {problem}"[:200] if mark else str(problem).splitlines()[0][:200]


def _too_deep() -> Exception:
    return refusal(f"more than {DEEPEST} lists and mappings stand inside each other", "too_deep")

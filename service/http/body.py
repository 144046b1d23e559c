"""From the raw bytes of a request body to plain data, strictly: what two parsers could read in two
ways is refused.

The limits are those of RFC 8259 and I-JSON (RFC 7493): UTF-8, finite numbers, every field of an
object named once, no half characters.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from flask import Request

from actwise.contract.faults import Fault
from service.http.problems import ProblemError

MAX_DEPTH = 32
READING_PROBLEMS = ("empty_body", "not_utf8", "not_json", "too_deep", "duplicate_key", "not_finite", "lone_surrogate")
"""Codes of every error of `parse_json`."""

_STRUCTURE = re.compile(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)


def read_body(request: Request, limit: int) -> bytes:
    """The bytes of a JSON body of at most `limit` bytes. Raises ProblemError (413, 415).

    Werkzeug cuts a chunked body at its own limit without a word, so that limit lies one byte above ours.
    """
    if request.mimetype != "application/json" or not _plain(request):
        sent = request.headers.get("Content-Type", "nothing")[:100]
        raise ProblemError("unsupported_media_type", f"sent was {sent}; send application/json, not compressed")
    request.max_content_length = limit + 1
    if (request.content_length or 0) <= limit:
        raw = request.get_data(cache=False)
        if len(raw) <= limit:
            return raw
    raise ProblemError("body_too_large", f"at most {limit} bytes are taken")


def _plain(request: Request) -> bool:
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    return charset in ("utf-8", "utf8") and request.headers.get("Content-Encoding", "identity") == "identity"


def parse_json(raw: bytes) -> Any:
    """The data in a body. Raises ProblemError (400) with every fault of one kind at once."""
    if not raw.strip():
        raise ProblemError("empty_body")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ProblemError("not_utf8", f"byte {error.start} does not belong to UTF-8 text") from None
    _check_depth(text)
    twice: list[tuple[dict[str, Any], str]] = []
    try:
        data = json.loads(text, object_pairs_hook=lambda pairs: _object(pairs, twice))
    except RecursionError:
        raise ProblemError("too_deep") from None
    except ValueError as error:
        raise ProblemError("not_json", str(error)[:300]) from None
    _check_values(data, twice)
    return data


def _check_depth(text: str) -> None:
    """Count before parsing: a parser's own limit differs between Python versions."""
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    depth = 0
    for token in _STRUCTURE.finditer(text):
        mark = token[0]
        depth += (mark in "[{") - (mark in "]}")
        if depth > MAX_DEPTH:
            raise ProblemError(
                "too_deep", f"more than {MAX_DEPTH} arrays and objects are open at character {token.start()}"
            )


def _object(pairs: list[tuple[str, Any]], twice: list[tuple[dict[str, Any], str]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice.extend((made, name) for name in made if names.count(name) > 1)
    return made


def _check_values(data: Any, twice: list[tuple[dict[str, Any], str]]) -> None:
    faults: dict[str, list[Fault]] = {"duplicate_key": [], "not_finite": [], "lone_surrogate": []}
    for pointer, value in _walk(data):
        if isinstance(value, dict):
            repeated = [name for made, name in twice if made is value]
            for name in repeated:
                faults["duplicate_key"].append(_fault(f"{pointer}/{escaped(name)}", "duplicate_key", "named twice"))
        elif isinstance(value, float) and not math.isfinite(value):
            faults["not_finite"].append(_fault(pointer, "not_finite", "this is no finite number"))
        elif isinstance(value, str) and _halved(value):
            faults["lone_surrogate"].append(_fault(pointer, "lone_surrogate", "half of a surrogate pair"))
    for code, found in faults.items():
        if found:
            raise ProblemError(code, faults=tuple(found[:100]))


def _fault(pointer: str, code: str, message: str) -> Fault:
    return Fault(pointer=_shown(pointer), code=code, message=message)


def _walk(data: Any) -> Iterator[tuple[str, Any]]:
    """Every value with its JSON pointer; the names of fields come as values too."""
    stack = [("", data)]
    while stack:
        pointer, value = stack.pop()
        yield pointer, value
        if isinstance(value, dict):
            for name, inner in value.items():
                place = f"{pointer}/{escaped(name)}"
                yield place, name
                stack.append((place, inner))
        elif isinstance(value, list):
            stack.extend((f"{pointer}/{index}", inner) for index, inner in enumerate(value))


def escaped(name: str) -> str:
    """One step of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def _halved(text: str) -> bool:
    return not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text)


def _shown(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()

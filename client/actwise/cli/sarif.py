"""A diagnosis as SARIF 2.1.0, which code hosts show beside the lines of a change.

OASIS Standard "Static Analysis Results Interchange Format (SARIF) Version 2.1.0", 2020: sections 3.13 to 3.30 for the
properties used here. Findings are results, checks are rules, and what was not looked at are notifications.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

from actwise.contract.diagnosis import Diagnosis, Finding

_LEVELS = {"error": "error", "warning": "warning", "advice": "note"}
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def sarif(diagnosis: Diagnosis, file: str, text: str | None) -> str:
    """The log. `file`: as it was named, `-` for standard input; `text`: what it holds, None when it is no text."""
    rules = [_rule(diagnosis, done.check, done.title) for done in diagnosis.checks]
    places = {rule["id"]: number for number, rule in enumerate(rules)}
    driver = {"name": "Actwise", "semanticVersion": diagnosis.version, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": list(_left_open(diagnosis))}],
        "results": [_result(found, places[found.check], file, text) for found in diagnosis.findings],
        "columnKind": "unicodeCodePoints",
        "properties": {"diagnosis": diagnosis.id},
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)


def _rule(diagnosis: Diagnosis, check: str, title: str) -> dict[str, Any]:
    rule: dict[str, Any] = {"id": check, "shortDescription": {"text": title}}
    found = next((one for one in diagnosis.findings if one.check == check), None)
    if found is None:
        return rule
    addresses = [citation.url for citation in found.citations if citation.url]
    rule |= {"help": {"text": found.because}} | ({"helpUri": addresses[0]} if addresses else {})
    return rule


def _result(found: Finding, rule: int, file: str, text: str | None) -> dict[str, Any]:
    logical = {"name": found.where, "kind": "layer"}
    location: dict[str, Any] = {"logicalLocations": [logical]}
    if file != "-":
        location["physicalLocation"] = {
            "artifactLocation": {"uri": _uri(file)},
            "region": {"startLine": _line(found.where, text)},
        }
    key = sha256(f"{found.check}\0{found.where}".encode()).hexdigest()
    return {
        "ruleId": found.check,
        "ruleIndex": rule,
        "level": _LEVELS[found.severity],
        "message": {"text": " ".join(_sentences(found))},
        "locations": [location],
        "partialFingerprints": {"checkAndPlace/v1": key},
    }


def _sentences(found: Finding) -> Iterator[str]:
    yield found.message
    if found.proof:
        yield _whole(found.proof.sentence)
    if found.fix:
        yield _whole(found.fix.sentence)


def _whole(sentence: str) -> str:
    first = sentence[:1].upper() + sentence[1:]
    return first if first.endswith(".") else f"{first}."


def _left_open(diagnosis: Diagnosis) -> Iterator[dict[str, Any]]:
    """What the diagnosis does not cover, so that a green mark is not read as more than it is."""
    for done in diagnosis.checks:
        if done.verdict == "not_checked":
            because = done.because or "something is not known"
            yield {"level": "note", "message": {"text": f"{done.check} was not checked: {because}"}}
    for line in (*diagnosis.notes, *(f"not understood: {line}" for line in diagnosis.unread)):
        yield {"level": "note", "message": {"text": line}}


def _line(where: str, text: str | None) -> int:
    """The line on which the place of a finding is named, the first where none is."""
    name = where.partition(" (")[0]
    if not text or not name:
        return 1
    own = re.compile(rf"(?<![\w.]){re.escape(name.rpartition('.')[2])}(?![\w.])")
    return next((number for number, line in enumerate(text.splitlines(), 1) if own.search(line)), 1)


def _uri(file: str) -> str:
    """A file's name as a URI reference: relative where it was relative, with forward slashes."""
    path = Path(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())

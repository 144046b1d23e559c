"""Texts that are clearly something else, and what to paste instead."""

from __future__ import annotations

import re

from service.doctor.reading.text import refusal

_STRANGERS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"^\s*Traceback \(most recent call last\)", re.MULTILINE),
        "this is a Python traceback, no network: paste what print(model) or model.summary() shows",
    ),
    (
        re.compile(r"Layer \(type:depth-idx\)"),
        "this is a table of torchinfo: paste what print(model) shows, it tells more",
    ),
    (
        re.compile(
            r"^ *(import \w|from [\w.]+ import |class \w+\(|def \w+\(|[\w.]+ *= *(nn|torch|keras|tf)\.)", re.MULTILINE
        ),
        "this is program text, which is never run here: paste what print(model) or model.summary() shows",
    ),
    (
        re.compile(r"^ *(torch\.)?(nn|keras|tf\.keras|layers)\.\w+\(", re.MULTILINE),
        "this is program text, which is never run here: paste what print(model) or model.summary() shows",
    ),
)


def explain_stranger(text: str) -> None:
    """Raise ContractError for a text of another kind; do nothing for any other."""
    for pattern, advice in _STRANGERS:
        if pattern.search(text):
            raise refusal(advice)

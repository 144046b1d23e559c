"""A pasted text before anybody reads it: one kind of line end, no colours, no bytes that are no text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from actwise.contract.faults import ContractError, Fault

_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_MOST_LINES = 50
_LONGEST = 200


def clean(text: str) -> str:
    """The text with plain line ends and without colours of a terminal. Raises ContractError for what is no text."""
    plain = _LINE_ENDS.sub("\n", _COLOURS.sub("", text).replace("\ufeff", "").replace("\xa0", " "))
    if not plain.strip():
        raise refusal("the text is empty", "missing")
    odd = _NOT_TEXT.search(plain)
    if odd:
        raise refusal(f"this is no text: character {odd.start()} is {odd[0]!a}", "not_text")
    return plain


def refusal(message: str, code: str = "not_understood", pointer: str = "/text") -> ContractError:
    """The error of a text that cannot be taken."""
    return ContractError((Fault(pointer=pointer, code=code, message=message),))


def shown(lines: Iterable[str]) -> tuple[str, ...]:
    """The first 50 lines that are not empty, 200 characters of each, and how many more there are."""
    kept = [line.strip() for line in lines if line.strip()]
    cut = [line if len(line) <= _LONGEST else line[: _LONGEST - 3] + "..." for line in kept[:_MOST_LINES]]
    return (*cut, f"and {len(kept) - _MOST_LINES} more lines") if len(kept) > _MOST_LINES else tuple(cut)

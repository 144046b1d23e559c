"""The arguments in a printed call, read as plain values: "3, 64, kernel_size=(3, 3), bias=False"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite

from actwise.contract.diagnosis import Parameter

_NAMED = re.compile(r"([A-Za-z_]\w*)\s*=(?!=)\s*(.*)", re.DOTALL)
_INTEGER = re.compile(r"[+-]?\d{1,15}")
_WORDS: dict[str, bool] = {"True": True, "False": False, "true": True, "false": False}
_MOST = 30
_LONGEST = 200
_LONGEST_NUMBER = 40
LARGEST_SIZE = 10**9


@dataclass(frozen=True)
class Arguments:
    """What stands in the brackets of a call: texts in order, and texts by name."""

    positional: tuple[str, ...]
    named: dict[str, str]

    def size(self, *places: int | str) -> int | None:
        """The first of these arguments that is there, as a number of features; a shape counts by its last entry."""
        for place in places:
            text = self._text(place)
            numbers = re.findall(r"\d+", text)
            if numbers:
                return as_size(int(numbers[-1][:15]))
        return None

    def _text(self, place: int | str) -> str:
        if isinstance(place, str):
            return self.named.get(place, "")
        return self.positional[place] if place < len(self.positional) else ""

    def parameters(self) -> dict[str, Parameter]:
        """The named arguments that have a plain value."""
        read = {name[:60]: value(text) for name, text in list(self.named.items())[:_MOST]}
        return {name: found for name, found in read.items() if found is not None}


def as_size(number: int) -> int | None:
    """A number of features, None when it can be none (a lazy layer prints 0)."""
    return number if 1 <= number <= LARGEST_SIZE else None


def read_arguments(text: str) -> Arguments:
    """Split what stands in brackets; never fails, whatever the text."""
    positional, named = [], {}
    for part in _split(text):
        match = _NAMED.fullmatch(part)
        if match:
            named[match[1]] = match[2].strip()
        elif part:
            positional.append(part)
    return Arguments(tuple(positional), named)


def value(text: str) -> Parameter | None:
    """A number, a truth value or a text; None for the word None and for nothing at all."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    number = _number(text)
    if number is not None:
        return number
    return None if text in ("None", "null", "") else text.strip("'\"")[:_LONGEST]


def _number(text: str) -> float | None:
    if len(text) > _LONGEST_NUMBER:
        return None
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None


def _split(text: str) -> Iterator[str]:
    """Parts between commas that stand in no bracket."""
    depth, start = 0, 0
    for match in re.finditer(r"[(\[{]|[)\]}]|,", text):
        mark = match[0]
        if mark == "," and depth <= 0:
            yield text[start : match.start()].strip()
            start = match.end()
        else:
            depth += (mark in "([{") - (mark in ")]}")
    yield text[start:].strip()

"""What kept recommendations are searched for, and what that means in the text of a request."""

from __future__ import annotations

import json
from dataclasses import dataclass

from actwise.contract.answer import Status


@dataclass(frozen=True, slots=True)
class Search:
    """Words that all must occur, in any case, in the request (names and values) or the id; and the status, if any.

    A word with a colon is a field and its value, as in `task:regression` or `depth:8`; the value must be whole, and
    an inner field goes by its last name. A field that a request leaves out has no value.
    """

    words: str = ""
    status: Status | None = None

    @property
    def patterns(self) -> tuple[tuple[str, ...], ...]:
        """For each word the texts one of which must occur in `searchable`, in lower case."""
        return tuple(_patterns(word) for word in self.words.lower().split())

    def fits(self, identifier: str, request: str, status: str) -> bool:
        """Whether a recommendation is wanted; `request` is its JSON without spaces and without defaults."""
        text = searchable(identifier, request).lower()
        return self.status in (None, status) and all(any(one in text for one in patterns) for patterns in self.patterns)


EVERYTHING = Search()


def searchable(identifier: str, request: str) -> str:
    """The text in which words are looked for."""
    return f"{identifier} {request}"


def _patterns(word: str) -> tuple[str, ...]:
    field, colon, value = word.partition(":")
    if not (field and colon and value):
        return (_inside(word),)
    start = f'"{_inside(field.rpartition(".")[2])}":'
    return f'{start}"{_inside(value)}"', f"{start}{_inside(value)},", f"{start}{_inside(value)}}}"


def _inside(word: str) -> str:
    """A word as JSON writes it within quotes."""
    return json.dumps(word, ensure_ascii=False)[1:-1]

"""CSV: UTF-8, one header line, separated by comma, semicolon or tab; empty cells and NA, NaN, null, ? are missing.

The text is read piece by piece, so that a table takes eight bytes per cell and not a Python object for each. A
column with at least one word that is no number is read again, as words.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np

from models.data.formats.columns import (
    NO_PARTS,
    Column,
    Numbers,
    Parts,
    Words,
    assemble,
    check_cells,
    column_names,
    named_parts,
    number,
)
from models.data.table import DataRefused, Table

_PIECE = 4_096
"""Rows that are read at once."""


def read_csv(content: bytes, name: str, parts: Parts) -> Table:
    """The table in a CSV file. Raises DataRefused."""
    return assemble(read_columns(content, name, parts), name, parts)


def read_columns(content: bytes, name: str, parts: Parts = NO_PARTS) -> list[Column]:
    """Every column of a CSV file, but those ignored. Raises DataRefused."""
    text = _text(content, name)
    separator = max(",;\t", key=text.split("\n", 1)[0].count)
    pieces = _pieces(text, separator, name)
    names = column_names(next(pieces)[0], name)
    if not names:
        raise DataRefused("too_few_rows", f"{name} is empty")
    if all(_is_number(one) for one in names):
        raise DataRefused("unreadable", f"{name} begins with numbers: its first line must be a header with names")
    named_parts(names, parts)
    numbers = _numbers(pieces, len(names), name)
    used = [place for place, one in enumerate(names) if one not in parts.ignored]
    words = _words([place for place in used if numbers[place] is None], _pieces(text, separator, name))
    found = ((place, numbers[place]) for place in used)
    return [
        words[place].column(names[place]) if values is None else Column(names[place], values) for place, values in found
    ]


def _text(content: bytes, name: str) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or 0 in content:
        raise DataRefused("wrong_encoding", f"{name} is UTF-16 or UTF-32 text, or no text: save it as UTF-8")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        place = f"byte {error.start}, in line {line}"
        message = f"{name} is not UTF-8 text ({place}): save it as UTF-8 (it may be Latin-1 or Windows-1252)"
        raise DataRefused("wrong_encoding", message) from None


def _pieces(text: str, separator: str, name: str) -> Iterator[list[list[str]]]:
    """The header alone, and then the rows, many at a time; every row has as many cells as the header."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        rows = (row for row in reader if row)
        header = next(rows, [])
        yield [header]
        first = 2
        while piece := list(islice(rows, _PIECE)):
            _refuse_ragged(piece, len(header), first, name)
            yield piece
            first += len(piece)
    except csv.Error as error:
        raise DataRefused("unreadable", f"{name} is no CSV file: {error}") from None
    if first == 2:
        raise DataRefused("too_few_rows", f"{name} holds no row below its header")


def _refuse_ragged(piece: Sequence[Sequence[str]], width: int, first: int, name: str) -> None:
    ragged = next((place for place, row in enumerate(piece, first) if len(row) != width), None)
    if ragged is not None:
        raise DataRefused("unreadable", f"{name}: row {ragged} has another number of cells than the header ({width})")


def _numbers(pieces: Iterator[list[list[str]]], width: int, name: str) -> list[Numbers | None]:
    """The values of every column of numbers; None for one of words."""
    found: list[list[Numbers] | None] = [[] for _ in range(width)]
    rows = 0
    for piece in pieces:
        rows += len(piece)
        check_cells(rows, width, name)
        for place, cells in enumerate(zip(*piece, strict=True)):
            gathered = found[place]
            values = _as_numbers(cells) if gathered is not None else None
            if gathered is None or values is None:
                found[place] = None
            else:
                gathered.append(values)
    return [None if gathered is None else np.concatenate(gathered) for gathered in found]


def _as_numbers(cells: Sequence[str]) -> Numbers | None:
    try:
        return np.fromiter(map(number, cells), np.float64, len(cells))
    except ValueError:
        return None


def _is_number(word: str) -> bool:
    return _as_numbers([word]) is not None


def _words(places: Sequence[int], pieces: Iterator[list[list[str]]]) -> dict[int, Words]:
    found = {place: Words() for place in places}
    next(pieces)
    for piece in pieces if places else ():
        for place, words in found.items():
            words.add(row[place] for row in piece)
    return found

"""A caller's own data: a CSV or NPZ file, as bytes.

CSV: UTF-8, one header line, separated by comma, semicolon or tab. Empty cells and NA, NaN, null, ? are missing. A
column of words becomes one column per word when there are at most MOST_LEVELS words. The target is the named
column, the last one unless said. NPZ: arrays `x` (or `X`) [rows, features] and `y`, or the array named as
target; objects (pickles) are never loaded. Whatever cannot be read raises DataRefused.
"""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actwise.contract.names import nearest_name
from models.data.table import DataRefused, Table

MOST_LEVELS = 20
MOST_BYTES = 200_000_000
_MISSING = frozenset({"", "na", "nan", "n/a", "null", "none", "?"})


def read_table(content: bytes, name: str, target: str | None = None) -> Table:
    """A table from the content of a file; `name` ends in .npz, or the content is read as CSV."""
    if len(content) > MOST_BYTES:
        raise DataRefused("unreadable", f"{name} has {len(content)} bytes; at most {MOST_BYTES} are read")
    if name.lower().endswith(".npz"):
        return _read_npz(content, name, target)
    return _read_csv(content, name, target)


def _read_npz(content: bytes, name: str, target: str | None) -> Table:
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            arrays = {key: file[key] for key in _within_size(file, content, name)}
    except (ValueError, OSError, zipfile.BadZipFile, EOFError, KeyError) as error:
        raise DataRefused("unreadable", f"{name} is no NPZ file of plain arrays: {str(error)[:120]}") from None
    y_key = target or "y"
    x_key = next((key for key in ("x", "X") if key in arrays and key != y_key), None)
    if x_key is None or y_key not in arrays:
        found = ", ".join(sorted(arrays)) or "nothing"
        raise DataRefused("unreadable", f"{name} must hold arrays 'x' and {y_key!r}; it holds {found}")
    x = arrays[x_key]
    return Table(name, x.reshape(len(x), -1) if x.ndim > 2 else x, arrays[y_key])


def _within_size(file: Any, content: bytes, name: str) -> list[str]:
    """The names of the arrays, once their unpacked size is known to be small."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        size = sum(entry.file_size for entry in packed.infolist())
    if size > MOST_BYTES:
        raise DataRefused("unreadable", f"{name} unpacks to {size} bytes; at most {MOST_BYTES} are read")
    return list(file.files)


def _read_csv(content: bytes, name: str, target: str | None) -> Table:
    header, rows = _cells(content, name)
    place = _target_place(header, target)
    notes: list[str] = [] if target else [f"the last column, {header[place]!r}, was taken as target"]
    columns = [column for index, column in enumerate(zip(*rows, strict=True)) if index != place]
    names = [column for index, column in enumerate(header) if index != place]
    parts = [_feature(column, title, notes) for column, title in zip(columns, names, strict=True)]
    x = np.column_stack(parts) if parts else np.empty((len(rows), 0))
    return Table(name, x, _target([row[place] for row in rows]), tuple(notes))


def _cells(content: bytes, name: str) -> tuple[list[str], list[list[str]]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataRefused("unreadable", f"{name} is not UTF-8 text (byte {error.start})") from None
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    try:
        lines = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) if row]
    except csv.Error as error:
        raise DataRefused("unreadable", f"{name} is no CSV file: {error}") from None
    if len(lines) < 2:
        raise DataRefused("too_few_rows", f"{name} holds no row below its header")
    header, rows = [cell.strip() for cell in lines[0]], lines[1:]
    ragged = next((number for number, row in enumerate(rows, 2) if len(row) != len(header)), None)
    if ragged is not None:
        raise DataRefused("unreadable", f"{name}: row {ragged} has another number of cells than the header")
    return header, [[cell.strip() for cell in row] for row in rows]


def _target_place(header: list[str], target: str | None) -> int:
    if target is None:
        return len(header) - 1
    if target not in header:
        near = nearest_name(target, header)
        hint = f"did you mean {near!r}? " if near else ""
        raise DataRefused("unreadable", f"no column {target[:60]!r}: {hint}columns: {', '.join(header)[:300]}")
    return header.index(target)


def _numbers(cells: tuple[str, ...] | list[str]) -> NDArray[np.float64] | None:
    """The cells as numbers with NaN where missing; None when a cell is a word."""
    try:
        return np.array([np.nan if cell.lower() in _MISSING else float(cell) for cell in cells])
    except ValueError:
        return None


def _feature(cells: tuple[str, ...], title: str, notes: list[str]) -> NDArray[np.float64]:
    """One column of numbers [rows, 1], or one per word [rows, words]."""
    numbers = _numbers(cells)
    if numbers is not None:
        return numbers[:, None]
    words = np.array(cells)
    levels = np.unique(words)
    if len(levels) > MOST_LEVELS:
        message = f"column {title!r} holds {len(levels)} different words; at most {MOST_LEVELS} can be encoded"
        raise DataRefused("not_numeric", f"{message}: leave it out or turn it into numbers")
    notes.append(f"column {title!r} became {len(levels)} columns, one per word")
    encoded: NDArray[np.float64] = (words[:, None] == levels).astype(np.float64)
    return encoded


def _target(cells: list[str]) -> NDArray[Any]:
    missing = sum(cell.lower() in _MISSING for cell in cells)
    if missing:
        raise DataRefused("target_missing", f"{missing} rows have no target: remove them")
    numbers = _numbers(cells)
    return np.array(cells) if numbers is None else numbers

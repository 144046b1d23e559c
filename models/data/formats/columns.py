"""Named columns of numbers or words, and which part each plays: feature, target, group, time."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actwise.contract.names import nearest_name
from models.data.table import DataRefused, Table

MOST_LEVELS = 1_000
"""Different words in a column of features; more are names or free text, from which no small network learns."""
MOST_COLUMNS = 2_000
MOST_CELLS = 10_000_000
MISSING = frozenset({"", "na", "nan", "n/a", "null", "none", "?"})
_MIXED_LEVELS = 20
_ISO_DATE = re.compile(r"\d{4}-\d{2}(-\d{2}([T ]\d{2}:\d{2}.*)?)?")

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Parts:
    """Which column is what. `target`: the last one unless named. `ignored` columns are as if they were not there."""

    target: str | None = None
    group: str | None = None
    time: str | None = None
    ignored: tuple[str, ...] = ()


NO_PARTS = Parts()
"""Nothing said: the last column is the target."""


@dataclass(frozen=True, eq=False)
class Column:
    """Numbers, or codes into `levels` (words, sorted); NaN where missing. [rows] float64.

    `stray` is, in a column of words that are numbers for the most part, one that is not.
    """

    name: str
    values: Numbers
    levels: tuple[str, ...] | None = None
    stray: str | None = None


def number(cell: str) -> float:
    """The number in a cell, NaN where it is missing; ValueError for a word ("1_000" is one: nobody means 1000)."""
    if "_" in cell:
        raise ValueError(cell)
    return np.nan if cell.strip().lower() in MISSING else float(cell)


class Words:
    """Gathers the words of one column as codes, piece by piece."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}
        self._pieces: list[NDArray[np.int32]] = []

    def add(self, cells: Iterable[str | None]) -> None:
        codes = self._codes
        found = (
            -1 if cell is None or cell.strip().lower() in MISSING else codes.setdefault(cell.strip(), len(codes))
            for cell in cells
        )
        self._pieces.append(np.fromiter(found, np.int32))

    def column(self, name: str) -> Column:
        """The column, its levels in order; `stray` when most words are numbers."""
        words = np.array(list(self._codes), dtype=str)
        order = np.argsort(words)
        rank = np.append(np.argsort(order).astype(np.float64), np.nan)
        levels = tuple(words[order].tolist())
        return Column(name, rank[np.concatenate(self._pieces)], levels, _stray(levels))


def _stray(levels: Sequence[str]) -> str | None:
    wrong = [word for word in levels if not _is_number(word)]
    mostly_numbers = len(levels) > _MIXED_LEVELS and 2 * len(wrong) < len(levels)
    return wrong[0] if wrong and mostly_numbers else None


def _is_number(word: str) -> bool:
    try:
        number(word)
    except ValueError:
        return False
    return True


def column_names(cells: Sequence[str], name: str) -> list[str]:
    """The names in a header. An empty one is called by its place. Raises DataRefused for too many, or one twice."""
    if len(cells) > MOST_COLUMNS:
        raise DataRefused("too_large", f"{name} has {len(cells)} columns; at most {MOST_COLUMNS} are read")
    names = [cell.strip() or f"column {place}" for place, cell in enumerate(cells, 1)]
    twice = sorted({one for one in names if names.count(one) > 1})
    if twice:
        shown = ", ".join(repr(one[:60]) for one in twice[:10])
        raise DataRefused("duplicate_columns", f"{name} has several columns called {shown}: give each its own name")
    return names


def check_cells(rows: int, columns: int, name: str) -> None:
    """Raise DataRefused when a table would have more than MOST_CELLS cells."""
    if rows * columns > MOST_CELLS:
        message = f"{name} has more than {MOST_CELLS:,} cells ({columns} columns): send a random part of its rows"
        raise DataRefused("too_large", message)


def named_parts(names: Sequence[str], parts: Parts) -> Parts:
    """The parts with the target named. Raises DataRefused for a column that is not there, or with two parts."""
    wanted = [one for one in (parts.target, parts.group, parts.time, *parts.ignored) if one is not None]
    for one in wanted:
        _refuse_unknown(one, names)
        if wanted.count(one) > 1:
            raise DataRefused("unknown_column", f"column {one[:60]!r} is named for two different parts")
    free = [one for one in names if one not in wanted]
    target = parts.target or (free[-1] if free else None)
    if target is None:
        raise DataRefused("no_features", "no column is left to predict")
    return replace(parts, target=target)


def _refuse_unknown(column: str, names: Collection[str]) -> None:
    if column not in names:
        near = nearest_name(column, names)
        hint = f"did you mean {near!r}? " if near else ""
        message = f"no column {column[:60]!r}: {hint}columns: {', '.join(names)[:300]}"
        raise DataRefused("unknown_column", message)


def assemble(columns: Sequence[Column], name: str, parts: Parts) -> Table:
    """The table in which every column plays its part; ignored ones are not among them any more. Raises DataRefused."""
    found = {column.name: column for column in columns}
    known = named_parts(list(found), replace(parts, ignored=()))
    aside = {known.target, known.group, known.time}
    features = [column for column in columns if column.name not in aside]
    if not features:
        raise DataRefused("no_features", f"{name} has no column beside its target to learn from")
    _refuse_text(features)
    target = found[str(known.target)]
    return Table(
        name=name,
        x=np.column_stack([column.values for column in features]),
        y=_target(target),
        notes=() if parts.target else (f"the last column, {target.name!r}, was taken as target",),
        levels=tuple(column.levels for column in features) if any(column.levels for column in features) else (),
        groups=found[known.group].values if known.group else None,
        times=_times(found[known.time]) if known.time else None,
    )


def _refuse_text(features: Sequence[Column]) -> None:
    wrong = [_text_fault(column) for column in features if column.stray or len(column.levels or ()) > MOST_LEVELS]
    if wrong:
        raise DataRefused("not_numeric", "; ".join(wrong[:10]) + ": mend them, or name them in `ignore`")


def _text_fault(column: Column) -> str:
    if column.stray is not None:
        return f"column {column.name!r} holds numbers and also words, such as {column.stray[:40]!r}"
    return (
        f"column {column.name!r} holds {len(column.levels or ())} different words; at most {MOST_LEVELS} can be encoded"
    )


def _target(column: Column) -> NDArray[Any]:
    missing = int(np.isnan(column.values).sum())
    if missing:
        raise DataRefused("target_missing", f"{missing} rows have no target in {column.name!r}: remove them")
    if column.levels is None:
        return column.values
    return np.array(column.levels)[column.values.astype(np.int64)]


def _times(column: Column) -> Numbers:
    """Numbers that order the rows: the column itself, or the rank of its ISO 8601 dates."""
    if np.isnan(column.values).any():
        raise DataRefused("cannot_split", f"some rows have no time in {column.name!r}")
    wrong = next((word for word in column.levels or () if not _ISO_DATE.fullmatch(word)), None)
    if wrong is not None:
        message = f"times are numbers or ISO 8601 dates such as 2026-01-31, but {column.name!r} holds {wrong[:40]!r}"
        raise DataRefused("cannot_split", message)
    return column.values

"""What is in the bytes of a data set, or why no probe can be run on them. A pure function of the bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actwise.contract.dataset import DatasetArray, DatasetColumn, DatasetFacts
from models.data.files import format_of
from models.data.formats import csv_text, npz, parquet
from models.data.formats.columns import MOST_LEVELS, Column
from models.data.prepared import MINIMUM_ROWS
from models.data.table import DataRefused

_LARGEST = 1e30
_NAMED = 10


def inspect(content: bytes, name: str) -> DatasetFacts:
    """The facts of a data set; `name` is what messages call it. Raises DataRefused."""
    kind = format_of(content)
    if kind == "npz":
        return _arrays(npz.read_arrays(content, name), name)
    read = parquet.read_columns if kind == "parquet" else csv_text.read_columns
    columns = read(content, name)
    rows = len(columns[0].values)
    _refuse_few(rows, name)
    if len(columns) < 2:
        message = f"{name} has one column: a target and at least one column to learn from are needed"
        raise DataRefused("no_features", message)
    facts = tuple(map(_column, columns))
    if all(_is_constant(column) for column in columns):
        raise DataRefused("no_features", f"every column of {name} is constant or empty")
    return DatasetFacts(format=kind, rows=rows, columns=facts, notes=_notes(columns, facts))


def _refuse_few(rows: int, name: str) -> None:
    if rows < MINIMUM_ROWS:
        raise DataRefused("too_few_rows", f"{name} has {rows} rows; a probe needs at least {MINIMUM_ROWS}")


def _column(column: Column) -> DatasetColumn:
    missing = int(np.isnan(column.values).sum())
    if column.levels is not None:
        return DatasetColumn(name=column.name, kind="words", missing=missing, different=len(column.levels))
    finite = column.values[np.isfinite(column.values)]
    ends = (float(finite.min()), float(finite.max())) if len(finite) else (None, None)
    infinite = int(np.isinf(column.values).sum())
    return DatasetColumn(
        name=column.name, kind="numbers", missing=missing, infinite=infinite, low=ends[0], high=ends[1]
    )


def _is_constant(column: Column) -> bool:
    known = column.values[~np.isnan(column.values)]
    return len(known) == 0 or bool(known.min() == known.max())


def _notes(columns: Sequence[Column], facts: Sequence[DatasetColumn]) -> tuple[str, ...]:
    pairs = list(zip(columns, facts, strict=True))
    found = {
        "constant or empty": [one.name for one in columns if _is_constant(one)],
        "numbers with stray words, to mend or to `ignore`": [one.name for one in columns if one.stray],
        f"more than {MOST_LEVELS} different words, to `ignore` unless they name groups or times": [
            one.name for one, fact in pairs if one.stray is None and (fact.different or 0) > MOST_LEVELS
        ],
        f"infinite values or values beyond {_LARGEST:g}, which count as missing": [
            fact.name for fact in facts if fact.infinite or max(abs(fact.low or 0), abs(fact.high or 0)) > _LARGEST
        ],
    }
    return tuple(f"{what}: {_shown(names)}" for what, names in found.items() if names)


def _shown(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(repr(name[:60]) for name in names[:_NAMED]) + more


def _arrays(arrays: Mapping[str, NDArray[Any]], name: str) -> DatasetFacts:
    main = next((arrays[one] for one in ("x", "X", "features") if one in arrays), None)
    if main is None or main.ndim < 2:
        found = ", ".join(f"{one} {array.shape}" for one, array in sorted(arrays.items())) or "nothing"
        message = f"{name} must hold an array x [rows, ...], or features [nodes, numbers] with edges; it holds {found}"
        raise DataRefused("unreadable", message[:600])
    if len(arrays) < 2:
        raise DataRefused("unreadable", f"{name} holds one array: the targets, y, are missing")
    _refuse_few(len(main), name)
    if main.dtype.kind not in "biuf":
        raise DataRefused("not_numeric", f"{name} holds values of type {main.dtype}, which are no numbers")
    return DatasetFacts(format="npz", rows=len(main), arrays=tuple(_array(*item) for item in arrays.items()))


def _array(name: str, array: NDArray[Any]) -> DatasetArray:
    real = array.dtype.kind == "f"
    return DatasetArray(
        name=name,
        type=str(array.dtype),
        shape=array.shape,
        missing=int(np.isnan(array).sum()) if real else 0,
        infinite=int(np.isinf(array).sum()) if real else 0,
    )

"""Parquet: flat columns of numbers, truth values, dates and words. Batches are read one by one and counted.

Read by arro3, the Python side of the Rust implementation of Arrow: a third of pyarrow's size and without its C++.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

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
)
from models.data.table import DataRefused, Table

MAGIC = b"PAR1"
_BATCH = 1_024
_SMALLEST = 12


def read_parquet(content: bytes, name: str, parts: Parts) -> Table:
    """The table in a Parquet file. Raises DataRefused."""
    return assemble(read_columns(content, name, parts), name, parts)


def read_columns(content: bytes, name: str, parts: Parts = NO_PARTS) -> list[Column]:
    """Every column of a Parquet file, but those ignored. Raises DataRefused, also for nested columns."""
    _check_frame(content, name)
    batches = _batches(content, name)
    schema = next(batches)
    names = column_names(list(schema.names), name)
    named_parts(names, parts)
    kinds = {one: _kind(schema.field(place).type) for place, one in enumerate(names) if one not in parts.ignored}
    _refuse_kinds(kinds, schema, name)
    gathered: dict[str, Any] = {one: Words() if kind == "words" else [] for one, kind in kinds.items()}
    rows = 0
    for batch in batches:
        rows += batch.num_rows
        check_cells(rows, len(names), name)
        for place, one in enumerate(names):
            if one in kinds:
                _gather(gathered[one], batch.column(place), kinds[one])
    if rows == 0:
        raise DataRefused("too_few_rows", f"{name} holds no row")
    return [_column(one, pieces) for one, pieces in gathered.items()]


def _check_frame(content: bytes, name: str) -> None:
    """The library aborts with a message of its own on what is no Parquet file at all."""
    footer = int.from_bytes(content[-8:-4], "little")
    whole = content[:4] == MAGIC == content[-4:] and len(content) >= _SMALLEST and footer <= len(content) - _SMALLEST
    if not whole:
        raise DataRefused("unreadable", f"{name} is no whole Parquet file: it was cut off or is something else")


def _batches(content: bytes, name: str) -> Iterator[Any]:
    """The schema, and then every batch."""
    from arro3.io import read_parquet as read

    try:
        reader = read(io.BytesIO(content), batch_size=_BATCH)
        yield reader.schema
        yield from reader
    except (MemoryError, KeyboardInterrupt, SystemExit, GeneratorExit, DataRefused):
        raise
    except BaseException as error:  # a panic of the library is no Exception
        raise DataRefused("unreadable", f"{name} is a broken Parquet file: {str(error)[:160]}") from None


def _kind(arrow: Any) -> str | None:
    """numbers, moments, days or words; None for what is neither."""
    kinds = type(arrow)
    if kinds.is_dictionary(arrow):
        return "words" if "Utf8" in str(arrow) else None
    if kinds.is_numeric(arrow) or kinds.is_boolean(arrow) or kinds.is_decimal(arrow) or kinds.is_null(arrow):
        return "numbers"
    if kinds.is_timestamp(arrow):
        return "numbers"
    if kinds.is_date(arrow):
        return "days"
    text = kinds.is_string(arrow) or kinds.is_large_string(arrow) or kinds.is_string_view(arrow)
    return "words" if text else None


def _refuse_kinds(kinds: dict[str, str | None], schema: Any, name: str) -> None:
    wrong = [one for one, kind in kinds.items() if kind is None]
    if wrong:
        shown = ", ".join(f"{one[:60]!r} ({_told(schema.field(one).type)})" for one in wrong[:10])
        message = f"{name} has columns that are neither numbers nor words: {shown}: leave them out or `ignore` them"
        raise DataRefused("not_numeric", message)


def _told(arrow: Any) -> str:
    return str(arrow).strip().removeprefix("arro3.core.DataType<").removesuffix(">")[:60]


def _gather(pieces: Any, array: Any, kind: str | None) -> None:
    from arro3.core import DataType

    if kind == "words":
        pieces.add(array.cast(DataType.utf8()).to_pylist())
        return
    plain = array.cast(DataType.int64()) if kind == "days" else array
    numbers = plain.cast(DataType.float64())
    pieces.append(numbers.to_numpy() if numbers.null_count == 0 else np.array(numbers.to_pylist(), np.float64))


def _column(name: str, pieces: Any) -> Column:
    if isinstance(pieces, Words):
        return pieces.column(name)
    values: Numbers = np.concatenate(pieces)
    return Column(name, values)

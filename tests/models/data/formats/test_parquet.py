"""Parquet: flat columns are read whatever their type; nested, cut off and enormous ones are refused."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from arro3.core import Array, DataType, Table, list_array
from arro3.io import write_parquet

from models.data.formats import columns
from models.data.formats.columns import Parts
from models.data.formats.parquet import read_columns, read_parquet
from models.data.table import DataRefused

NUMBERS = Array.from_numpy(np.arange(30.0))
WORDS = Array(["a", None, "b"] * 10, DataType.utf8())


def parquet(**arrays: Any) -> bytes:
    buffer = io.BytesIO()
    write_parquet(Table.from_pydict(arrays), buffer)
    return buffer.getvalue()


def refusal(content: bytes, parts: Parts | None = None) -> DataRefused:
    with pytest.raises(DataRefused) as refused:
        read_parquet(content, "data.parquet", parts or Parts())
    return refused.value


def test_numbers_words_and_missing_values_come_out_as_in_a_csv_file() -> None:
    whole = Array([1, None, 3] * 10, DataType.int64())
    table = read_parquet(parquet(whole=whole, word=WORDS, y=NUMBERS), "data.parquet", Parts())
    np.testing.assert_array_equal(table.x[:3], [[1, 0], [np.nan, np.nan], [3, 1]])
    assert table.levels == (None, ("a", "b"))
    assert table.y.tolist() == list(range(30))


@pytest.mark.parametrize(
    "kind",
    [DataType.bool(), DataType.int8(), DataType.uint64(), DataType.float32(), DataType.timestamp("ms")],
    ids=str,
)
def test_every_kind_of_number_is_a_number(kind: DataType) -> None:
    values = Array([0, 1] * 15, DataType.int64()).cast(kind)
    found = read_columns(parquet(a=values, y=NUMBERS), "data.parquet")[0]
    assert found.values[:2].tolist() == [0.0, 1.0]


def test_days_and_dictionaries_are_read_too() -> None:
    days = Array(list(range(30)), DataType.int32()).cast(DataType.date32())
    coded = WORDS.cast(DataType.dictionary(DataType.int32(), DataType.utf8()))
    found = read_columns(parquet(days=days, coded=coded), "data.parquet")
    assert found[0].values.tolist() == list(range(30))
    assert found[1].levels == ("a", "b")


def test_nested_and_binary_columns_are_refused_by_name_unless_ignored() -> None:
    nested = list_array(Array.from_numpy(np.arange(31, dtype=np.int32)), NUMBERS)
    raw = Array([b"x"] * 30, DataType.binary())
    content = parquet(inner=nested, raw=raw, x=NUMBERS, y=WORDS)
    found = refusal(content)
    assert found.code == "not_numeric"
    assert "'inner'" in found.message
    assert "'raw'" in found.message
    assert len(read_columns(content, "data.parquet", Parts(ignored=("inner", "raw")))) == 2


WHOLE = parquet(a=NUMBERS, y=NUMBERS)


@pytest.mark.parametrize(
    "content",
    [
        b"PAR1",
        b"PAR1" + b"\0" * 20,
        WHOLE[:-1],
        WHOLE[: len(WHOLE) // 2],
        b"PAR1" + b"\0" * 50 + b"\xff\xff\xff\x7fPAR1",
        b"PAR1" + b"\x15" * 60 + b"\x20\0\0\0PAR1",
        WHOLE[:200] + WHOLE[260:],
    ],
)
def test_what_is_cut_off_or_no_parquet_file_is_refused(content: bytes) -> None:
    assert refusal(content).code == "unreadable"


def test_a_file_without_rows_and_one_with_two_equal_names_are_refused() -> None:
    assert refusal(parquet(a=NUMBERS.slice(0, 0), y=NUMBERS.slice(0, 0))).code == "too_few_rows"
    assert refusal(parquet(**{"a": NUMBERS, " a": NUMBERS})).code == "duplicate_columns"


def test_rows_are_counted_while_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "MOST_CELLS", 40)
    assert refusal(WHOLE).code == "too_large"


def test_an_unknown_target_is_answered_with_the_nearest() -> None:
    assert "'price'" in refusal(parquet(size=NUMBERS, price=NUMBERS), Parts("prise")).message

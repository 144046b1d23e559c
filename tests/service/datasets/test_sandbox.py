"""The sandbox: whatever a file does, only its own process ends."""

from __future__ import annotations

import io

import numpy as np
import pytest
from arro3.core import Array, DataType, Table
from arro3.io import write_parquet

from models.data.table import DataRefused
from service.datasets import sandbox
from service.datasets.inspection import inspect
from service.datasets.sandbox import inspect_safely

TABLE = ("x,y\n" + "".join(f"{i},{i % 2}\n" for i in range(30))).encode()


def test_facts_and_refusals_come_through_unchanged() -> None:
    assert inspect_safely(TABLE, "t.csv") == inspect(TABLE, "t.csv")
    with pytest.raises(DataRefused, match=r"naïve\.csv has 1 rows") as refused:
        inspect_safely(b"x,y\n1,2\n", "naïve.csv")
    assert refused.value.code == "too_few_rows"


def test_a_process_that_dies_is_data_that_are_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_COMMAND", ("-c", "import os; os.abort()"))
    with pytest.raises(DataRefused) as refused:
        inspect_safely(TABLE, "t.csv")
    assert refused.value.code == "too_large"


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    greedy = "from service.datasets.sandbox import _limit; _limit(); bytearray(4 * 10**9)"
    monkeypatch.setattr(sandbox, "_COMMAND", ("-c", greedy))
    with pytest.raises(DataRefused) as refused:
        inspect_safely(TABLE, "t.csv")
    assert refused.value.code == "too_large"


def test_a_process_that_goes_on_for_ever_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_COMMAND", ("-c", "import time; time.sleep(60)"))
    monkeypatch.setattr(sandbox, "SECONDS", 0.2)
    with pytest.raises(DataRefused) as refused:
        inspect_safely(TABLE, "t.csv")
    assert refused.value.code == "too_large"


@pytest.mark.slow
def test_a_small_parquet_file_that_would_unpack_to_gigabytes_is_refused() -> None:
    coded = DataType.dictionary(DataType.int32(), DataType.utf8())
    words = Array(["x" * 4_000_000], DataType.utf8()).cast(coded).take(Array.from_numpy(np.zeros(5_000, np.int64)))
    file = io.BytesIO()
    write_parquet(Table.from_pydict({"a": words, "y": Array.from_numpy(np.arange(5e3))}), file, compression="zstd(3)")
    assert len(file.getvalue()) < 100_000
    with pytest.raises(DataRefused) as refused:
        inspect_safely(file.getvalue(), "bomb.parquet")
    assert refused.value.code == "too_large"

"""Files: what cannot be read is refused with the reason, and what can comes out as numbers."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest

from models.data.files import read_table
from models.data.formats.columns import MOST_LEVELS
from models.data.table import DataRefused


def refusal(content: bytes, name: str = "data.csv", target: str | None = None) -> DataRefused:
    with pytest.raises(DataRefused) as refused:
        read_table(content, name, target)
    return refused.value


def npz(**arrays: Any) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


@pytest.mark.parametrize("content", [b"", b"a,b\n", b"\n"])
def test_a_csv_without_rows_is_refused(content: bytes) -> None:
    assert refusal(content).code == "too_few_rows"


def test_bytes_that_are_no_text_are_refused() -> None:
    assert refusal(b"a,b\n\xff\xfe,1\n").code == "unreadable"


def test_a_row_of_another_length_is_named() -> None:
    assert "row 3" in refusal(b"a,b\n1,2\n1,2,3\n").message


def test_an_unknown_target_column_is_answered_with_the_nearest() -> None:
    assert "'price'" in refusal(b"size,price\n1,2\n", target="prise").message


def test_a_missing_target_is_refused() -> None:
    assert refusal(b"a,b\n1,2\n1,NA\n").code == "target_missing"


def test_a_column_of_too_many_words_is_refused() -> None:
    rows = "".join(f"w{i},1\n" for i in range(MOST_LEVELS + 1))
    assert refusal(f"a,b\n{rows}".encode()).code == "not_numeric"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_last_column_is_the_target_unless_another_is_named(separator: str) -> None:
    content = "\ufeffa,b,c\r\n1,2,3\r\n4,,6\r\n".replace(",", separator).encode()
    table = read_table(content, "data.csv")
    np.testing.assert_array_equal(table.x, [[1, 2], [4, np.nan]])
    np.testing.assert_array_equal(table.y, [3, 6])
    assert "'c'" in table.notes[0]
    np.testing.assert_array_equal(read_table(content, "data.csv", "a").y, [1, 4])


def test_a_column_of_words_becomes_one_column_per_word() -> None:
    table = read_table(b"colour,y\nred,yes\nblue,no\nred,yes\n", "data.csv")
    np.testing.assert_array_equal(table.x, [[0, 1], [1, 0], [0, 1]])
    assert table.y.tolist() == ["yes", "no", "yes"]


def test_objects_in_an_npz_file_are_never_loaded() -> None:
    assert refusal(npz(x=np.ones((2, 1)), y=np.array([object()], dtype=object)), "data.npz").code == "unreadable"


def test_an_npz_file_without_the_arrays_is_refused_with_what_it_holds() -> None:
    assert "inputs" in refusal(npz(inputs=np.ones((2, 1))), "data.npz").message


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", npz(x=np.ones(3))[:40]])
def test_a_broken_npz_file_is_refused(content: bytes) -> None:
    assert refusal(content, "data.npz").code == "unreadable"


def test_images_in_an_npz_file_become_rows_of_features() -> None:
    table = read_table(npz(X=np.zeros((5, 4, 4)), label=np.arange(5)), "data.npz", "label")
    assert table.x.shape == (5, 16)
    assert table.y.tolist() == [0, 1, 2, 3, 4]

"""CSV: what cannot be read is refused with the reason, and what can comes out as numbers and codes."""

from __future__ import annotations

import numpy as np
import pytest

from models.data.formats import columns, csv_text
from models.data.formats.columns import MOST_LEVELS, Parts
from models.data.formats.csv_text import read_csv
from models.data.table import DataRefused


def refusal(content: bytes, parts: Parts | None = None) -> DataRefused:
    with pytest.raises(DataRefused) as refused:
        read_csv(content, "data.csv", parts or Parts())
    return refused.value


def csv(*lines: str) -> bytes:
    return ("\n".join(lines) + "\n").encode()


@pytest.mark.parametrize("content", [b"", b"a,b\n", b"\n", b"\n\n", b"a,b\n\n\n"])
def test_a_csv_without_rows_is_refused(content: bytes) -> None:
    assert refusal(content).code == "too_few_rows"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_text_of_two_or_four_bytes_per_letter_is_refused_by_its_name(encoding: str) -> None:
    found = refusal("name,y\nJosé,1\n".encode(encoding))
    assert found.code == "wrong_encoding"
    assert "UTF-16" in found.message


def test_latin_1_is_refused_with_the_line_where_it_shows() -> None:
    found = refusal("a,b\n1,2\nJosé,3\n".encode("latin-1"))
    assert found.code == "wrong_encoding"
    assert "line 3" in found.message


def test_a_row_of_another_length_is_named() -> None:
    assert "row 3" in refusal(b"a,b\n1,2\n1,2,3\n").message


def test_a_cell_without_end_and_a_zero_byte_are_refused() -> None:
    assert refusal(b'a,b\n1,"' + b"x" * 200_000 + b"\n").code == "unreadable"
    assert refusal(b"a,b\n" + b"1,2\n" * 300 + b"1,\x002\n").code == "wrong_encoding"


def test_columns_of_one_name_are_refused_and_named() -> None:
    found = refusal(b"a,b, a ,c,b\n1,2,3,4,5\n")
    assert (found.code, "'a', 'b'" in found.message) == ("duplicate_columns", True)


def test_a_file_without_a_header_is_refused() -> None:
    assert "header" in refusal(b"1,2\n3,4\n").message


def test_columns_without_a_name_are_called_by_their_place() -> None:
    table = read_csv(b",x,\n0,1,2\n1,3,4\n", "data.csv", Parts(target="column 3"))
    assert table.y.tolist() == [2, 4]


def test_an_unknown_target_column_is_answered_with_the_nearest() -> None:
    assert "'price'" in refusal(b"size,price\n1,2\n", Parts(target="prise")).message


@pytest.mark.parametrize(
    "parts", [Parts(target="a", group="a"), Parts(group="a", time="a"), Parts("a", ignored=("a",))]
)
def test_a_column_plays_one_part(parts: Parts) -> None:
    assert refusal(b"a,b\n1,2\n", parts).code == "unknown_column"


@pytest.mark.parametrize("parts", [Parts(ignored=("a",)), Parts(group="a"), Parts(ignored=("a", "b"))])
def test_a_table_needs_a_target_and_something_to_learn_from(parts: Parts) -> None:
    assert refusal(b"a,b\n1,2\n", parts).code == "no_features"


def test_a_missing_target_is_refused() -> None:
    assert refusal(b"a,b\n1,2\n1,NA\n").code == "target_missing"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_last_column_is_the_target_unless_another_is_named(separator: str) -> None:
    content = "\ufeffa,b,c\r\n1,2,3\r\n4,,6\r\n".replace(",", separator).encode()
    table = read_csv(content, "data.csv", Parts())
    np.testing.assert_array_equal(table.x, [[1, 2], [4, np.nan]])
    np.testing.assert_array_equal(table.y, [3, 6])
    assert "'c'" in table.notes[0]
    np.testing.assert_array_equal(read_csv(content, "data.csv", Parts("a")).y, [1, 4])


def test_a_column_of_words_becomes_codes_into_its_words() -> None:
    table = read_csv(b"colour,n,y\nred,1,yes\nblue,2,no\n,3,yes\n", "data.csv", Parts())
    np.testing.assert_array_equal(table.x, [[1, 1], [0, 2], [np.nan, 3]])
    assert table.levels == (("blue", "red"), None)
    assert table.y.tolist() == ["yes", "no", "yes"]


def test_a_word_far_down_makes_words_of_the_whole_column() -> None:
    lines = [f"{i % 3},{i}" for i in range(csv_text._PIECE + 5)]
    table = read_csv(csv("a,y", *lines, "x,1"), "data.csv", Parts())
    assert table.levels == (("0", "1", "2", "x"),)


def test_a_number_with_an_underscore_is_a_word() -> None:
    table = read_csv(b"a,y\n1_000,1\n1000,2\n", "data.csv", Parts())
    assert table.levels == (("1000", "1_000"),)


def test_words_among_numbers_are_refused_with_an_example() -> None:
    found = refusal(csv("age,y", *(f"{i},{i}" for i in range(40)), "unknown?,1"))
    assert found.code == "not_numeric"
    assert "'unknown?'" in found.message
    kept = read_csv(csv("age,b,y", *(f"{i},1,{i}" for i in range(40)), "oops,1,1"), "d.csv", Parts(ignored=("age",)))
    assert kept.x.shape == (41, 1)


def test_a_column_of_too_many_words_is_refused_unless_it_names_groups() -> None:
    content = csv("name,x,y", *(f"w{i},{i},1" for i in range(MOST_LEVELS + 1)))
    assert refusal(content).code == "not_numeric"
    table = read_csv(content, "data.csv", Parts(group="name"))
    assert table.groups is not None
    assert len(np.unique(table.groups)) == MOST_LEVELS + 1


def test_times_are_numbers_or_dates_and_nothing_else() -> None:
    assert refusal(b"t,x,y\nMonday,1,2\n", Parts(time="t")).code == "cannot_split"
    assert refusal(b"t,x,y\n2026-01-01,1,2\n,1,2\n", Parts(time="t")).code == "cannot_split"
    assert read_csv(b"t,x,y\n2026-01-01 10:00,1,2\n", "d.csv", Parts(time="t")).times is not None


def test_too_many_cells_and_columns_are_refused_while_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "MOST_CELLS", 5)
    assert refusal(b"a,b\n" + b"1,2\n" * 3).code == "too_large"
    monkeypatch.setattr(columns, "MOST_COLUMNS", 1)
    assert "2 columns" in refusal(b"a,b\n1,2\n").message

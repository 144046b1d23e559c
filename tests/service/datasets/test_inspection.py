"""Bad input: every kind has its code, and data that can be used are described as they are."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest

from models.data.table import DataRefused
from service.datasets.inspection import inspect


def npz(**arrays: Any) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def csv(*rows: str, header: str = "x,y") -> bytes:
    return "\n".join([header, *rows]).encode()


MANY = [f"{i},{i % 2}" for i in range(30)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "too_few_rows"),
        (csv(), "too_few_rows"),
        (csv("1,2"), "too_few_rows"),
        (csv(*MANY[:19]), "too_few_rows"),
        (csv(*["1,2"] * 30), "no_features"),
        (csv(*["1"] * 30, header="x"), "no_features"),
        (csv(*MANY, "1,2,3"), "unreadable"),
        (csv(*MANY, header="x,x"), "duplicate_columns"),
        (csv(*MANY).decode().encode("utf-16"), "wrong_encoding"),
        ("x,y\nJosé,1\n".encode("latin-1"), "wrong_encoding"),
        (b"PK\x03\x04" + b"\0" * 100, "unreadable"),
        (b"PAR1" + b"\0" * 100 + b"PAR1", "unreadable"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "wrong_encoding"),
        (npz(x=np.ones((30, 2))), "unreadable"),
        (npz(x=np.ones(30), y=np.ones(30)), "unreadable"),
        (npz(x=np.ones((5, 2)), y=np.ones(5)), "too_few_rows"),
        (npz(x=np.full((30, 2), "a"), y=np.ones(30)), "not_numeric"),
        (npz(x=np.array([[1, object()]] * 30), y=np.ones(30)), "unreadable"),
    ],
)
def test_what_no_probe_could_use_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(DataRefused) as refused:
        inspect(content, "data")
    assert (refused.value.code, bool(refused.value.message)) == (code, True)


def test_what_a_probe_may_stumble_over_is_told() -> None:
    rows = [f"{i},{i},{i % 2},inf,w{i},1e40,7" for i in range(40)]
    rows[3] = "3,x,1,1,w3,NA,7"
    facts = inspect(csv(*rows, header="a,age,y,far,word,big,same"), "data.csv")
    assert facts.notes == (
        "constant or empty: 'big', 'same'",
        "numbers with stray words, to mend or to `ignore`: 'age'",
        "infinite values or values beyond 1e+30, which count as missing: 'far', 'big'",
    )
    far = facts.columns[3]
    assert (far.infinite, far.low, far.high, far.missing) == (39, 1.0, 1.0, 0)
    assert facts.columns[5].missing == 1


def test_a_column_without_any_number_has_no_range() -> None:
    facts = inspect(csv(*(f",{i}" for i in range(30))), "data.csv")
    assert (facts.columns[0].low, facts.columns[0].missing) == (None, 30)


def test_arrays_are_told_with_their_shapes_and_gaps() -> None:
    x = np.ones((30, 4, 2), np.float32)
    x[0, 0] = [np.nan, np.inf]
    facts = inspect(npz(x=x, y=np.arange(30)), "data.npz")
    assert (facts.format, facts.rows) == ("npz", 30)
    first = facts.arrays[0]
    assert (first.name, first.type, first.shape, first.missing, first.infinite) == ("x", "float32", (30, 4, 2), 1, 1)

"""Arguments of printed calls."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.doctor.reading.arguments import read_arguments, value


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("3", 3),
        ("-0.5", -0.5),
        ("1e-05", 1e-05),
        ("True", True),
        ("'tanh'", "tanh"),
        ("(3, 3)", "(3, 3)"),
        ("None", None),
        ("", None),
        ("inf", "inf"),
        ("nan", "nan"),
        ("1e999", "1e999"),
        ("9" * 400, "9" * 200),
    ],
)
def test_a_value_is_a_finite_number_a_truth_value_or_a_text(text: str, found: object) -> None:
    assert value(text) == found


def test_commas_inside_brackets_do_not_split() -> None:
    found = read_arguments("3, 64, kernel_size=(3, 3), shape=[1, 2], bias=False")
    assert found.positional == ("3", "64")
    assert found.named == {"kernel_size": "(3, 3)", "shape": "[1, 2]", "bias": "False"}


@pytest.mark.parametrize(
    ("text", "size"), [("(64,)", 64), ("(8, 16)", 16), ("0", None), ("x", None), ("", None), ("9" * 30, None)]
)
def test_a_size_is_the_last_number_of_a_shape_and_none_where_it_cannot_be(text: str, size: int | None) -> None:
    assert read_arguments(text).size(0) == size


@given(st.text(max_size=200))
def test_any_text_has_arguments(text: str) -> None:
    found = read_arguments(text)
    found.size("in_features", 0)
    assert len(found.parameters()) <= 30

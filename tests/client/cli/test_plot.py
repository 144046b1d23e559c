"""Curves drawn with characters."""

from __future__ import annotations

import math

import pytest

from actwise.cli.plot import plot, side_by_side

XS = [x / 10 for x in range(-50, 51)]


@pytest.mark.parametrize("unicode", [True, False])
@pytest.mark.parametrize(
    "ys",
    [XS, [0.0 for _ in XS], [math.exp(x) for x in XS], [1.0 if x > 0 else 0.0 for x in XS], [-1e-9 for _ in XS]],
    ids=["line", "zero", "exp", "step", "tiny"],
)
def test_every_line_has_the_same_length_and_every_column_a_mark(unicode: bool, ys: list[float]) -> None:
    lines = plot("f(x)", XS, ys, columns=40, rows=8, unicode=unicode)
    assert {len(line) for line in lines} == {48}
    assert len(lines) == 10
    drawn = [
        [letter for letter in column if letter == "*" or "\u2800" < letter <= "\u28ff"]
        for column in zip(*lines, strict=True)
    ]
    assert all(column for column in drawn[8:])


def test_without_unicode_everything_is_ascii() -> None:
    assert "".join(plot("f(x)", XS, XS, unicode=False)).isascii()


def test_a_rising_line_goes_from_below_left_to_above_right() -> None:
    lines = plot("f(x)", XS, XS, columns=12, rows=6, unicode=False)[1:-1]
    marks = [line[8:].index("*") for line in lines]
    assert marks == sorted(marks, reverse=True)


def test_a_step_is_joined_by_an_upright_stroke() -> None:
    lines = plot("f(x)", XS, [1.0 if x > 0 else 0.0 for x in XS], columns=20, rows=6, unicode=False)[1:-1]
    assert max(sum(line[column] == "*" for line in lines) for column in range(8, 28)) >= len(lines) - 1


def test_the_labels_tell_the_ranges() -> None:
    lines = plot("f(x)", [-5.0, 5.0], [-0.17, 5.0], columns=20, rows=4)
    assert lines[1].startswith("      5 ")
    assert lines[-2].startswith("  -0.17 ")
    assert lines[-1].split() == ["-5", "5"]


def test_two_drawings_stand_side_by_side() -> None:
    one, other = (plot(title, XS, XS, columns=12, rows=2) for title in ("one", "other"))
    assert side_by_side(one, other)[0].split() == ["one", "other"]

"""Curves become paths: in place, short, interrupted where nothing is, and true to the curve."""

from __future__ import annotations

import re
from itertools import pairwise
from math import inf, nan

import pytest

from models.activations import catalogue, curve
from service.pages.sketch import Window, fitted, path, thinned, ticks

SQUARE = Window((0.0, 10.0), (0.0, 10.0), 100.0, 100.0)


def points(drawn: str) -> list[tuple[float, float]]:
    return [(float(across), float(down)) for across, down in re.findall(r"(-?[\d.]+) (-?[\d.]+)", drawn)]


@pytest.mark.parametrize(("x", "across"), [(0, 0), (5, 50), (10, 100)])
def test_x_runs_from_left_to_right(x: float, across: float) -> None:
    assert SQUARE.across(x) == across


@pytest.mark.parametrize(("y", "down"), [(0, 100), (10, 0), (2.5, 75)])
def test_y_runs_upwards(y: float, down: float) -> None:
    assert SQUARE.down(y) == down


@pytest.mark.parametrize(("y", "down"), [(1e9, -50), (-1e9, 150), (12, -20)])
def test_values_outside_stay_near_the_window(y: float, down: float) -> None:
    assert SQUARE.down(y) == down


def test_a_straight_line_is_two_points() -> None:
    x = [place / 10 for place in range(101)]
    assert path(SQUARE, x, x) == "M0 100L100 0"


def test_a_bend_is_kept() -> None:
    assert path(SQUARE, [0, 2, 4, 6, 8, 10], [0, 0, 0, 2, 4, 6]) == "M0 100L40 100L100 40"


@pytest.mark.parametrize("gap", [None, nan, inf, -inf])
def test_the_line_is_interrupted_where_there_is_no_value(gap: float | None) -> None:
    assert path(SQUARE, [0, 1, 2, 3, 4], [1, 1, gap, 2, 2]) == "M0 90L10 90M30 80L40 80"


def test_what_lies_outside_on_either_side_is_left_out() -> None:
    assert path(SQUARE, [-1, 0, 10, 11], [5, 5, 5, 5]) == "M0 50L100 50"


@pytest.mark.parametrize(("x", "y"), [([], []), ([1], [1]), ([1, 2], [None, 1])])
def test_less_than_two_points_draw_nothing(x: list[float], y: list[float | None]) -> None:
    assert path(SQUARE, x, y) == ""


def test_lists_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        path(SQUARE, [1, 2], [1])


def test_thinning_keeps_every_point_within_the_tolerance_of_the_line() -> None:
    given = [(place / 4, 50 + 40 * ((place * place) % 97) / 97) for place in range(200)]
    kept = thinned(given, 5.0)
    assert kept[0] == given[0]
    assert kept[-1] == given[-1]
    for one, other in pairwise(kept):
        between = given[given.index(one) : given.index(other)]
        steep = (other[1] - one[1]) / (other[0] - one[0])
        assert all(
            abs(one[1] + steep * (across - one[0]) - down) <= 5.0 * (1 + steep * steep) ** 0.5 + 1e-9
            for across, down in between
        )


def test_a_line_that_returns_to_its_start_keeps_its_far_point() -> None:
    assert thinned([(0.0, 0.0), (5.0, 5.0), (0.0, 0.0)]) == [(0.0, 0.0), (5.0, 5.0), (0.0, 0.0)]


@pytest.mark.parametrize("name", catalogue())
def test_every_curve_of_the_catalogue_is_drawn_with_few_points_and_none_far_from_the_curve(name: str) -> None:
    window = Window((-4.0, 4.0), (-1.6, 4.0), 96.0, 67.2)
    found = curve(catalogue()[name])
    drawn = points(path(window, found.x, found.value))
    assert 2 <= len(drawn) <= 70
    exact = {window.across(x): window.down(y) for x, y in zip(found.x, found.value, strict=True)}
    assert all(exact[across] == down for across, down in drawn)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (-5, 5, (-4, -2, 0, 2, 4)),
        (0, 1, (0, 0.2, 0.4, 0.6, 0.8, 1.0)),
        (-0.3, 1.1, (0, 0.5, 1)),
        (0, 25, (0, 5, 10, 15, 20, 25)),
        (100, 101, (100, 100.2, 100.4, 100.6, 100.8, 101)),
    ],
)
def test_ticks_are_round_numbers_inside(low: float, high: float, expected: tuple[float, ...]) -> None:
    assert ticks(low, high) == pytest.approx(expected)


@pytest.mark.parametrize("spread", [1e-3, 0.7, 1.0, 3.3, 12, 999, 1e6])
def test_there_are_never_more_ticks_than_wanted(spread: float) -> None:
    found = ticks(-spread / 3, spread)
    assert 2 <= len(found) <= 6
    assert all(-spread / 3 - 1e-9 <= tick <= spread + 1e-9 for tick in found)


def test_a_range_holds_all_values_and_zero_with_a_little_air() -> None:
    low, high = fitted([2.0, 3.0], -5, 6)
    assert low < 0
    assert 3 < high < 4


def test_a_range_is_bounded_and_never_a_point() -> None:
    low, high = fitted([1e9, -1e9], -5, 6)
    assert -7 < low < -5
    assert 6 < high < 8
    low, high = fitted([0.0, None, nan], -5, 6)
    assert high - low == pytest.approx(1.0, abs=0.2)
    assert fitted([], -5, 6) == fitted([0.0], -5, 6)

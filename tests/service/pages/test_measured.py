"""Claims and measurements are drawn beside no difference."""

from __future__ import annotations

import pytest

from service.http.reference import Reference
from service.pages.interval import WIDTH
from service.pages.measured import beside_nothing, drawings


@pytest.mark.parametrize(
    ("mean", "low", "high"), [(1, 0.5, 2), (-1, -2, -0.5), (0.1, -3, 3), (0, 0, 0), (5, 5, 5), (1e-9, -1e-9, 1e-9)]
)
def test_dot_line_and_no_difference_are_in_order_inside_of_the_drawing(mean: float, low: float, high: float) -> None:
    found = beside_nothing(mean, low, high)
    assert 0 <= min(found.low, found.zero) <= max(found.high, found.zero) <= WIDTH
    assert found.low <= found.mean <= found.high
    for value, place in ((low, found.low), (mean, found.mean), (high, found.high)):
        assert value == 0 or (place > found.zero) == (value > 0) or abs(place - found.zero) < 0.2


def test_it_says_in_words_what_it_shows() -> None:
    assert beside_nothing(1.5, -0.5, 3.0).words.startswith("+1.5, 90 % interval −0.5 to +3;")


def test_only_what_there_is_is_drawn(reference: Reference) -> None:
    habit = next(rule for rule in reference.rules if rule.kind == "practice")
    assert (drawings(habit, None).size, drawings(habit, None).measured, drawings(habit, None).lead) == (
        None,
        None,
        None,
    )
    verified = next(rule for rule in reference.rules if rule.verification and len(rule.verification.seeds) > 1)
    assert drawings(verified, None).measured is not None
    exact = next(rule for rule in reference.rules if rule.verification and len(rule.verification.seeds) == 1)
    assert drawings(exact, None).measured is None

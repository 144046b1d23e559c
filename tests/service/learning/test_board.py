"""The scoreboard as it stands: the shipped races at once, later ones as they come."""

from __future__ import annotations

from models.prior.past import PastRace, distinct, starting_history
from rules import RuleSet
from service.learning.board import Board
from tests.models.prior.races import race

RULES = RuleSet.load()


def test_a_new_installation_starts_with_the_shipped_races() -> None:
    found = Board(RULES).current()
    assert (found.shipped, found.here) == (len(distinct(starting_history())), 0)
    assert found.items[0].tasks >= found.items[-1].tasks > 0


def test_a_later_probe_is_added_and_nothing_is_computed_twice() -> None:
    here: list[PastRace] = []
    board = Board(RULES, lambda: tuple(here))
    first = board.current()
    assert board.current() is first
    here.append(race(1, {"relu": 0.0, "tanh": -3.0, "gelu": -1.0}, depth=5))
    assert board.current().here == 1

"""The scoreboard as it stands: the starting history and this installation's probes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock

from models.prior.past import PastRace, starting_history
from rules import RuleSet
from service.learning.agreement import Scoreboard, scoreboard

EMPTY = Scoreboard(items=(), shipped=0, here=0)


def nothing_here() -> Sequence[PastRace]:
    """The history of an installation that keeps none."""
    return ()


class Board:
    """Scores rules against all races, again only when there are more of them. Safe to share between threads.

    `history` gives the races of this installation.
    """

    def __init__(self, rules: RuleSet, history: Callable[[], Sequence[PastRace]] = nothing_here) -> None:
        self._rules, self._history = rules, history
        self._lock = Lock()
        self._kept: tuple[int, Scoreboard] | None = None

    def current(self) -> Scoreboard:
        """Every rule that probes have put to the test."""
        races = self._history()
        with self._lock:
            if self._kept is None or self._kept[0] != len(races):
                self._kept = len(races), scoreboard(self._rules, starting_history(), races)
            return self._kept[1]

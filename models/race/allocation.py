"""Which trainings come next: how a race spends its budget. What is concluded from them is not decided here.

`Contenders`, the default, trains every candidate that can still matter at each rung, and then gives one more seed at a
time to those whose place is still open, the leader with them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from models.race.board import Board, Grid
from models.race.policy import rate_for_full, rates_to_keep, undecided
from models.race.standing import Standing

Work = dict[str, Grid]
"""Per candidate, what to train; the most urgent first, since the budget may not pay for all."""


class Allocation(ABC):
    """A way to spend a race's budget; pure functions of the board."""

    def first(self, board: Board) -> Work:
        """The first rung: every candidate, every learning rate."""
        return dict.fromkeys(board.alive, (board.plan.learning_rates, board.first_seeds))

    @abstractmethod
    def promote(self, board: Board, rung: int) -> Work:
        """What runs at the rung after this one, which is complete. At least two candidates, or the race ends."""

    @abstractmethod
    def extend(self, board: Board) -> Work:
        """More trainings at the last rung; none ends the race."""


class Contenders(Allocation):
    """All who can still matter, best first; then one more seed for those whose place is open."""

    def promote(self, board: Board, rung: int) -> Work:
        full = rung + 1 == board.last
        return {name: (self._rates(board, name, rung, full), board.first_seeds) for name in board.best_first(rung)}

    def extend(self, board: Board) -> Work:
        now, plan = board.judged(board.last), board.plan
        lagging = {
            name: item
            for name, item in now.comparisons.items()
            if len(now.scores[name]) < plan.most_seeds and name in board.alive
        }
        return self._more_seeds(board, now, undecided(lagging, plan.margin, board.family))

    def _rates(self, board: Board, name: str, rung: int, full: bool) -> tuple[float, ...]:
        members, plan = board.rungs[rung][name], board.plan
        if full:
            return (rate_for_full(members, plan.baseline, plan.margin),)
        return rates_to_keep(members, plan.baseline, plan.margin)

    def _more_seeds(self, board: Board, now: Standing, open_ones: Sequence[str]) -> Work:
        """One more seed for every open candidate; the leader first catches up, since all are compared with it."""
        most = board.plan.most_seeds
        ran = {name: len(now.scores[name]) for name in (now.leader, *open_ones)}
        level = {name: min(count + 1, most) for name, count in ran.items()}
        level[now.leader] = max(level.values())
        missing = {name: tuple(range(ran[name], level[name])) for name in ran}
        work: Work = {name: ((now.rates[name],), seeds) for name, seeds in missing.items() if seeds}
        return work if any(name in work for name in open_ones) else {}


__all__ = ["Allocation", "Contenders", "Work"]

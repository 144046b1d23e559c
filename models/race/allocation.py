"""Which trainings come next: how a race spends its budget. What is concluded from them is not decided here.

`TopTwo`, the default, trains every candidate that can still matter at each rung, the best first; then the leader and
the two that are hardest to tell from it get one more seed, again and again. This is top-two sampling [Russo 2020]
without its coin: the challengers are those with the least evidence of being worse, mean difference over standard error,
which is the rate at which a candidate's chance of being the best goes to zero.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from models.race.board import Board, Grid
from models.race.policy import rates_for_full, rates_to_keep
from models.race.standing import Standing

Work = dict[str, Grid]
"""Per candidate, what to train; the most urgent first, since the budget may not pay for all."""
CHALLENGERS = 2


class Allocation(ABC):
    """A way to spend a race's budget; pure functions of the board."""

    def first(self, board: Board) -> Work:
        """The first rung: every candidate, every learning rate."""
        return dict.fromkeys(board.alive, (board.plan.learning_rates, board.first_seeds))

    def promote(self, board: Board, rung: int) -> Work:
        """What runs at the rung after this one, which is complete: all who can still matter, best first.

        A race in which fewer than two candidates are promoted ends.
        """
        rates = self._rates(board, rung)
        return {name: (rates[name], board.first_seeds) for name in board.best_first(rung) if name in rates}

    def _rates(self, board: Board, rung: int) -> dict[str, tuple[float, ...]]:
        plan, ran = board.plan, board.rungs[rung]
        here = {name: ran[name] for name in board.alive if name in ran}
        if rung + 1 == board.last:
            return {name: (rate,) for name, rate in rates_for_full(here, plan.baseline).items()}
        return {name: rates_to_keep(members, plan.baseline, plan.margin) for name, members in here.items()}

    @abstractmethod
    def extend(self, board: Board) -> Work:
        """More trainings at the last rung; none ends the race."""


class TopTwo(Allocation):
    """One more seed for the candidates that are hardest to tell from the leader, and for the leader."""

    def __init__(self, challengers: int = CHALLENGERS) -> None:
        self.challengers = challengers

    def extend(self, board: Board) -> Work:
        now, most = board.standing(board.last), board.plan.most_seeds
        evidence = {
            name: max(0.0, -item.mean) / item.sd
            for name, item in now.comparisons.items()
            if len(now.scores[name]) < most
        }
        hardest = sorted(evidence, key=lambda name: (evidence[name], board.alive.index(name)))
        return one_more_seed(now, hardest[: self.challengers], most)


def one_more_seed(now: Standing, chosen: Sequence[str], most: int) -> Work:
    """The next seed for the chosen, up to `most`; the leader gets what it lacks of theirs, and one more of its own."""
    if not chosen:
        return {}
    ran = {name: len(now.scores[name]) for name in (now.leader, *chosen)}
    level = {name: min(count + 1, most) for name, count in ran.items()}
    level[now.leader] = max(level.values())
    seeds = {name: tuple(range(ran[name], level[name])) for name in ran}
    return {name: ((now.rates[name],), new) for name, new in seeds.items() if new}

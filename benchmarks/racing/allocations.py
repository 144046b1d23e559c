"""Other ways to spend the same budget, raced against the default; what is concluded from the scores is the same."""

from __future__ import annotations

from math import ceil, log2

from models.race.allocation import Allocation, Work, one_more_seed
from models.race.board import Board
from models.race.policy import undecided
from models.race.standing import Members, Standing, rate_means
from models.race.statistics import spreads

REDUCTION = 3


class SuccessiveHalving(Allocation):
    """A third of all pairs of candidate and learning rate goes on to the next rung, by their means alone."""

    def promote(self, board: Board, rung: int) -> Work:
        pairs = _pairs(board.rungs[rung], board)
        kept = pairs[: max(2, ceil(len(pairs) / REDUCTION))]
        work: Work = {}
        for name, rate in kept:
            rates = work[name][0] if name in work else ()
            work[name] = (tuple(sorted((*rates, rate))), board.first_seeds)
        return work

    def extend(self, board: Board) -> Work:
        return {}


class SequentialHalving(Allocation):
    """All candidates at full length; then rounds of equal budget, each for the better half, until two are left."""

    def extend(self, board: Board) -> Work:
        now = board.standing(board.last)
        most = max(len(scores) for scores in now.scores.values())
        group = [name for name in board.best_first(board.last) if len(now.scores.get(name, ())) == most]
        kept = group[: ceil(len(group) / 2)] if len(group) > 2 else group[:2]
        rounds = max(1, ceil(log2(max(2, len(kept)))))
        share = board.left // (rounds * len(kept) * board.plan.rungs[-1])
        more = min(max(1, share), board.plan.most_seeds - most)
        seeds = tuple(range(most, most + more))
        return {name: ((now.rates[name],), seeds) for name in kept} if more > 0 and len(kept) > 1 else {}


class Ocba(Allocation):
    """Optimal computing budget allocation: seeds in proportion to (spread / distance to the leader) squared.

    n_i ~ (s_i / d_i)^2 and n_leader = s_leader sqrt(sum (n_i / s_i)^2) [Chen et al. 2000]; distances are at least the
    margin, since nearer candidates need not be told apart. The candidates that lack most get a seed, the leader too.
    """

    def __init__(self, at_once: int = 3) -> None:
        self.at_once = at_once

    def extend(self, board: Board) -> Work:
        now = board.standing(board.last)
        wanted = _ocba(now, board.plan.margin)
        ran = {name: len(scores) for name, scores in now.scores.items()}
        ratio = {name: ran[name] / wanted[name] for name in wanted if ran[name] < board.plan.most_seeds}
        chosen = sorted((name for name in ratio if name != now.leader), key=lambda name: (ratio[name], name))
        return one_more_seed(now, chosen[: self.at_once], board.plan.most_seeds)


class Contenders(Allocation):
    """One more seed for every candidate whose place is open, and for the leader."""

    def extend(self, board: Board) -> Work:
        now, plan = board.judged(board.last), board.plan
        lagging = {name: item for name, item in now.comparisons.items() if len(now.scores[name]) < plan.most_seeds}
        return one_more_seed(now, undecided(lagging, plan.margin, board.family), plan.most_seeds)


def _ocba(now: Standing, margin: float) -> dict[str, float]:
    spread = spreads(now.scores, 1e-9)
    far = {name: max(now.means[now.leader] - mean, margin) for name, mean in now.means.items() if name != now.leader}
    wanted = {name: (spread[name] / far[name]) ** 2 for name in far}
    wanted[now.leader] = spread[now.leader] * sum((wanted[name] / spread[name]) ** 2 for name in far) ** 0.5
    return wanted


def _pairs(rung: dict[str, Members], board: Board) -> list[tuple[str, float]]:
    """Candidate and learning rate, the best mean first."""
    means = {
        (name, rate): mean
        for name in board.alive
        if name in rung
        for rate, mean in rate_means(rung[name], board.plan.baseline).items()
    }
    return sorted(means, key=lambda pair: (-means[pair], pair))

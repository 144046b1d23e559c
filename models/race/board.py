"""What a race knows at a moment: the results of its rungs, who is still in, and what is left of the budget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from models.race.policy import SHORTFALL, catch_up, lower_rate, shortfall
from models.race.standing import Members, Standing, all_diverged, standing
from models.race.statistics import Comparison
from models.race.terms import RaceTerms

Grid = tuple[tuple[float, ...], tuple[int, ...]]
"""Learning rates and seeds of one population."""
FLOOR_SHARE = 0.2
"""Smallest believed standard deviation of a difference, in margins."""


@dataclass
class Board:
    """Results per rung and candidate; `alive` in the order of the plan; `network_steps` taken by complete stages."""

    plan: RaceTerms
    alive: list[str]
    rungs: list[dict[str, Members]]
    network_steps: int = field(default=0)

    @classmethod
    def of(cls, plan: RaceTerms) -> Board:
        """The board before the first result."""
        return cls(plan, list(plan.candidates), [{} for _ in plan.rungs])

    @property
    def left(self) -> int:
        """Network-steps of the budget that are not spent."""
        return self.plan.budget - self.network_steps

    @property
    def last(self) -> int:
        """The rung of the full length."""
        return len(self.plan.rungs) - 1

    @property
    def first_seeds(self) -> tuple[int, ...]:
        return tuple(range(self.plan.first_seeds))

    @property
    def family(self) -> int:
        """Comparisons that the whole race makes: those who left early count, they were compared too."""
        return max(1, len(self.plan.candidates) - 1)

    def standing(self, rung: int, allowed: Mapping[str, float] | None = None) -> Standing:
        """How those who are still in stand at a rung that at least one of them has run."""
        here = [name for name in self.alive if name in self.rungs[rung]]
        return standing(self.rungs[rung], here, self.plan.baseline, FLOOR_SHARE * self.plan.margin, allowed)

    def judged(self, rung: int) -> Standing:
        """The standing, with the p-values of what decides: every candidate is allowed what it may still make good."""
        if rung == self.last:
            return self.standing(rung, self._shortfalls())
        return self.standing(rung, catch_up(self.standing(rung - 1), self.standing(rung)))

    def seeds_within_reach(self, item: Comparison) -> int:
        """Seeds that a candidate of the last rung can have in the end, if the rest goes to it and to the leader."""
        more = self.left // (2 * self.plan.rungs[-1])
        return min(self.plan.most_seeds, item.seeds + more)

    def best_first(self, rung: int) -> list[str]:
        """Those who are still in by their means at a rung; those who have not run it count as trivial."""
        means = self.standing(rung).means
        return sorted(self.alive, key=lambda name: (-means.get(name, self.plan.baseline), self.alive.index(name)))

    def diverged(self, rung: int) -> list[str]:
        """Those who ran a rung and could not be trained there at all."""
        return [name for name in self.alive if name in self.rungs[rung] and all_diverged(self.rungs[rung][name])]

    def lower_rates(self) -> dict[str, Grid]:
        """Candidates that fell short of their short training, the furthest first, with a lower learning rate to try."""
        missing = {
            name: self._shortfall(name) for name in self.alive if self.last > 0 and name in self.rungs[self.last]
        }
        work: dict[str, Grid] = {}
        for name in sorted(missing, key=lambda name: -missing[name]):
            full = self.rungs[self.last][name]
            rate = lower_rate(full, self.plan.learning_rates)
            if missing[name] > SHORTFALL * self.plan.margin and rate is not None:
                work[name] = ((rate,), tuple(sorted(full[min(full)])))
        return work

    def affordable(self, rung: int, work: Mapping[str, Grid]) -> dict[str, Grid]:
        """As much of the work, in its order, as is paid for."""
        left = self.left
        paid: dict[str, Grid] = {}
        for name, (rates, seeds) in work.items():
            left -= self.plan.rungs[rung] * len(rates) * len(seeds)
            if left < 0:
                break
            paid[name] = (rates, seeds)
        return paid

    def _shortfall(self, name: str) -> float:
        return shortfall(self.rungs[self.last - 1][name], self.rungs[self.last][name], self.plan.baseline)

    def _shortfalls(self) -> dict[str, float]:
        """What candidates may still gain by a lower learning rate that nobody has paid for yet."""
        return {name: self._shortfall(name) for name in self.lower_rates()}

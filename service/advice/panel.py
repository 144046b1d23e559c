"""A panel judges the candidates of one role in many situations at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from actwise.contract.situation import Situation
from rules import CAUSES, RuleSet
from rules.candidates import Role
from rules.comparisons.learned import Learned
from service.advice.decision import CLEARLY_WORSE, MARGIN, cost_weight, first_choices, inside_tie
from service.advice.posterior import NEUTRAL, Belief, Floats, Pool, Pooled, believe, observe
from service.advice.practice import Practice

SIGNAL_PROPAGATION = tuple(CAUSES).index("signal_propagation")


@dataclass(frozen=True)
class Measured:
    """What a probe measured: points against a common reference, arrays over the panel's candidates.

    An infinite sd means that the candidate was not measured.
    """

    mean: Floats
    sd: Floats


@dataclass(frozen=True)
class Judgement:
    """Judgements of N situations over C candidates.

    `allowed` says which candidates may be chosen; `worth` orders those that are tied; `support` is the share of
    published practice; `margin` [N] is the difference in points that does not matter.
    """

    belief: Belief
    allowed: NDArray[np.bool_]
    worth: Floats
    support: Floats
    margin: Floats

    def first(self) -> NDArray[np.int64]:
        """Index of the first choice in each situation; -1 where nothing may be chosen."""
        choices = first_choices(self.belief, self.allowed, self.worth, self.margin)
        return np.where(self.allowed.any(axis=1), choices, -1)


def _fan_in(situation: Situation) -> int:
    """Inputs per hidden unit; convolutions are taken to be 3 x 3."""
    return situation.width * (9 if situation.layer_type == "conv" else 1)


class Panel:
    """The candidates of one role with what the rules say about them and what they cost.

    Args:
        rules: the rule set.
        role: hidden, gate or output.
        cost_level: [candidates] 0 (class A) to 3 (class D); 0 for output heads, which are computed once per example.
        practice: what published networks use; without it the rules of practice speak alone.
        learned: what measured comparisons say, with the multipliers of the causes; without it rules count in full.
    """

    def __init__(
        self,
        rules: RuleSet,
        role: Role,
        cost_level: Floats,
        practice: Practice | None = None,
        learned: Learned | None = None,
    ) -> None:
        self.matrix = rules.matrix(role)
        self.candidates = self.matrix.candidates
        self.pool = Pool(self.matrix, SIGNAL_PROPAGATION, learned.fitted.causes if learned else NEUTRAL)
        self._cost_level, self._practice, self._learned = cost_level, practice, learned

    def judge(
        self,
        situations: Sequence[Situation],
        patterns: Sequence[bytes],
        permitted: NDArray[np.bool_],
        theory: tuple[Floats, Floats] | None = None,
        measured: Measured | None = None,
        transfer: Floats | None = None,
    ) -> Judgement:
        """Judge every situation.

        Args:
            situations: N of them.
            patterns: which rules of this role fire in each, as `Pool.patterns` tells.
            permitted: [N, C] or [C], what request, device and framework leave to choose from.
            theory: mean and sd [N, C] of what signal theory says.
            measured: what a probe of the first situation found.
            transfer: [N] sd in points that is added when a measurement is carried to each situation.
        """
        shape = (len(situations), len(self.candidates))
        mean, sd = theory or (np.zeros(shape), np.full(shape, np.inf))
        pooled = self.pool.pooled(patterns)
        belief = self._believe(situations, pooled, mean, sd)
        support = self._practice.shares(situations, pooled.support) if self._practice else pooled.support
        if measured is not None and transfer is not None:
            belief = observe(belief, measured.mean, np.sqrt(np.square(measured.sd) + np.square(transfer)[:, None]))
        return Judgement(
            belief=belief,
            allowed=permitted & ~pooled.excluded,
            worth=self._worth(situations, belief, support),
            support=support,
            margin=np.array([CLEARLY_WORSE if one.prefer == "convention" else MARGIN for one in situations]),
        )

    def _believe(self, situations: Sequence[Situation], pooled: Pooled, mean: Floats, sd: Floats) -> Belief:
        if self._learned is None:
            return believe(pooled, mean, sd)
        told, fitted = self._learned.effects(situations), self._learned.fitted
        return believe(pooled, mean, sd, self.pool.computed_weight, told, fitted.task_sd)

    def _worth(self, situations: Sequence[Situation], belief: Belief, support: Floats) -> Floats:
        price = np.array([cost_weight(one.compute_budget, one.latency_critical, _fan_in(one)) for one in situations])
        prefer = situations[0].prefer
        return inside_tie(belief.mean, support, price[:, None] * self._cost_level, prefer)

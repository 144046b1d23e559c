"""A panel judges the candidates of one role in many situations at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from actwise.contract.situation import Situation
from models.prior.prior import Prior
from rules import CAUSES, RuleSet
from rules.candidates import Role
from rules.comparisons.learned import Learned
from service.advice.decision import CLEARLY_WORSE, MARGIN, STRANGE, cost_weight, first_choices, inside_tie
from service.advice.posterior import Belief, Floats, Pool, Pooled, believe, observe
from service.advice.practice import Practice

_OF_PRACTICE = 0.25
"""Strength of a rule of practice among claims, in standard deviations."""

SIGNAL_PROPAGATION = tuple(CAUSES).index("signal_propagation")


class Theory(NamedTuple):
    """What signal theory says, arrays [situations, candidates] in points: the effect, its standard deviation, infinite
    where theory is silent, and how strange the start is that the effect takes for granted."""

    mean: Floats
    sd: Floats
    strangeness: Floats


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
        past: what past probes say beyond all of these.
    """

    def __init__(
        self,
        rules: RuleSet,
        role: Role,
        cost_level: Floats,
        practice: Practice | None = None,
        learned: Learned | None = None,
        past: Prior | None = None,
    ) -> None:
        self.matrix = rules.matrix(role)
        self.candidates = self.matrix.candidates
        self.pool = Pool(self.matrix, SIGNAL_PROPAGATION)
        self._weighed = Pool(self.matrix, SIGNAL_PROPAGATION, learned.fitted.causes) if learned else self.pool
        self._cost_level, self._practice, self._learned = cost_level, practice, learned
        self._past = past
        self._counts = self._multipliers()
        self._full = np.ones(len(self._counts))
        self.speaks: NDArray[np.bool_] = (self.matrix.sign != 0) | (self.matrix.support > 0)
        self._heard = self.speaks.any(axis=1)

    def active(self, fired: NDArray[np.bool_], role: str) -> NDArray[np.int64]:
        """The rules that fired and say something about a candidate, the strongest for layers of a role first."""
        found = np.flatnonzero(fired & self._heard)
        matrix, counts = self.matrix, self.counts(role)
        size = counts[found] * matrix.mean[found] / matrix.sd[found]
        strength = np.where(matrix.weight[found] > 0, _OF_PRACTICE, size)
        return np.asarray(found[np.argsort(-strength, kind="stable")])

    def _multipliers(self) -> Floats:
        """[rules]: how much of each rule's effect counts in ordinary hidden layers."""
        causes = self._learned.fitted.causes if self._learned else {}
        of_cause = np.array([causes.get(name, 1.0) for name in self.matrix.causes])
        return np.asarray(of_cause[self.matrix.cause] * self.matrix.counted)

    def counts(self, role: str) -> Floats:
        """[rules]: how much of each rule's effect counts for layers of a role."""
        return self._counts if role == "hidden" else self._full

    def judge(
        self,
        situations: Sequence[Situation],
        patterns: Sequence[bytes],
        permitted: NDArray[np.bool_],
        theory: Theory | None = None,
        measured: Measured | None = None,
        transfer: Floats | None = None,
    ) -> Judgement:
        """Judge every situation.

        Args:
            situations: N of them.
            patterns: which rules of this role fire in each, as `Pool.patterns` tells.
            permitted: [N, C] or [C], what request, device and framework leave to choose from.
            theory: what signal theory says.
            measured: what a probe of the first situation found.
            transfer: [N] sd in points that is added when a measurement is carried to each situation.
        """
        shape = (len(situations), len(self.candidates))
        told = theory or Theory(np.zeros(shape), np.full(shape, np.inf), np.zeros(shape))
        # A probe may be among the past ones: where one has measured, these are not heard beside it.
        past = self._past if measured is None else None
        belief, pooled = self._believe(situations, patterns, told.mean, told.sd, past)
        support = self._practice.shares(situations, pooled.support, pooled.heard) if self._practice else pooled.support
        if measured is not None and transfer is not None:
            belief = observe(belief, measured.mean, np.sqrt(np.square(measured.sd) + np.square(transfer)[:, None]))
        return Judgement(
            belief=belief,
            allowed=permitted & ~pooled.excluded,
            worth=self._worth(situations, belief, support, told.strangeness),
            support=support,
            margin=np.array([CLEARLY_WORSE if one.prefer == "convention" else MARGIN for one in situations]),
        )

    def _believe(
        self,
        situations: Sequence[Situation],
        patterns: Sequence[bytes],
        mean: Floats,
        sd: Floats,
        past: Prior | None,
    ) -> tuple[Belief, Pooled]:
        """Beliefs, and what the rules say. The comparisons are about ordinary hidden layers: for other roles the rules
        count in full and alone."""
        ordinary = np.array([self._learned is not None and one.role == "hidden" for one in situations])
        if self._learned is None or not ordinary.any():
            pooled = self.pool.pooled(patterns)
            return believe(pooled, mean, sd), pooled
        pooled = self._weighed.pooled(patterns)
        told, spread = self._learned.told(situations)
        if past is not None:
            told = told + past.counted(situations)
        weighed = believe(pooled, mean, sd, self._weighed.computed_weight, told, spread)
        if ordinary.all():
            return weighed, pooled
        return _chosen(ordinary, weighed, believe(self.pool.pooled(patterns), mean, sd)), pooled

    def _worth(self, situations: Sequence[Situation], belief: Belief, support: Floats, strange: Floats) -> Floats:
        price = np.array([cost_weight(one.compute_budget, one.latency_critical, _fan_in(one)) for one in situations])
        burden = price[:, None] * self._cost_level + STRANGE * strange
        return inside_tie(belief.mean, support, burden, [one.prefer for one in situations])


def _chosen(rows: NDArray[np.bool_], these: Belief, others: Belief) -> Belief:
    return Belief(*(np.where(rows[:, None], one, other) for one, other in zip(these.parts, others.parts, strict=True)))

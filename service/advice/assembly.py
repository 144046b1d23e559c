"""From judgements to the rankings of the contract: choices with evidence, cost, start, cautions and code."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from actwise.contract.answer import Code, Cost, HiddenChoice, Initialization, OutputChoice
from actwise.contract.evidence import Effect, Evidence
from actwise.contract.situation import Situation
from models.activations import get
from models.heads import Head, get_head
from models.heads.code import head_code
from models.theory import recommended_start
from rules import RuleSet
from service.advice.decision import order, probability_best, tie_groups
from service.advice.panel import Judgement, Panel
from service.advice.posterior import Belief, Floats
from service.advice.snippets import hidden_code

MOST_EVIDENCE = 8
"""Pieces of evidence shown for each of the first choices: the strongest."""

FULLY_EXPLAINED = 8
"""Choices whose evidence is shown so far; those after them show half."""

NINETY_PERCENT = 1.6448536269514722
"""Standard deviations from the middle to the ends of a 90 % interval."""


class Place(NamedTuple):
    """One candidate's place in a ranking; `column` points into the panel."""

    rank: int
    column: int
    tie_group: int
    probability_best: float
    effect: Effect


class Standing:
    """One situation's candidates in order, and what published practice uses most (None: no habit is known)."""

    def __init__(self, panel: Panel, judgement: Judgement, prefer: str) -> None:
        allowed = np.flatnonzero(judgement.allowed[0])
        belief = Belief(judgement.belief.mean[0, allowed], judgement.belief.sd[0, allowed])
        groups = tie_groups(belief, prefer)
        columns = (allowed, groups, np.round(probability_best(belief), 4), np.round(belief.mean, 2), *_ends(belief))
        rows = list(zip(*(column.tolist() for column in columns), strict=True))
        self.places = [
            Place(rank, index, group, best, Effect(mean=mean, low=low, high=high))
            for rank, (index, group, best, mean, low, high) in enumerate(
                (rows[row] for row in order(groups, judgement.worth[0, allowed])), start=1
            )
        ]
        self.candidates = panel.candidates
        support = judgement.support[0]
        self.habit = panel.candidates[int(np.argmax(support))] if support.max() > 0 else None


def _ends(belief: Belief) -> tuple[Floats, Floats]:
    """Both ends of the 90 % intervals, rounded to hundredths of a point."""
    spread = NINETY_PERCENT * belief.sd
    return np.round(belief.mean - spread, 2), np.round(belief.mean + spread, 2)


def effect(mean: float, sd: float) -> Effect:
    """A normal belief in points as mean and 90 % interval, rounded to hundredths of a point."""
    spread = NINETY_PERCENT * sd
    return Effect(mean=round(mean, 2), low=round(mean - spread, 2), high=round(mean + spread, 2))


class Reasons:
    """The evidence behind one situation's candidates of one role, strongest first."""

    def __init__(self, rules: RuleSet, panel: Panel, fired: NDArray[np.bool_]) -> None:
        matrix = panel.matrix
        speaks = (matrix.sign != 0) | (matrix.support > 0)
        active = np.flatnonzero(fired & speaks.any(axis=1))
        strength = np.where(matrix.weight > 0, 0.25, matrix.mean / matrix.sd)[active]
        active = active[np.argsort(-strength, kind="stable")]
        self._rules, self._panel = rules, panel
        cautions = ((row, rules.compiled[row].rule.caution) for row in active.tolist())
        self._told = {row: caution for row, caution in cautions if caution}
        self._by_candidate: list[list[int]] = [[] for _ in panel.candidates]
        rows, columns = np.nonzero(speaks[active])
        for row, column in zip(active[rows].tolist(), columns.tolist(), strict=True):
            self._by_candidate[column].append(row)

    def of(self, place: Place, further: Sequence[Evidence] = ()) -> tuple[Evidence, ...]:
        """The evidence about one candidate: what was measured or computed for it alone first, unless it says little."""
        name, rows = self._panel.candidates[place.column], self._by_candidate[place.column]
        most = MOST_EVIDENCE if place.rank <= FULLY_EXPLAINED else MOST_EVIDENCE // 2
        told = [self._rules.evidence(row, name) for row in rows[:most]]
        weighty = [item for item in further if item.kind == "measured" or item.direction != "neutral"]
        return (*weighty, *told, *(item for item in further if item not in weighty))

    def cautions(self, index: int) -> tuple[str, ...]:
        """What to mind when this candidate is used, from the rules that fired about it."""
        return tuple(dict.fromkeys(self._told[row] for row in self._by_candidate[index] if row in self._told))


def hidden_choices(
    standing: Standing, reasons: Reasons, situation: Situation, further: dict[str, list[Evidence]]
) -> tuple[HiddenChoice, ...]:
    """The ranking of a block's hidden layers or gates."""
    choices = []
    for place in standing.places:
        name = standing.candidates[place.column]
        recipe = _recipe(name, situation.depth, situation.normalization, situation.residual)
        choices.append(
            HiddenChoice(
                rank=place.rank,
                activation=name,
                tie_group=place.tie_group,
                probability_best=place.probability_best,
                effect=place.effect,
                cost=recipe.cost,
                initialization=recipe.initialization,
                evidence=reasons.of(place, further.get(name, ())),
                cautions=reasons.cautions(place.column),
                code=recipe.code,
            )
        )
    return tuple(choices)


def output_choices(
    standing: Standing,
    reasons: Reasons,
    situation: Situation,
    classes: int | None,
    further: dict[str, list[Evidence]],
) -> tuple[OutputChoice, ...]:
    """The ranking of output heads; `classes` as the caller gave it, since an assumed number fits no code."""
    choices = []
    for place in standing.places:
        head = get_head(standing.candidates[place.column])
        choices.append(
            OutputChoice(
                rank=place.rank,
                head=head.id,
                activation=head.activation,
                units=_units(head, classes, situation.outputs, situation.task_family == "regression"),
                loss=head.loss,
                from_logits=head.from_logits,
                target_transform=head.target_transform,
                bias_initialization=head.bias_initialization,
                at_inference=head.at_inference,
                tie_group=place.tie_group,
                probability_best=place.probability_best,
                effect=place.effect,
                evidence=reasons.of(place, further.get(head.id, ())),
                cautions=(*head.cautions, *reasons.cautions(place.column)),
                code=head_code(head.id, classes=classes, outputs=situation.outputs),
            )
        )
    return tuple(choices)


@lru_cache(maxsize=4096)
def _units(head: Head, classes: int | None, outputs: int, countable: bool) -> str:
    """The number of raw outputs where it is known, with the words that tell how it comes about."""
    if not head.trainable or (classes is None and not countable):
        return head.units
    count = str(head.unit_count(classes, outputs))
    return count if count == head.units else f"{count} ({head.units})"


class Recipe(NamedTuple):
    """What using an activation in one kind of network takes, whatever is known for or against it."""

    cost: Cost
    initialization: Initialization
    code: Code


@lru_cache(maxsize=8192)
def _recipe(name: str, depth: int, normalization: str, residual: bool) -> Recipe:
    activation, start = get(name), recommended_start(name, depth, normalization, residual)
    return Recipe(
        Cost(relative=activation.relative_cost, cost_class=activation.cost_class),
        Initialization(scheme=start.scheme, gain=round(start.gain, 6), note=start.note or None),
        hidden_code(name, start),
    )

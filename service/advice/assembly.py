"""From judgements to the rankings of the contract: choices with evidence, cost, start, cautions and code."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from actwise.contract.answer import Cost, HiddenChoice, Initialization, OutputChoice
from actwise.contract.evidence import Effect, Evidence
from actwise.contract.situation import Situation
from models.activations import get
from models.heads import Head, get_head
from models.heads.code import head_code
from models.theory import Start, recommended_start
from rules import RuleSet
from service.advice.decision import order, probability_best, tie_groups
from service.advice.panel import Judgement, Panel
from service.advice.posterior import Belief
from service.advice.snippets import hidden_code

MOST_EVIDENCE = 8
"""Pieces of evidence shown per choice: the strongest."""

NINETY_PERCENT = 1.6448536269514722
"""Standard deviations from the middle to the ends of a 90 % interval."""


class Standing:
    """One situation's candidates in order, with groups and probabilities; `index` points into the panel."""

    def __init__(self, panel: Panel, judgement: Judgement, row: int, prefer: str) -> None:
        allowed = np.flatnonzero(judgement.allowed[row])
        self.belief = Belief(judgement.belief.mean[row, allowed], judgement.belief.sd[row, allowed])
        self.groups = tie_groups(self.belief, prefer)
        self.best = probability_best(self.belief)
        places = order(self.groups, judgement.worth[row, allowed])
        self.rows = [(rank, place, int(allowed[place])) for rank, place in enumerate(places, start=1)]
        self.candidates = panel.candidates
        support = judgement.support[row]
        self.habit = panel.candidates[int(np.argmax(support))] if support.max() > 0 else None

    def effect(self, place: int) -> Effect:
        """The belief about one candidate as a 90 % interval."""
        return effect(float(self.belief.mean[place]), float(self.belief.sd[place]))


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
        self._by_candidate: list[list[int]] = [[] for _ in panel.candidates]
        rows, columns = np.nonzero(speaks[active])
        for row, column in zip(active[rows].tolist(), columns.tolist(), strict=True):
            self._by_candidate[column].append(row)

    def of(self, index: int, further: Sequence[Evidence] = ()) -> tuple[Evidence, ...]:
        """The evidence about one candidate: what was measured or computed for it alone first, unless it says little."""
        name = self._panel.candidates[index]
        told = [self._rules.evidence(row, name) for row in self._by_candidate[index][:MOST_EVIDENCE]]
        weighty = [item for item in further if item.kind == "measured" or item.direction != "neutral"]
        return (*weighty, *told, *(item for item in further if item not in weighty))

    def cautions(self, index: int) -> tuple[str, ...]:
        """What to mind when this candidate is used, from the rules that fired about it."""
        compiled = self._rules.compiled
        found = (compiled[row].rule.caution for row in self._by_candidate[index])
        return tuple(dict.fromkeys(caution for caution in found if caution))


def hidden_choices(
    standing: Standing, reasons: Reasons, situation: Situation, further: dict[str, list[Evidence]]
) -> tuple[HiddenChoice, ...]:
    """The ranking of a block's hidden layers or gates."""
    choices = []
    for rank, place, index in standing.rows:
        name = standing.candidates[index]
        start = recommended_start(name, situation.depth, situation.normalization, situation.residual)
        choices.append(
            HiddenChoice(
                rank=rank,
                activation=name,
                tie_group=int(standing.groups[place]),
                probability_best=round(float(standing.best[place]), 4),
                effect=standing.effect(place),
                cost=_cost(name),
                initialization=_initialization(start),
                evidence=reasons.of(index, further.get(name, ())),
                cautions=reasons.cautions(index),
                code=hidden_code(name, start),
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
    for rank, place, index in standing.rows:
        head = get_head(standing.candidates[index])
        choices.append(
            OutputChoice(
                rank=rank,
                head=head.id,
                activation=head.activation,
                units=_units(head, classes, situation.outputs, situation.task_family == "regression"),
                loss=head.loss,
                from_logits=head.from_logits,
                target_transform=head.target_transform,
                bias_initialization=head.bias_initialization,
                at_inference=head.at_inference,
                tie_group=int(standing.groups[place]),
                probability_best=round(float(standing.best[place]), 4),
                effect=standing.effect(place),
                evidence=reasons.of(index, further.get(head.id, ())),
                cautions=(*head.cautions, *reasons.cautions(index)),
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


@lru_cache(maxsize=256)
def _cost(name: str) -> Cost:
    activation = get(name)
    return Cost(relative=activation.relative_cost, cost_class=activation.cost_class)


@lru_cache(maxsize=4096)
def _initialization(start: Start) -> Initialization:
    return Initialization(scheme=start.scheme, gain=round(start.gain, 6), note=start.note or None)

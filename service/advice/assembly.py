"""From judgements to the rankings of the contract: choices with evidence, cost, start, cautions and code."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import compress
from operator import not_
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from actwise.contract.answer import (
    Code,
    Cost,
    GateChoice,
    HiddenChoice,
    Initialization,
    OtherStart,
    OutputChoice,
    StartConflict,
)
from actwise.contract.evidence import Effect, Evidence
from actwise.contract.situation import Situation
from models.formulas import FormulaActivation, is_formula, resolve
from models.formulas.start import start_by_name
from models.heads import Head, get_head
from models.heads.code import head_code
from models.theory import Start
from models.theory.names import GATES
from rules import RuleSet
from service.advice.decision import order, probability_best, tie_groups
from service.advice.gated_snippets import gated_code, gated_width, width_caution
from service.advice.initializers import start_calls
from service.advice.panel import Judgement, Panel
from service.advice.posterior import Belief, Floats
from service.advice.snippets import hidden_code, weighing_code
from service.advice.starts import other_starts

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
    """One situation's candidates in order, and what published practice uses most (None: no habit is known).

    `row` is the situation's place in the judgement; only the first `most` candidates are kept, None for all.
    """

    def __init__(self, panel: Panel, judgement: Judgement, prefer: str, row: int = 0, most: int | None = None) -> None:
        allowed = np.flatnonzero(judgement.allowed[row])
        belief = Belief(judgement.belief.mean[row, allowed], judgement.belief.sd[row, allowed])
        groups = tie_groups(belief, prefer)
        columns = (allowed, groups, np.round(probability_best(belief), 4), np.round(belief.mean, 2), *_ends(belief))
        rows = list(zip(*(column.tolist() for column in columns), strict=True))
        self.places = [
            Place(rank, index, group, best, Effect(mean=mean, low=low, high=high))
            for rank, (index, group, best, mean, low, high) in enumerate(
                (rows[one] for one in order(groups, judgement.worth[row, allowed])[:most]), start=1
            )
        ]
        self.candidates = panel.candidates
        support = judgement.support[row]
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

    def __init__(self, rules: RuleSet, panel: Panel, fired: NDArray[np.bool_], role: str = "hidden") -> None:
        active, speaks = panel.active(fired, role), panel.speaks
        self._rules, self._panel, self._counts = rules, panel, panel.counts(role).tolist()
        self._by_candidate: list[list[int]] = [[] for _ in panel.candidates]
        rows, columns = np.nonzero(speaks[active])
        for row, column in zip(active[rows].tolist(), columns.tolist(), strict=True):
            self._by_candidate[column].append(row)

    def of(self, place: Place, further: Sequence[Evidence] = ()) -> tuple[Evidence, ...]:
        """The evidence about one candidate: what was measured or computed for it alone first, unless it says little."""
        name, rows = self._panel.candidates[place.column], self._by_candidate[place.column]
        most = MOST_EVIDENCE if place.rank <= FULLY_EXPLAINED else MOST_EVIDENCE // 2
        told = [self._rules.evidence(row, name, self._counts[row]) for row in rows[:most]]
        if not further:
            return tuple(told)
        weighty = [item.kind == "measured" or item.direction != "neutral" for item in further]
        slight = compress(further, map(not_, weighty))
        return (*compress(further, weighty), *told, *slight)

    def rules(self, place: Place) -> tuple[str, ...]:
        """Ids of the rules that speak about one candidate, strongest first."""
        rows = self._by_candidate[place.column][: MOST_EVIDENCE // 2]
        return tuple(self._rules.compiled[row].rule.id for row in rows)

    def start_conflicts(self, name: str, framework: str | None) -> tuple[StartConflict, ...]:
        """Where frameworks and papers disagree about an activation's start."""
        return self._rules.start_conflicts.about(name, framework)

    def cautions(self, index: int) -> tuple[str, ...]:
        """What to mind when this candidate is used, from the rules that fired about it."""
        rows = self._by_candidate[index]
        told = self._rules.cautions
        if told.keys().isdisjoint(rows):
            return ()
        return tuple(dict.fromkeys(told[row] for row in rows if row in told))


def hidden_choices(
    standing: Standing, reasons: Reasons, situation: Situation, further: dict[str, list[Evidence]]
) -> tuple[HiddenChoice, ...]:
    """The ranking of a block's hidden layers or gates."""
    choices = []
    for place in standing.places:
        name = standing.candidates[place.column]
        recipe = _recipe_for(name, situation)
        choices.append(
            HiddenChoice(
                rank=place.rank,
                activation=name,
                tie_group=place.tie_group,
                probability_best=place.probability_best,
                effect=place.effect,
                cost=recipe.cost,
                initialization=_start_of(place, recipe.initialization, name, situation, reasons),
                evidence=reasons.of(place, further.get(name, ())),
                cautions=(*recipe.cautions, *reasons.cautions(place.column)),
                code=recipe.code,
            )
        )
    return tuple(choices)


MOST_STARTS = 3
"""First choices whose start is compared with others, where they are tied, and of which theory speaks."""


def _start_of(
    place: Place, advised: Initialization, name: str, situation: Situation, reasons: Reasons
) -> Initialization:
    """The advice on a start; for the first choices also what other starts would do, and the known conflicts."""
    if place.tie_group > 1 or place.rank > MOST_STARTS or situation.role == "attention_weights":
        return advised
    others: tuple[OtherStart, ...] = ()
    if situation.layer_type != "recurrent" and not is_formula(name):
        others = other_starts(name, situation.depth, situation.normalization, situation.residual)
    conflicts = reasons.start_conflicts(name, situation.framework)
    return advised.model_copy(update={"alternatives": others, "conflicts": conflicts})


MOST_GATE_CHOICES = 4
"""Choices shown for each gate by itself."""


def gate_choices(standing: Standing, reasons: Reasons) -> tuple[GateChoice, ...]:
    """The choices for one gate, in short."""
    return tuple(
        GateChoice(
            rank=place.rank,
            activation=standing.candidates[place.column],
            tie_group=place.tie_group,
            probability_best=place.probability_best,
            effect=place.effect,
            rules=reasons.rules(place),
            cautions=reasons.cautions(place.column),
        )
        for place in standing.places
    )


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
    cautions: tuple[str, ...] = ()


def _recipe_for(name: str, situation: Situation) -> Recipe:
    if situation.role == "attention_weights":
        return _weighing(name)
    start = start_by_name(name, situation.depth, situation.normalization, situation.residual)
    if name in GATES:
        return _gated(name, start, situation.layer_type, situation.width)
    return _recipe(name, start, situation.layer_type, situation.cell)


_ONLY_SO = (
    "what is expected of it holds for centred weights: from a usual start the signal may die before training begins"
)


@lru_cache(maxsize=8192)
def _recipe(name: str, start: Start, layer_type: str, cell: str | None) -> Recipe:
    cautions = (_ONLY_SO,) if start.centred else ()
    activation = resolve(name)
    if isinstance(activation, FormulaActivation):
        cautions = (*cautions, *activation.cautions)
    return Recipe(_cost(name), _initialization(name, start, layer_type, cell), hidden_code(name, start), cautions)


@lru_cache(maxsize=4096)
def _gated(name: str, start: Start, layer_type: str, width: int) -> Recipe:
    """`width` is what the caller means for a plain part."""
    code = gated_code(name, start, gated_width(width))
    caution = width_caution(width, layer_type == "attention")
    return Recipe(_cost(name), _initialization(name, start, layer_type, None), code, (caution,))


@lru_cache(maxsize=256)
def _cost(name: str) -> Cost:
    activation = resolve(name)
    return Cost(relative=activation.relative_cost, cost_class=activation.cost_class)


@lru_cache(maxsize=8192)
def _initialization(name: str, start: Start, layer_type: str, cell: str | None) -> Initialization:
    return Initialization(
        scheme=start.scheme,
        gain=round(start.gain, 6),
        note=start.note or None,
        calls=start_calls(name, start, layer_type, cell),
    )


_NOT_STARTED = "no weights feed it: it is applied to the attention scores, divided by the root of the head's width"


@lru_cache(maxsize=64)
def _weighing(name: str) -> Recipe:
    return Recipe(_cost(name), Initialization(scheme="none", note=_NOT_STARTED), weighing_code(name))

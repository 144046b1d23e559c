"""From a request to a race: who takes part, how each begins, and what the budget pays for, fixed before any training.

Every candidate needs PRICE full trainings: all learning rates at the first rung with two seeds, and two trainings of
the full length. What the budget holds beyond that buys lower learning rates and more seeds where they are needed.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from actwise.contract.answer import BlockRanking, HiddenChoice, Recommendation
from actwise.contract.faults import ContractError, Fault
from actwise.contract.names import canonical_name, nearest_name
from actwise.contract.race import RaceCandidate, RaceRequest, RaceStart
from actwise.contract.situation import Situation, situations_of
from models.activations import catalogue
from models.formulas.start import start_by_name
from models.race.foreign import ForeignPlan, foreign_rungs, price
from models.race.terms import FIRST_SEEDS
from service.advice.snippets import hidden_code

LEADING = 0.01
"""Probability of being the best from which a candidate of the answer is worth racing."""
MOST_CHOSEN = 8
"""Candidates that are chosen for the caller, at most."""
_RACED = frozenset({"hidden", "gated_unit"})


class RaceDraft(BaseModel):
    """A race before its first result; what is stored of it, so that later versions go on with it unchanged."""

    model_config = ConfigDict(frozen=True)

    plan: ForeignPlan
    candidates: tuple[RaceCandidate, ...]
    not_raced: tuple[str, ...] = ()


def draft_race(request: RaceRequest, answer: Recommendation) -> RaceDraft:
    """The race of a request, for whose description `answer` is the recommendation.

    Raises ContractError for a block or activations that are not there, and for a budget that cannot compare two.
    """
    situation, block = _block(request, answer)
    names = _named(request.candidates, block, answer) if request.candidates else _leading(block.ranking)
    fitting = _fitting(request, len(names))
    plan = _plan(request, situation.block, names[:fitting])
    starts = tuple(_candidate(name, block, situation) for name in names[:fitting])
    return RaceDraft(plan=plan, candidates=starts, not_raced=tuple(names[fitting:]))


def _block(request: RaceRequest, answer: Recommendation) -> tuple[Situation, BlockRanking]:
    found = {
        situation.block: (situation, block)
        for situation, block in zip(situations_of(request.description), answer.hidden, strict=True)
        if situation.role != "attention_weights"
    }
    wanted = next(iter(found), None) if request.block is None else request.block
    if wanted not in found:
        near = nearest_name(request.block or "", found)
        message = f"there are {', '.join(found)}" if found else "the description has no layers that could be raced"
        raise ContractError(
            (
                Fault(
                    pointer="/block",
                    code="not_allowed",
                    message=message,
                    sent=wanted,
                    allowed=tuple(found),
                    nearest=near,
                ),
            )
        )
    return found[wanted]


def _leading(ranking: Sequence[HiddenChoice]) -> list[str]:
    """Those that may well be the best, and two at least where there are two."""
    hopeful = [choice.activation for choice in ranking if choice.probability_best >= LEADING]
    first = [choice.activation for choice in ranking[:2]]
    return list(dict.fromkeys([*first, *hopeful]))[:MOST_CHOSEN]


def _named(wanted: Sequence[str], block: BlockRanking, answer: Recommendation) -> list[str]:
    """The caller's candidates by our names, in the order of the answer; those that it leaves out follow."""
    ranked = [choice.activation for choice in block.ranking]
    formulas = {own.formula: own.activation for own in answer.formulas}
    allowed = {*ranked, *(name for name, one in catalogue().items() if one.roles & _RACED)}
    found = [name if name in allowed else formulas.get(name) or canonical_name(name) for name in wanted]
    faults = [
        _unknown(place, name, sorted(allowed))
        for place, (name, known) in enumerate(zip(wanted, found, strict=True))
        if known not in allowed
    ]
    if faults:
        raise ContractError(tuple(faults))
    names = [str(name) for name in dict.fromkeys(found)]
    return sorted(names, key=lambda name: ranked.index(name) if name in ranked else len(ranked))


def _unknown(place: int, name: str, allowed: Sequence[str]) -> Fault:
    near = nearest_name(name, allowed)
    hint = f": did you mean {near!r}?" if near else "; a formula of your own belongs into description.formula, too"
    return Fault(
        pointer=f"/candidates/{place}",
        code="not_allowed",
        message=f"no hidden layer can have the activation {name[:60]!r}{hint}",
        sent=name[:100],
        allowed=tuple(allowed),
        nearest=near,
    )


def _fitting(request: RaceRequest, count: int) -> int:
    """How many candidates the budget pays for, of so many. A single one has nobody to be compared with, at no cost."""
    budget, rates = request.budget, len(request.learning_rate_factors)
    each = price(foreign_rungs(budget.length), rates, FIRST_SEEDS)
    fitting = min(count, int(budget.runs * budget.length) // each)
    if count == 1 or fitting > 1:
        return max(1, fitting)
    least = 2 * each / budget.length
    message = (
        f"{budget.runs:g} full trainings cannot compare two candidates: {least:.4g} are needed with {rates} learning "
        "rates; give more runs, or fewer learning_rate_factors"
    )
    raise ContractError((Fault(pointer="/budget/runs", code="too_small", message=message, sent=budget.runs),))


def _plan(request: RaceRequest, subject: str, names: Sequence[str]) -> ForeignPlan:
    budget, sign = request.budget, sign_of(request)
    usual = request.learning_rate or 1.0
    given = {
        name: value for name, value in (("margin", request.margin), ("baseline", request.baseline)) if value is not None
    }
    if "baseline" in given:
        given["baseline"] *= sign
    return ForeignPlan(
        key="race",
        subject=subject,
        entrants=tuple(names),
        learning_rates=tuple(usual * factor for factor in request.learning_rate_factors),
        rungs=foreign_rungs(budget.length),
        most_seeds=request.most_seeds,
        metric=request.metric,
        budget=max(1, int(budget.runs * budget.length)),
        margin_open=request.margin is None,
        baseline_open=request.baseline is None,
        **given,
    )


def sign_of(request: RaceRequest) -> float:
    """What turns the caller's metric into a score whose higher values are better."""
    return 1.0 if request.direction == "maximize" else -1.0


def _candidate(name: str, block: BlockRanking, situation: Situation) -> RaceCandidate:
    start = start_by_name(name, situation.depth, situation.normalization, situation.residual)
    code = next((choice.code for choice in block.ranking if choice.activation == name), None)
    return RaceCandidate(
        activation=name,
        initialization=RaceStart(
            scheme=start.scheme,
            gain=round(start.gain, 6),
            centred=start.centred,
            first_gain=round(start.input_gain, 6),
            note=start.note or None,
        ),
        code=code or hidden_code(name, start),
    )

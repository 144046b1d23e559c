"""From a plan and the instant answer to a quote: what a probe costs, and which ranks it may change."""

from __future__ import annotations

from collections.abc import Mapping

from actwise.contract.answer import Recommendation
from actwise.contract.quote import Quote, QuotedRace
from models.race.plan import RacePlan
from service.probing.calibration import Calibration
from service.probing.plan import ProbePlan
from service.probing.subjects import OUTPUT, gates_of

LEADING = 0.01
"""Probability of being the best from which a candidate may still lead."""


def quote_of(plan: ProbePlan, instant: Recommendation, calibration: Calibration) -> Quote:
    """The quote of a plan; `instant` is the answer without a probe."""
    if plan.refused is not None:
        return Quote(refused=plan.refused, seconds=0.0, cores=0, network_steps=plan.network_steps)
    chances = _chances(instant)
    races = [*plan.races, *([plan.heads] if plan.heads else [])]
    return Quote(
        seconds=plan.seconds,
        cores=calibration.workers,
        network_steps=plan.network_steps,
        data=plan.described,
        scope=plan.scope,
        races=tuple(_race(race, chances.get(race.subject, {})) for race in races),
    )


def _race(race: RacePlan, chances: Mapping[str, float]) -> QuotedRace:
    raced = tuple(entrant.candidate for entrant in race.entrants)
    return QuotedRace(
        subject=race.subject,
        network=f"{race.network.family}, {race.network.in_words}",
        rungs=race.rungs,
        network_steps=race.budget,
        raced=raced,
        may_lead=tuple(name for name in raced if chances.get(name, 1.0) >= LEADING),
        not_raced=tuple(name for name in chances if name not in raced),
    )


def _chances(instant: Recommendation) -> dict[str, dict[str, float]]:
    """By subject and candidate, the probability of being the best, the best rank first."""
    found: dict[str, dict[str, float]] = {}
    for block in instant.hidden:
        found[block.block] = {choice.activation: choice.probability_best for choice in block.ranking}
        if block.gates:
            found[gates_of(block.block)] = {choice.activation: choice.probability_best for choice in block.gates}
    found[OUTPUT] = {choice.head: choice.probability_best for choice in instant.output.ranking}
    return found

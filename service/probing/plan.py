"""From a request to a probe, fixed before any training: data, races, budget and what it covers, as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from actwise.contract.request import Probe, TaskDescription
from actwise.contract.situation import Situation
from models.data.prepared import PreparedData
from models.data.table import DataRefused
from models.networks.families import FAMILIES
from models.race.plan import LEARNING_RATES, MOST_STEPS, Entrant, RacePlan, plan_race, steps_factor
from service.probing.calibration import Calibration
from service.probing.contests import Contest, contest_of, gates_contest
from service.probing.cost import race_seconds
from service.probing.data import DataReference, Resolver, describe, load, reference
from service.probing.entrants import head_entrants
from service.probing.judging import Judge, judge
from service.probing.subjects import OUTPUT, gates_of

MOST_RACES = 3
HEAD_SHARE = 0.2
"""Share of the budget that the race of output heads may use when hidden candidates race too."""
DEADLINE_FACTOR, DEADLINE_GRACE = 3.0, 10.0
_MORE_FOR_HEADS = 8
"""Full trainings per head beyond the first ones: lower learning rates, and more seeds."""
DEFAULT_ACTIVATION = "relu"
_CORRECTIONS = 4


class ProbePlan(BaseModel):
    """A probe. When `refused` says why nothing can be trained, there are no races.

    `heads` is the race of output heads; it is run with the winner of the first hidden race as hidden activation.
    """

    model_config = ConfigDict(frozen=True)

    data: DataReference | None
    races: tuple[RacePlan, ...] = ()
    heads: RacePlan | None = None
    network_steps: int = Field(ge=0, description="the whole budget")
    seconds: float = Field(ge=0, description="what this machine is expected to need for the whole budget")
    described: str = Field("", description="the data in one line")
    scope: str = ""
    fingerprint: str | None = Field(None, description="of the prepared data")
    refused: str | None = None


def plan_probe(
    request: TaskDescription,
    situations: Sequence[Situation],
    entrants: Mapping[str, Sequence[str]],
    calibration: Calibration,
    resolver: Resolver | None = None,
) -> ProbePlan:
    """The probe for a request; its fields say what will be trained and what that will cost.

    Args:
        situations: one per block, as resolved; the first MOST_RACES are raced.
        entrants: per block, the hidden candidates that the rules leave, best prior first; per `gates_of` a block,
            the functions of its gates, which are raced as well. Those that a network cannot train are left out.
        calibration: turns seconds into network-steps when the request does not fix them.
        resolver: gives the content of a stored file by its fingerprint.

    Never raises for data that cannot be used: the plan is then refused, with the reason.
    """
    probe = request.probe or Probe()
    try:
        ref = reference(request, situations[0], probe.seed, native=situations[0].layer_type in FAMILIES)
        data = load(ref, resolver)
    except DataRefused as error:
        return _refused(error.message)
    probed = situations[:MOST_RACES]
    contests = [contest_of(situation, entrants.get(situation.block, ()), data) for situation in probed]
    contests += [
        gates_contest(contest, situation, names)
        for contest, situation in zip(contests, probed, strict=True)
        if (names := entrants.get(gates_of(situation.block)))
    ]
    judged = judge(data, situations[0].target_low, situations[0].target_high)
    not_raced = [situation.block for situation in situations[MOST_RACES:]]
    draft = _Draft(probe, contests, not_raced, calibration, ref, data, judged)
    return _planned(draft, probe.network_steps) if probe.network_steps else _within_seconds(draft)


def quote(plan: ProbePlan) -> tuple[float, int]:
    """Seconds on this machine and network-steps that the probe may need; less when it is decided early."""
    return plan.seconds, plan.network_steps


def deadline(plan: ProbePlan) -> float:
    """Wall seconds after which a probe is ended although it has not finished: far beyond its quote."""
    return DEADLINE_FACTOR * plan.seconds + DEADLINE_GRACE


def _refused(reason: str, network_steps: int = 0) -> ProbePlan:
    return ProbePlan(data=None, network_steps=network_steps, seconds=0.0, refused=reason)


@dataclass(frozen=True)
class _Draft:
    """Everything about a probe but its budget."""

    probe: Probe
    contests: Sequence[Contest]
    not_raced: Sequence[str]
    calibration: Calibration
    ref: DataReference
    data: PreparedData
    judged: Judge


def _within_seconds(draft: _Draft) -> ProbePlan:
    """The plan whose expected seconds are those wanted: what a network-step costs depends on the races themselves."""
    wanted = draft.probe.seconds
    total = min(_affordable(wanted, contest, draft.calibration) for contest in draft.contests)
    plan = _planned(draft, total)
    for _ in range(_CORRECTIONS):
        if plan.refused is not None or plan.seconds == 0:
            break
        total = max(1, int(total * wanted / plan.seconds))
        plan = _planned(draft, total)
    return plan


def _affordable(seconds: float, contest: Contest, calibration: Calibration) -> int:
    """Network-steps that all workers take in so many seconds, looks at the validation rows left out."""
    step = calibration.seconds_per_step(contest.proxy.network, contest.batch_size)
    return max(1, int(calibration.workers * seconds / step))


def _planned(draft: _Draft, total: int) -> ProbePlan:
    probe, first = draft.probe, draft.contests[0]
    racing = [contest for contest in draft.contests if len(contest.entrants) > 1]
    activation = first.entrants[0].activation if first.entrants else DEFAULT_ACTIVATION
    heads = head_entrants(activation, first.proxy.network, draft.data) if probe.heads else ()
    heads_budget = _heads_budget(total, heads, bool(racing))
    try:
        share = (total - heads_budget) // max(1, len(racing))
        races = tuple(_hidden_race(place, item, share, probe, draft.judged) for place, item in enumerate(racing))
        heads_race = _heads_race(heads, first, heads_budget, probe, draft.judged) if heads_budget else None
    except ValueError as error:
        return _refused(str(error), total)
    planned = [*races, *([heads_race] if heads_race else [])]
    if not planned:
        return _refused("there is nothing to compare: fewer than two candidates can be trained")
    return ProbePlan(
        data=draft.ref,
        races=races,
        heads=heads_race,
        network_steps=sum(race.budget for race in planned),
        seconds=round(sum(race_seconds(race, len(draft.data.x_valid), draft.calibration) for race in planned), 3),
        described=describe(draft.ref, draft.data),
        scope=_scope(draft.contests, planned, draft.not_raced),
        fingerprint=draft.data.fingerprint,
    )


def _heads_budget(total: int, heads: Sequence[Entrant], hidden: bool) -> int:
    """Enough for every head at full length, but no more than its share."""
    if len(heads) < 2:
        return 0
    enough = int(len(heads) * MOST_STEPS * (steps_factor(len(LEARNING_RATES["adam"])) + _MORE_FOR_HEADS))
    return min(enough, int(total * HEAD_SHARE) if hidden else total)


def _hidden_race(place: int, contest: Contest, budget: int, probe: Probe, judged: Judge) -> RacePlan:
    return _race(f"hidden-{place}", contest.block, contest.entrants, contest, budget, probe, judged)


def _heads_race(heads: Sequence[Entrant], contest: Contest, budget: int, probe: Probe, judged: Judge) -> RacePlan:
    return _race("output", OUTPUT, heads, contest, budget, probe, judged)


def _race(
    key: str, subject: str, entrants: Sequence[Entrant], contest: Contest, budget: int, probe: Probe, judged: Judge
) -> RacePlan:
    return plan_race(
        key,
        subject,
        entrants,
        contest.proxy.network,
        budget,
        optimizer=contest.optimizer,
        most_seeds=probe.seeds,
        batch_size=contest.batch_size,
        seed=probe.seed,
        margin=judged.margin,
        metric=judged.metric,
        baseline=judged.baseline,
        target_low=judged.target_low,
        target_high=judged.target_high,
    )


def _scope(contests: Sequence[Contest], planned: Sequence[RacePlan], not_raced: Sequence[str]) -> str:
    """What the probe covers, and every way in which it is not the network described."""
    sentences = [_network_sentence(contest) for contest in contests]
    sentences += [f"{race.subject}: {note}" for race in planned for note in race.notes]
    if not_raced:
        sentences.append(f"not probed: {', '.join(not_raced)}")
    return "; ".join(sentences)


def _network_sentence(contest: Contest) -> str:
    network = contest.proxy.network
    differences = "".join(f"; {difference}" for difference in contest.proxy.differences)
    return f"{contest.block}: {network.family} network, {network.in_words}, {contest.optimizer}{differences}"

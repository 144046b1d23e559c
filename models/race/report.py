"""The race told in the contract's words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from actwise.contract import answer
from actwise.contract.evidence import Effect
from models.race.board import FLOOR_SHARE
from models.race.pace import level_of, paces
from models.race.standing import Members, Standing, standing
from models.race.statistics import Comparison
from models.race.terms import DIGITS, RaceTerms

Stopped = Literal["running", "decided", "budget", "deadline", "cancelled"]


@dataclass(frozen=True)
class Fate:
    """Why and after which rung a candidate left, and how it then stood against the leader."""

    status: Literal["dropped", "diverged"]
    rung: int
    comparison: Comparison | None


def race_report(
    plan: RaceTerms, rungs: Sequence[dict[str, Members]], fates: dict[str, Fate], stopped: Stopped, network_steps: int
) -> answer.Race:
    """Entries in the order: tie group, dropped, diverged; each by the last rung reached and the score there."""
    standings = [_standing(plan, rung, fates) for rung in rungs]
    level, steps = _paces(plan, rungs[-1], standings[-1])
    entries = [_entry(name, rungs, standings, fates, steps, plan.digits) for name in plan.candidates]
    reached = [_reached(name, rungs) for name in plan.candidates]
    order = sorted(
        range(len(entries)), key=lambda i: (_STATUS.index(entries[i].status), -reached[i], -_score(entries[i]), i)
    )
    return answer.Race(
        subject=plan.subject,
        metric=plan.metric,
        rungs=plan.rungs,
        entries=tuple(entries[i] for i in order),
        network_steps=network_steps,
        stopped=stopped,
        curves=tuple(
            _curve(entries[i].candidate, rungs[reached[i]], standings[reached[i]], plan.digits)
            for i in order
            if reached[i] >= 0
        ),
        baseline=_rounded(plan.baseline, plan.digits),
        level=level,
    )


_STATUS = ("in_group", "dropped", "diverged")


def _score(entry: answer.RaceEntry) -> float:
    return entry.score if entry.score is not None else -1e300


def _standing(plan: RaceTerms, rung: dict[str, Members], fates: dict[str, Fate]) -> Standing | None:
    """How all who ran a rung stand; its leader is still in the race, if anybody is."""
    order = [name for name in plan.candidates if name in rung]
    leaders = [name for name in order if name not in fates]
    floor = FLOOR_SHARE * plan.margin
    return standing(rung, order, plan.baseline, floor, leaders=leaders) if order else None


def _paces(
    plan: RaceTerms, rung: dict[str, Members], here: Standing | None
) -> tuple[float | None, dict[str, Effect | None]]:
    """The level whose reaching is timed, and when it is reached, for those who ran the full length."""
    if here is None or here.means[here.leader] <= plan.baseline:
        return None, {}
    final = here.means[here.leader]
    members = {name: [member for _, member in sorted(rung[name][rate].items())] for name, rate in here.rates.items()}
    return _rounded(level_of(final, plan.baseline), plan.digits), paces(members, final, plan.baseline)


def _reached(candidate: str, rungs: Sequence[dict[str, Members]]) -> int:
    """The last rung that the candidate ran; -1 when none is complete."""
    return max((place for place, rung in enumerate(rungs) if candidate in rung), default=-1)


def _entry(
    candidate: str,
    rungs: Sequence[dict[str, Members]],
    standings: Sequence[Standing | None],
    fates: dict[str, Fate],
    steps: dict[str, Effect | None],
    digits: int,
) -> answer.RaceEntry:
    place, fate = _reached(candidate, rungs), fates.get(candidate)
    here = standings[place] if place >= 0 else None
    status = fate.status if fate else "in_group"
    if here is None:
        return answer.RaceEntry(
            candidate=candidate, status=status, learning_rate=None, seeds=0, score=None, difference=None
        )
    members = [member for _, member in sorted(rungs[place][candidate][here.rates[candidate]].items())]
    gone = status == "diverged"
    return answer.RaceEntry(
        candidate=candidate,
        status=status,
        learning_rate=None if gone else here.rates[candidate],
        seeds=len(members),
        score=None if gone else _rounded(here.means[candidate], digits),
        difference=None if gone else _difference(candidate, here, fate, digits),
        dead_share=_mean([member.dead_share for member in members]),
        saturated_share=_mean([member.saturated_share for member in members]),
        gradient_ratio=_mean([member.gradient_ratio for member in members]),
        dropped_at=fate.rung if fate else None,
        steps_to_level=None if gone else steps.get(candidate),
    )


def _difference(candidate: str, here: Standing, fate: Fate | None, digits: int) -> Effect:
    told = fate.comparison if fate and fate.comparison else here.comparisons.get(candidate)
    if told is None:
        return Effect(mean=0.0, low=0.0, high=0.0)
    mean, low, high = (_rounded(value, digits) for value in (told.mean, told.low, told.high))
    return Effect(mean=mean, low=low, high=high)


def _curve(candidate: str, rung: dict[str, Members], here: Standing | None, digits: int) -> answer.MemberCurve:
    """Mean, lowest and highest score over the seeds that did not diverge."""
    rate = here.rates[candidate] if here else min(rung[candidate])
    members = [member for _, member in sorted(rung[candidate][rate].items()) if member.score is not None]
    if not members:
        return answer.MemberCurve(candidate=candidate, steps=(), score=())
    whole = [member for member in members if member.curve_steps == members[0].curve_steps]
    points = list(zip(*(member.curve_scores for member in whole), strict=True))
    return answer.MemberCurve(
        candidate=candidate,
        steps=members[0].curve_steps,
        score=tuple(_rounded(sum(point) / len(point), digits) for point in points),
        low=tuple(_rounded(min(point), digits) for point in points),
        high=tuple(_rounded(max(point), digits) for point in points),
    )


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return _rounded(sum(known) / len(known), DIGITS) if known else None


def _rounded(value: float, digits: int) -> float:
    return round(value, digits) + 0.0

"""Races of callers' own trainers: the list, and one race as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from actwise.contract.race import RaceLease, RaceLine, RacePage, RaceState, RaceStatus
from service.pages.form import permalink
from service.pages.race import RaceView, race_view
from service.pages.words import counted, value_words

_STATUS: Mapping[RaceStatus, str] = {
    "running": "is running",
    "decided": "is decided",
    "undecided": "ended undecided",
    "cancelled": "was cancelled",
}
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class OwnRaceLine:
    """One race of the list."""

    id: str
    title: str
    status: RaceStatus
    told: str
    created: datetime


@dataclass(frozen=True, slots=True)
class LeaseLine:
    """One task that somebody is training."""

    activation: str
    task: str
    trainer: str
    until: datetime


@dataclass(frozen=True, slots=True)
class OwnRaceView:
    """One race. `percent` is the share of the budget that is spent; `link` leads to the advice behind it."""

    id: str
    title: str
    status: RaceStatus
    lead: str
    summary: tuple[str, ...]
    spent: str
    percent: int
    unit: str
    race: RaceView
    leases: tuple[LeaseLine, ...]
    more_leases: int
    failure: str | None
    not_raced: tuple[str, ...]
    link: str
    created: datetime


def race_lines(page: RacePage) -> tuple[OwnRaceLine, ...]:
    """The races of one page of the list."""
    return tuple(map(_line, page.items))


def own_race_view(state: RaceState) -> OwnRaceView:
    """One race as it stands."""
    asked = state.request
    lead, *rest = state.summary or (f"The race {_STATUS[state.status]}.",)
    return OwnRaceView(
        id=state.id,
        title=f"{asked.metric.replace('_', ' ')} of {value_words(asked.description.layer_type)} layers",
        status=state.status,
        lead=lead,
        summary=tuple(rest),
        spent=_spent(state),
        percent=min(100, round(100 * state.runs_paid / asked.budget.runs)),
        unit=asked.budget.unit,
        race=race_view(state.standing),
        leases=tuple(map(_lease, state.leases[:_SHOWN])),
        more_leases=max(0, len(state.leases) - _SHOWN),
        failure=state.last_failure,
        not_raced=state.not_raced,
        link=permalink(asked.description),
        created=state.created,
    )


def _line(one: RaceLine) -> OwnRaceLine:
    return OwnRaceLine(
        id=one.id,
        title=f"{one.metric.replace('_', ' ')}: {', '.join(one.candidates)}",
        status=one.status,
        told=f"{_STATUS[one.status]}, {counted(one.results, 'training')} told",
        created=one.created,
    )


def _spent(state: RaceState) -> str:
    budget = state.request.budget
    failed = f", {state.failures:,} of them failed or diverged" if state.failures else ""
    trainings = f"{counted(state.results, 'training')} told{failed}"
    return f"{state.runs_paid:.3g} of {budget.runs:g} full trainings of {budget.length:,} {budget.unit}; {trainings}"


def _lease(one: RaceLease) -> LeaseLine:
    return LeaseLine(one.activation, one.task, one.trainer or "without a name", one.until)

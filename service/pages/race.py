"""A race as it eliminates candidates: a grid of candidates and rungs, and their learning curves."""

from __future__ import annotations

from dataclasses import dataclass, replace

from actwise.contract.answer import MemberCurve, ProbeReport, Race, RaceEntry
from actwise.contract.evidence import Effect
from service.pages.interval import Interval, Scale, scale_of
from service.pages.plots import Plot
from service.pages.words import counted, signed

_CURVES = 8
"""Learning curves drawn in full colour or faint; more cannot be told apart."""

_ENDED = {
    "running": "It is running.",
    "decided": "It ended when the decision could not change any more.",
    "budget": "It ended with its budget.",
    "deadline": "It ended at its deadline, long after the time that was quoted.",
    "cancelled": "It was cancelled.",
}
_FATES = {"in_group": "in the first group", "dropped": "dropped", "diverged": "diverged"}


@dataclass(frozen=True, slots=True)
class RaceRow:
    """One candidate: `cells` says per rung whether it ran (`ran`), left after it (`left`) or was not there (`out`)."""

    name: str
    fate: str
    status: str
    cells: tuple[str, ...]
    score: str
    difference: str
    interval: Interval | None
    learning_rate: str
    seeds: int


@dataclass(frozen=True, slots=True)
class RaceView:
    """One race, ready to be printed."""

    subject: str
    metric: str
    rungs: tuple[str, ...]
    rows: tuple[RaceRow, ...]
    steps: str
    ended: str
    curves: Plot | None


@dataclass(frozen=True, slots=True)
class ProbeView:
    """Progress and result of a probe."""

    percent: int
    steps: str
    data: str
    scope: str
    refused: str | None
    races: tuple[RaceView, ...]


def probe_view(report: ProbeReport) -> ProbeView:
    """The probe of an answer, running or done."""
    return ProbeView(
        percent=round(100 * report.progress),
        steps=f"{report.network_steps_done:,} of {report.network_steps_budget:,} training steps",
        data=report.data,
        scope=report.scope,
        refused=report.refused,
        races=tuple(race_view(race) for race in report.races),
    )


def race_view(race: Race) -> RaceView:
    """One race."""
    told = [entry.difference for entry in race.entries if entry.difference]
    scale = scale_of([Effect(mean=0, low=0, high=0), *told], least=0.0)
    return RaceView(
        subject=race.subject,
        metric=race.metric.replace("_", " "),
        rungs=tuple(f"{steps:,}" for steps in race.rungs),
        rows=tuple(_row(entry, len(race.rungs), race.stopped == "running", scale) for entry in race.entries),
        steps=counted(race.network_steps, "training step"),
        ended=_ENDED[race.stopped],
        curves=_curves(race),
    )


def _row(entry: RaceEntry, rungs: int, running: bool, scale: Scale) -> RaceRow:
    return RaceRow(
        name=entry.candidate,
        fate="still racing" if running and entry.status == "in_group" else _FATES[entry.status],
        status=entry.status,
        cells=tuple(_cell(entry, place) for place in range(rungs)),
        score=_number(entry.score),
        difference=_difference(entry),
        interval=replace(scale.interval(entry.difference), words=_difference(entry)) if entry.difference else None,
        learning_rate=f"{entry.learning_rate:g}" if entry.learning_rate is not None else "–",
        seeds=entry.seeds,
    )


def _cell(entry: RaceEntry, place: int) -> str:
    if entry.dropped_at is None:
        return "ran"
    if place == entry.dropped_at:
        return "left"
    return "ran" if place < entry.dropped_at else "out"


def _difference(entry: RaceEntry) -> str:
    found = entry.difference
    if found is None:
        return "–"
    if found.mean == found.low == found.high == 0.0:
        return "the leader"
    return f"{signed(found.mean, '.3g')} ({signed(found.low, '.3g')} to {signed(found.high, '.3g')})"


def _curves(race: Race) -> Plot | None:
    drawn = [curve for curve in race.curves if curve.steps][:_CURVES]
    if not drawn:
        return None
    fates = {entry.candidate: entry.status for entry in race.entries}
    lines = [
        {"name": curve.candidate, "in_group": fates[curve.candidate] == "in_group", "points": _points(curve)}
        for curve in drawn
    ]
    steps = sorted({step for curve in drawn for step in curve.steps})
    scores = [dict(zip(curve.steps, curve.score, strict=True)) for curve in drawn]
    rows = tuple((f"{step:,}", *(_number(one.get(step)) for one in scores)) for step in steps)
    data = {"metric": race.metric.replace("_", " "), "baseline": race.baseline, "lines": lines}
    return Plot("learning", "Learning curves", data, ("step", *(curve.candidate for curve in drawn)), rows)


def _points(curve: MemberCurve) -> list[dict[str, float]]:
    """Score by step, with the range of the seeds where it is known."""
    known = {"score": curve.score, "low": curve.low, "high": curve.high}
    columns = {name: values for name, values in known.items() if len(values) == len(curve.steps)}
    return [
        {"step": step, **{name: values[place] for name, values in columns.items()}}
        for place, step in enumerate(curve.steps)
    ]


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}".replace("-", "−")

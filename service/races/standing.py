"""How a race stands, in the caller's metric and in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from actwise.contract.answer import Race, RaceEntry
from actwise.contract.race import RaceLease, RaceRequest, RaceState, RaceStatus
from service.races.book import RaceBook
from service.races.desk import Lease
from service.races.drafting import RaceDraft, sign_of


@dataclass(frozen=True, slots=True)
class Facts:
    """What of a race never changes."""

    id: str
    created: datetime
    request: RaceRequest
    draft: RaceDraft


def status_of(book: RaceBook) -> RaceStatus:
    """Running, decided, cancelled, or undecided: the budget is spent and some cannot be told apart."""
    stopped = book.report().stopped
    if stopped == "running":
        return "running"
    if stopped == "cancelled":
        return "cancelled"
    return "decided" if stopped == "decided" or book.settled() else "undecided"


def race_state(
    facts: Facts, book: RaceBook, leases: Sequence[Lease], now_ms: int, last_failure: str | None = None
) -> RaceState:
    """The whole resource; of the leases those that have not run out."""
    standing = _in_the_callers_metric(book.report(), sign_of(facts.request))
    activations = {run.task: run.candidate for run in book.runs()}
    status = status_of(book)
    return RaceState(
        id=facts.id,
        status=status,
        created=facts.created,
        request=facts.request,
        candidates=facts.draft.candidates,
        not_raced=facts.draft.not_raced,
        tie_group=_group(standing),
        summary=tuple(_sentences(facts, book, standing, status)),
        standing=standing,
        runs_paid=round(book.units / facts.request.budget.length, 3),
        results=book.results,
        failures=book.failures,
        last_failure=last_failure,
        open=len(activations),
        leases=tuple(
            RaceLease(
                task=lease.task,
                activation=activations[lease.task],
                trainer=lease.trainer,
                attempt=lease.attempt,
                until=datetime.fromtimestamp(lease.until_ms / 1_000, UTC),
            )
            for lease in leases
            if lease.until_ms > now_ms and lease.task in activations
        ),
    )


def why_ended(facts: Facts, book: RaceBook) -> str:
    """In one sentence, why there is nothing to train any more."""
    return next(iter(_verdict(facts, book, _group(book.report()), status_of(book))))


def _group(standing: Race) -> tuple[str, ...]:
    return tuple(entry.candidate for entry in standing.entries if entry.status == "in_group")


def _in_the_callers_metric(race: Race, sign: float) -> Race:
    """Scores become values again; differences stay, where above zero is better."""
    if sign > 0:
        return race
    turned = {"baseline": _turned(race.baseline), "level": _turned(race.level)}
    entries = tuple(entry.model_copy(update={"score": _turned(entry.score)}) for entry in race.entries)
    curves = tuple(
        one.model_copy(update={"score": _all(one.score), "low": _all(one.high), "high": _all(one.low)})
        for one in race.curves
    )
    return race.model_copy(update={"entries": entries, "curves": curves, **turned})


def _turned(score: float | None) -> float | None:
    return None if score is None else 0.0 - score


def _all(scores: Sequence[float]) -> tuple[float, ...]:
    return tuple(0.0 - score for score in scores)


def _sentences(facts: Facts, book: RaceBook, standing: Race, status: RaceStatus) -> Iterator[str]:
    yield from _verdict(facts, book, _group(standing), status)
    for entry in standing.entries:
        if entry.status != "in_group":
            yield _left(entry, facts.request, standing)
    if facts.draft.not_raced:
        yield f"Not raced, since the budget is too small: {', '.join(facts.draft.not_raced)}."


def _verdict(facts: Facts, book: RaceBook, group: Sequence[str], status: RaceStatus) -> Iterator[str]:
    names, spent = ", ".join(group), f"{book.units / facts.request.budget.length:.4g} full trainings"
    if status == "running":
        yield f"The race is running: {book.results} trainings have ended, {len(book.runs())} can be trained now."
    elif status == "cancelled":
        yield f"The race was cancelled after {spent}; still in it: {names or 'nobody'}."
    elif not group:
        yield "No candidate could be trained at any learning rate."
    elif len(facts.draft.candidates) == 1:
        yield f"{names} is the only candidate: nothing had to be trained."
    elif len(group) == 1:
        yield f"{names} is the best, after {spent}: all others are worse beyond doubt, or could not be trained."
    elif book.settled():
        yield f"{names} differ by less than {book.margin:.3g} {facts.request.metric}, after {spent}."
    elif status == "decided":
        yield f"{names} cannot be told apart after {spent}, nor by what the budget would still buy."
    else:
        yield f"{names} cannot be told apart within the budget, after {spent}: more runs may do it."


def _left(entry: RaceEntry, request: RaceRequest, standing: Race) -> str:
    """Who is out, since when and why."""
    place = standing.rungs[entry.dropped_at] if entry.dropped_at is not None else 0
    when = f"after trainings of {place} {request.budget.unit}"
    if entry.status == "diverged" or entry.difference is None:
        return f"{entry.candidate} is out {when}: it could not be trained."
    worse = entry.difference
    return (
        f"{entry.candidate} is out {when}: {-worse.mean:.3g} {request.metric} worse than the leader "
        f"({-worse.high:.3g} to {-worse.low:.3g})."
    )

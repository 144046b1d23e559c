"""At the desk: who is given which training, and what becomes of a result that is handed in.

A lease says that somebody is training a task. It ends with the task's first final result, when it is given back, or by
itself when nothing was heard for too long; then the task is handed out again, under the next attempt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from actwise.contract.faults import ContractError, Fault
from actwise.contract.names import nearest_name
from actwise.contract.race import RaceAsk, RaceResult
from service.races.book import Ended, RaceBook, Run

LOOK_AGAIN = 2.0
"""Seconds after which to ask again, at most: a stage may end at any moment."""
_SOONEST = 0.05
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Lease:
    """A task in somebody's hands until `until_ms`, in milliseconds of the clock that all share."""

    task: str
    trainer: str | None
    attempt: int
    until_ms: int
    points: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a result. A `lease` is the task's new one."""

    outcome: Literal["counted", "noted", "repeated", "ignored"]
    stop: bool
    why: str | None = None
    lease: Lease | None = None


def hand_out(
    runs: Sequence[Run], leases: Mapping[str, Lease], ask: RaceAsk, now_ms: int, lease_ms: int
) -> tuple[tuple[Run, Lease], ...]:
    """The trainings that this trainer gets, each with its lease; none when all are in somebody's hands.

    What the trainer was given before and does not hold (its answer was lost, or it began anew) comes back at once.
    """
    free = [run for run in runs if _is_free(leases.get(run.task), ask, now_ms)]
    return tuple(
        (run, Lease(run.task, ask.trainer, _attempt(leases.get(run.task)) + 1, now_ms + lease_ms))
        for run in free[: ask.tasks]
    )


def look_again(leases: Mapping[str, Lease], runs: Sequence[Run], now_ms: int) -> float:
    """Seconds after which a trainer that has nothing to do should ask again."""
    ends = [leases[run.task].until_ms for run in runs if run.task in leases]
    soonest = (min(ends, default=now_ms) - now_ms) / 1_000
    return max(_SOONEST, min(LOOK_AGAIN, soonest))


def judge(result: RaceResult, book: RaceBook, lease: Lease | None, now_ms: int, lease_ms: int, sign: float) -> Verdict:
    """What becomes of a result; `sign` makes a score of its value.

    Raises ContractError for a task or attempt that was never handed out, and for a place beyond the task's length.
    """
    ended = book.ended(result.task)
    if ended is not None:
        return _after(result, ended, sign)
    run = book.run(result.task)
    if run is None and book.finished:
        return Verdict("ignored", True, "the race has ended")
    if run is None:
        raise ContractError((_unknown(result.task, book),))
    _check(result, run, lease)
    if result.kind not in ("partial", "released"):
        return Verdict("counted", True)
    if lease is not None and result.attempt not in (None, lease.attempt) and lease.until_ms > now_ms:
        return Verdict("ignored", True, "the lease ran out, and the task was given to somebody else")
    if result.kind == "released":
        return Verdict("noted", True, lease=Lease(run.task, None, _attempt(lease), 0))
    points = lease.points if lease else 0
    trainer = lease.trainer if lease else None
    attempt = result.attempt or _attempt(lease) or 1
    return Verdict("noted", False, lease=Lease(run.task, trainer, attempt, now_ms + lease_ms, points + 1))


def score_of(result: RaceResult, sign: float) -> float | None:
    """The score of a result, higher is better; None for a training that diverged or failed."""
    return None if result.value is None else sign * result.value


def _is_free(lease: Lease | None, ask: RaceAsk, now_ms: int) -> bool:
    if lease is None or lease.until_ms <= now_ms:
        return True
    return ask.trainer is not None and lease.trainer == ask.trainer and lease.task not in ask.holding


def _attempt(lease: Lease | None) -> int:
    return lease.attempt if lease else 0


def _after(result: RaceResult, ended: Ended, sign: float) -> Verdict:
    """What becomes of a result whose task has ended."""
    if result.kind in ("partial", "released"):
        return Verdict("ignored", True, "the task has its final result already")
    score = score_of(result, sign)
    if score == ended.score:
        return Verdict("repeated", True)
    first = "a failed or diverged training" if ended.score is None else f"{sign * ended.score:.10g}"
    return Verdict("ignored", True, f"the first final result counts, and that was {first}")


def _check(result: RaceResult, run: Run, lease: Lease | None) -> None:
    if result.attempt is not None and result.attempt > _attempt(lease):
        message = f"{run.task!r} was handed out {_attempt(lease)} times so far: send back the attempt that came with it"
        raise ContractError((Fault(pointer="/attempt", code="not_allowed", message=message, sent=result.attempt),))
    if result.at is not None and result.at > run.length:
        message = f"this task is {run.length} long"
        raise ContractError((Fault(pointer="/at", code="not_allowed", message=message, sent=result.at),))


def _unknown(task: str, book: RaceBook) -> Fault:
    allowed = tuple(run.task for run in book.runs())
    near = nearest_name(task, allowed)
    hint = f": did you mean {near!r}?" if near else "; send back the id of a task that was handed out"
    return Fault(
        pointer="/task",
        code="not_allowed",
        message=f"this race has no task {task[:60]!r}{hint}",
        sent=task,
        allowed=allowed[:_SHOWN],
        nearest=near,
    )

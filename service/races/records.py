"""Between what is stored of a race and what is said of it."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import cast

import sqlalchemy as sa

from actwise.contract.race import RaceLine, RaceRequest, RaceStatus, RaceTask
from service.races.book import RaceBook, Run
from service.races.desk import Lease
from service.races.drafting import RaceDraft
from service.races.standing import Facts
from service.storage import races as rows


def apply(book: RaceBook, told: rows.Told, sign: float) -> None:
    score = None if told.value is None else sign * told.value
    if told.kind == "partial":
        book.note(told.task, told.attempt, told.place or 0, cast(float, score))
    else:
        book.replay(told.task, told.attempt, score)


def facts_of(row: rows.Row) -> Facts:
    return _facts(row.id, row.created_us, row.request, row.draft)


@lru_cache(maxsize=256)
def _facts(identifier: str, created_us: int, request: str, draft: str) -> Facts:
    return Facts(
        id=identifier,
        created=datetime.fromtimestamp(created_us / 1e6, UTC),
        request=RaceRequest.model_validate_json(request),
        draft=RaceDraft.model_validate_json(draft),
    )


def line_of(row: rows.Row) -> RaceLine:
    facts = facts_of(row)
    return RaceLine(
        id=row.id,
        status=cast(RaceStatus, row.status),
        created=facts.created,
        metric=facts.request.metric,
        candidates=facts.draft.plan.candidates,
        results=row.results,
    )


def task_of(facts: Facts, run: Run, lease: Lease) -> RaceTask:
    request = facts.request
    factor = request.learning_rate_factors[run.rate]
    start = next(one.initialization for one in facts.draft.candidates if one.activation == run.candidate)
    return RaceTask(
        id=run.task,
        attempt=lease.attempt,
        activation=run.candidate,
        initialization=start,
        learning_rate_factor=factor,
        learning_rate=None if request.learning_rate is None else request.learning_rate * factor,
        seed=request.seed + run.seed,
        length=run.length,
        unit=request.budget.unit,
        lease_seconds=request.lease_seconds,
    )


def leases_of(connection: sa.Connection, identifier: str) -> dict[str, Lease]:
    found = rows.held(connection, identifier)
    return {task: Lease(one.task, one.trainer, one.attempt, one.until_ms, one.points) for task, one in found.items()}


def held_of(lease: Lease) -> rows.Held:
    return rows.Held(lease.task, lease.trainer, lease.attempt, lease.until_ms, lease.points)

"""Recommendations in the database: every statement that touches their table.

A row is alive while its status is queued or running. Only one attempt of it is alive at a time; a
worker that still holds an older attempt changes nothing, since every change names its attempt.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from service.searching import EVERYTHING, Search
from service.storage.clock import now_milliseconds
from service.storage.inserting import insert_or_ignore
from service.storage.schema import idempotency_keys as keys
from service.storage.schema import recommendations as table

ALIVE = ("queued", "running")
ENDED = ("complete", "cancelled", "failed")

Verdict = Literal["go", "late", "gone"]

_HEAD = 16_000
"""Bytes of an answer that a list reads: request, assumptions and summary come first."""


@dataclass(frozen=True, slots=True)
class Row:
    """One stored recommendation; `progress` is the JSON of the probe's report so far."""

    id: str
    request: str
    status: str
    answer: bytes
    attempt: int
    progress: str | None
    error: str | None
    created_us: int


@dataclass(frozen=True, slots=True)
class Line:
    """What a list shows of a recommendation; `share` (0..1) is how far its probe is, `head` how its answer begins."""

    id: str
    status: str
    request: str
    share: float | None
    attempt: int
    created_us: int
    head: bytes


_WHOLE = [table.c[name] for name in Row.__slots__]


def insert(connection: sa.Connection, identifier: str, request: str, status: str, answer: bytes, attempt: int) -> bool:
    """Store a new recommendation; False, and nothing changed, when the id is there already."""
    now = _now()
    values = {
        "id": identifier,
        "request": request,
        "status": status,
        "answer": answer,
        "attempt": attempt,
        "created_us": now,
        "updated_us": now,
    }
    return connection.execute(insert_or_ignore(connection, table), values).rowcount == 1


def get(connection: sa.Connection, identifier: str) -> Row | None:
    found = connection.execute(sa.select(*_WHOLE).where(table.c.id == identifier)).one_or_none()
    return None if found is None else Row(**found._mapping)


def restart(connection: sa.Connection, identifier: str, ended_attempt: int, answer: bytes) -> bool:
    """Queue a cancelled or failed recommendation anew, as the next attempt; False if another was faster."""
    where = [table.c.id == identifier, table.c.attempt == ended_attempt, table.c.status.in_(["cancelled", "failed"])]
    values = {
        "status": "queued",
        "attempt": ended_attempt + 1,
        "answer": answer,
        "plan": None,
        "progress": None,
        "share": None,
        "error": None,
        "deadline_ms": None,
    }
    return _update(connection, where, values)


def begin(connection: sa.Connection, identifier: str, attempt: int, plan: str, limit_seconds: float) -> bool:
    """Mark an attempt as running and store its plan; its deadline counts from the first beginning.

    False when the attempt is not alive any more (cancelled, or superseded).
    """
    deadline = now_milliseconds(connection) + int(limit_seconds * 1_000)
    values = {"status": "running", "plan": plan, "deadline_ms": sa.func.coalesce(table.c.deadline_ms, deadline)}
    return _update(connection, _alive(identifier, attempt), values)


def note_progress(connection: sa.Connection, identifier: str, attempt: int, progress: str, share: float) -> bool:
    """Store how far an attempt is; False when it is not alive any more."""
    return _update(connection, _alive(identifier, attempt), {"progress": progress, "share": share})


def complete(connection: sa.Connection, identifier: str, attempt: int, answer: bytes) -> bool:
    """Store the final answer. True also when it was stored before: a repetition must find what it did."""
    values = {"status": "complete", "answer": answer, "progress": None, "share": 1.0}
    if _update(connection, _alive(identifier, attempt), values):
        return True
    where = (table.c.id == identifier, table.c.attempt == attempt, table.c.status == "complete")
    return connection.execute(sa.select(table.c.id).where(*where)).first() is not None


def fail(connection: sa.Connection, identifier: str, attempt: int, error: str) -> bool:
    return _update(connection, _alive(identifier, attempt), {"status": "failed", "error": error})


def cancel(connection: sa.Connection, identifier: str, attempt: int) -> bool:
    """Cancel an attempt; its tasks see it within a quarter of a second. False when it is not alive."""
    return _update(connection, _alive(identifier, attempt), {"status": "cancelled"})


def verdict(connection: sa.Connection, identifier: str, attempt: int) -> Verdict:
    """Whether work on an attempt still counts; lateness is judged by the database's clock."""
    late = sa.func.coalesce(table.c.deadline_ms < now_milliseconds(connection), sa.false())
    found = connection.execute(sa.select(late.label("late")).where(*_alive(identifier, attempt))).first()
    if found is None:
        return "gone"
    return "late" if found.late else "go"


def plan_of(connection: sa.Connection, identifier: str, attempt: int) -> str | None:
    """The plan of an attempt that is alive; None when it is not."""
    return connection.execute(sa.select(table.c.plan).where(*_alive(identifier, attempt))).scalar()


def count_alive(connection: sa.Connection) -> int:
    return connection.execute(sa.select(sa.func.count()).where(table.c.status.in_(ALIVE))).scalar_one()


def alive_attempts(connection: sa.Connection) -> list[tuple[str, int]]:
    """Id and attempt of everything queued or running, oldest first."""
    query = sa.select(table.c.id, table.c.attempt).where(table.c.status.in_(ALIVE)).order_by(table.c.created_us)
    return [(row.id, row.attempt) for row in connection.execute(query)]


def newest(
    connection: sa.Connection, limit: int, before: tuple[int, str] | None, search: Search = EVERYTHING
) -> list[Line]:
    """Up to `limit` lines of what is searched for, newest first, older than `before` (microseconds, id)."""
    columns = [table.c[name] for name in Line.__slots__ if name != "head"]
    head = sa.func.substr(table.c.answer, 1, _HEAD).label("head")
    query = sa.select(*columns, head).order_by(table.c.created_us.desc(), table.c.id.desc()).limit(limit)
    query = query.where(*_searched(search))
    if before is not None:
        query = query.where(sa.tuple_(table.c.created_us, table.c.id) < before)
    return [Line(**found._mapping) for found in connection.execute(query)]


def _searched(search: Search) -> list[sa.ColumnElement[bool]]:
    text = sa.func.lower(table.c.id + " " + table.c.request)
    found = [sa.or_(*(text.contains(one, autoescape=True) for one in words)) for words in search.patterns]
    return found if search.status is None else [*found, table.c.status == search.status]


def ended_before(connection: sa.Connection, limit_us: int, least_attempt: int = 0) -> list[tuple[str, int]]:
    """Id and attempt of everything that ended, and was last changed, before a time (microseconds).

    `least_attempt` 1 leaves out what never had a probe.
    """
    where = (table.c.status.in_(ENDED), table.c.updated_us < limit_us, table.c.attempt >= least_attempt)
    return [(row.id, row.attempt) for row in connection.execute(sa.select(table.c.id, table.c.attempt).where(*where))]


def delete(connection: sa.Connection, identifier: str) -> None:
    """Delete a recommendation that has ended, with the idempotency keys that lead to it."""
    where = (table.c.id == identifier, table.c.status.in_(ENDED))
    if connection.execute(sa.delete(table).where(*where)).rowcount:
        connection.execute(sa.delete(keys).where(keys.c.recommendation == identifier))


def claim_key(connection: sa.Connection, key: str, fingerprint: str, identifier: str) -> bool:
    """Tie an idempotency key to a request; False when the key is taken (by this request or another)."""
    values = {"key": key, "fingerprint": fingerprint, "recommendation": identifier, "created_us": _now()}
    return connection.execute(insert_or_ignore(connection, keys), values).rowcount == 1


def key_holder(connection: sa.Connection, key: str) -> tuple[str, str] | None:
    """Fingerprint and recommendation that a key stands for; None when it is free."""
    found = connection.execute(sa.select(keys.c.fingerprint, keys.c.recommendation).where(keys.c.key == key)).first()
    return None if found is None else (found.fingerprint, found.recommendation)


def _alive(identifier: str, attempt: int) -> list[sa.ColumnElement[bool]]:
    return [table.c.id == identifier, table.c.attempt == attempt, table.c.status.in_(ALIVE)]


def _update(connection: sa.Connection, where: Sequence[sa.ColumnElement[bool]], values: dict[str, Any]) -> bool:
    return connection.execute(sa.update(table).where(*where).values(**values, updated_us=_now())).rowcount == 1


def _now() -> int:
    """Microseconds since 1970 by this process; only for ordering and ages, never for leases."""
    return time.time_ns() // 1_000

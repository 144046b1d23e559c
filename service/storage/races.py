"""Races in the database: every statement that touches their tables.

Whoever changes a race holds its row from `hold` to the end of the transaction, so that trainers come one after another,
on any number of machines. Results are only ever added.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from service.storage.inserting import insert_or_ignore
from service.storage.schema import race_leases as leases
from service.storage.schema import race_results as results
from service.storage.schema import races as table

RUNNING = "running"


@dataclass(frozen=True, slots=True)
class Row:
    """One race; `request` and `draft` are JSON, `results` counts trainings that ended, `log` all that was told."""

    id: str
    request: str
    draft: str
    status: str
    key: str | None
    fingerprint: str
    results: int
    log: int
    created_us: int


@dataclass(frozen=True, slots=True)
class Told:
    """One result as it was told; `value` in the caller's metric, None for a training that came to none."""

    task: str
    attempt: int
    kind: str
    place: int | None
    value: float | None
    message: str | None


@dataclass(frozen=True, slots=True)
class Held:
    """One lease: the trainer, how often the task was handed out, until when (milliseconds), points told of it."""

    task: str
    trainer: str | None
    attempt: int
    until_ms: int
    points: int


_WHOLE = [table.c[name] for name in Row.__slots__]


def insert(
    connection: sa.Connection, identifier: str, request: str, draft: str, status: str, key: str | None, fingerprint: str
) -> bool:
    """Store a new race; False, and nothing changed, when its idempotency key is taken."""
    now = _now()
    values = {
        "id": identifier,
        "request": request,
        "draft": draft,
        "status": status,
        "key": key,
        "fingerprint": fingerprint,
        "results": 0,
        "log": 0,
        "created_us": now,
        "updated_us": now,
    }
    return connection.execute(insert_or_ignore(connection, table), values).rowcount == 1


def hold(connection: sa.Connection, identifier: str) -> Row | None:
    """The race, with everybody else kept from changing it until this transaction ends; None when there is none."""
    if "\0" in identifier:
        return None
    connection.execute(sa.update(table).where(table.c.id == identifier).values(updated_us=_now()))
    return get(connection, identifier)


def get(connection: sa.Connection, identifier: str) -> Row | None:
    """The race as it stands; None when there is none. No id holds the character that PostgreSQL's text cannot."""
    return None if "\0" in identifier else _one(connection, table.c.id == identifier)


def of_key(connection: sa.Connection, key: str) -> Row | None:
    """The race that an idempotency key stands for."""
    return _one(connection, table.c.key == key)


def newest(connection: sa.Connection, limit: int, before: tuple[int, str] | None) -> list[Row]:
    """Up to `limit` races, newest first, older than `before` (microseconds, id)."""
    query = sa.select(*_WHOLE).order_by(table.c.created_us.desc(), table.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(sa.tuple_(table.c.created_us, table.c.id) < before)
    return [Row(**found._mapping) for found in connection.execute(query)]


def count_running(connection: sa.Connection) -> int:
    return connection.execute(sa.select(sa.func.count()).where(table.c.status == RUNNING)).scalar_one()


def add_result(connection: sa.Connection, row: Row, told: Told) -> None:
    """Write a result behind all others of a race that is held; a final one ends its lease."""
    final = told.kind != "partial"
    values = {name: getattr(told, name) for name in Told.__slots__}
    connection.execute(sa.insert(results), {"race": row.id, "number": row.log + 1, "told_us": _now(), **values})
    counted = {"log": row.log + 1, "results": row.results + final}
    connection.execute(sa.update(table).where(table.c.id == row.id).values(**counted))
    if final:
        connection.execute(sa.delete(leases).where(leases.c.race == row.id, leases.c.task == told.task))


def log(connection: sa.Connection, identifier: str, after: int = 0) -> Iterator[tuple[int, Told]]:
    """What was told of a race behind the first `after` results, each with its number, in order."""
    columns = [results.c[name] for name in Told.__slots__]
    query = sa.select(results.c.number, *columns).where(results.c.race == identifier, results.c.number > after)
    for number, *values in connection.execute(query.order_by(results.c.number)):
        yield number, Told(*values)


def last_failure(connection: sa.Connection, identifier: str) -> str | None:
    """The message of the failed training of a race that was told last; None when there is none."""
    where = (results.c.race == identifier, results.c.message.is_not(None), results.c.kind != "partial")
    query = sa.select(results.c.message).where(*where).order_by(results.c.number.desc()).limit(1)
    return connection.execute(query).scalar()


def set_status(connection: sa.Connection, identifier: str, status: str) -> None:
    """Note how a race that is held has ended."""
    connection.execute(sa.update(table).where(table.c.id == identifier).values(status=status))
    connection.execute(sa.delete(leases).where(leases.c.race == identifier))


def held(connection: sa.Connection, identifier: str) -> dict[str, Held]:
    """The leases of a race by task."""
    columns = [leases.c[name] for name in Held.__slots__]
    query = sa.select(*columns).where(leases.c.race == identifier).order_by(leases.c.task)
    return {found.task: Held(**found._mapping) for found in connection.execute(query)}


def lease(connection: sa.Connection, identifier: str, given: Iterable[Held]) -> None:
    """Put the leases of a race that is held in the place of older ones of the same tasks."""
    for one in given:
        connection.execute(sa.delete(leases).where(leases.c.race == identifier, leases.c.task == one.task))
        values = {name: getattr(one, name) for name in Held.__slots__}
        connection.execute(sa.insert(leases), {"race": identifier, **values})


def unchanged_since(connection: sa.Connection, limit_us: int) -> list[str]:
    """Ids of races of which nobody has heard since a time (microseconds), the running ones included."""
    return list(connection.execute(sa.select(table.c.id).where(table.c.updated_us < limit_us)).scalars())


def delete(connection: sa.Connection, identifier: str) -> bool:
    """Delete a race with its results; False when there is none of this id."""
    found = connection.execute(sa.delete(table).where(table.c.id == identifier)).rowcount == 1
    for other in (results, leases):
        connection.execute(sa.delete(other).where(other.c.race == identifier))
    return found


def _one(connection: sa.Connection, where: sa.ColumnElement[bool]) -> Row | None:
    found = connection.execute(sa.select(*_WHOLE).where(where)).one_or_none()
    return None if found is None else Row(**found._mapping)


def _now() -> int:
    """Microseconds since 1970 by this process; only for ordering and ages, never for leases."""
    return time.time_ns() // 1_000

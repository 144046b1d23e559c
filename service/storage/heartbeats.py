"""Which workers are alive: one row per worker process, touched every beat by the database's clock."""

from __future__ import annotations

import sqlalchemy as sa

from service.storage.clock import now_milliseconds
from service.storage.schema import worker_heartbeat as table


def beat(connection: sa.Connection, identifier: str) -> None:
    """Say that a worker is alive; makes its row the first time."""
    now = now_milliseconds(connection)
    touched = connection.execute(sa.update(table).where(table.c.id == identifier).values(seen_ms=now))
    if touched.rowcount == 0:
        connection.execute(sa.insert(table).from_select(["id", "seen_ms"], sa.select(sa.literal(identifier), now)))


def retire(connection: sa.Connection, identifier: str) -> None:
    """Say that a worker has gone and will not come back: what it held may be taken over at once."""
    connection.execute(sa.update(table).where(table.c.id == identifier).values(seen_ms=0))


def ages(connection: sa.Connection) -> dict[str, float]:
    """Seconds since the last beat of every worker that is on record."""
    age = (now_milliseconds(connection) - table.c.seen_ms).label("age")
    return {row.id: row.age / 1_000 for row in connection.execute(sa.select(table.c.id, age))}


def forget(connection: sa.Connection, identifier: str) -> None:
    connection.execute(sa.delete(table).where(table.c.id == identifier))

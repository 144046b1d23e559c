"""Callers' data sets in the database: every statement that touches their tables.

The content lies in pieces, since one value of many megabytes would have to pass through memory at once, and because
PostgreSQL and SQLite bound the size of one.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from service.storage.inserting import insert_or_ignore
from service.storage.rows import ALIVE
from service.storage.schema import dataset_pieces as pieces
from service.storage.schema import datasets as table
from service.storage.schema import recommendations

PIECE = 1_000_000
_LOCK = 0x6461746173657473  # any constant that nobody else takes: "datasets" in ASCII


@dataclass(frozen=True, slots=True)
class Row:
    """One stored data set without its content; `facts` is JSON, `size` in bytes."""

    id: str
    name: str
    facts: str
    size: int
    created_us: int


_WHOLE = [table.c[name] for name in Row.__slots__]


def lock(connection: sa.Connection) -> None:
    """Let one transaction at a time add data sets, so that quotas are kept; SQLite has one writer anyway."""
    if connection.dialect.name != "sqlite":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))


def insert(connection: sa.Connection, identifier: str, name: str, facts: str, content: bytes) -> bool:
    """Store a new data set; False, and nothing changed but its last use, when the id is there already."""
    now = _now()
    values = {
        "id": identifier,
        "name": name,
        "facts": facts,
        "size": len(content),
        "created_us": now,
        "used_us": now,
    }
    if connection.execute(insert_or_ignore(connection, table), values).rowcount == 0:
        touch(connection, identifier)
        return False
    for number, piece in enumerate(_cut(content)):
        connection.execute(sa.insert(pieces), {"dataset": identifier, "number": number, "content": piece})
    return True


def get(connection: sa.Connection, identifier: str) -> Row | None:
    found = connection.execute(sa.select(*_WHOLE).where(table.c.id == identifier)).one_or_none()
    return None if found is None else Row(**found._mapping)


def content(connection: sa.Connection, identifier: str) -> bytes | None:
    """The bytes as they were sent; None when there is none of this id."""
    row = get(connection, identifier)
    if row is None:
        return None
    query = sa.select(pieces.c.content).where(pieces.c.dataset == identifier).order_by(pieces.c.number)
    found = b"".join(bytes(piece) for piece in connection.execute(query).scalars())
    return found if len(found) == row.size else None


def touch(connection: sa.Connection, identifier: str) -> bool:
    """Note that a data set is wanted now; False when it is not there."""
    statement = sa.update(table).where(table.c.id == identifier).values(used_us=_now())
    return connection.execute(statement).rowcount == 1


def newest(connection: sa.Connection, limit: int, before: tuple[int, str] | None) -> list[Row]:
    """Up to `limit` rows, newest first, older than `before` (microseconds, id)."""
    query = sa.select(*_WHOLE).order_by(table.c.created_us.desc(), table.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(sa.tuple_(table.c.created_us, table.c.id) < before)
    return [Row(**found._mapping) for found in connection.execute(query)]


def totals(connection: sa.Connection) -> tuple[int, int]:
    """How many data sets there are, and their bytes together."""
    query = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(table.c.size), 0)).select_from(table)
    count, size = connection.execute(query).one()
    return int(count), int(size)


def delete(connection: sa.Connection, identifier: str) -> bool:
    """Delete a data set with its content; False when there is none of this id."""
    found = connection.execute(sa.delete(table).where(table.c.id == identifier)).rowcount == 1
    connection.execute(sa.delete(pieces).where(pieces.c.dataset == identifier))
    return found


def users(connection: sa.Connection, identifier: str) -> list[str]:
    """Recommendations, queued or running, whose probe trains on a data set."""
    where = (recommendations.c.status.in_(ALIVE), recommendations.c.request.contains(identifier, autoescape=True))
    return list(connection.execute(sa.select(recommendations.c.id).where(*where)).scalars())


def unused_since(connection: sa.Connection, limit_us: int) -> list[str]:
    """Ids of data sets that nobody has sent or named since a time (microseconds)."""
    return list(connection.execute(sa.select(table.c.id).where(table.c.used_us < limit_us)).scalars())


def _cut(whole: bytes) -> Iterator[bytes]:
    for start in range(0, len(whole), PIECE):
        yield whole[start : start + PIECE]


def _now() -> int:
    """Microseconds since 1970 by this process; only for ordering and ages."""
    return time.time_ns() // 1_000

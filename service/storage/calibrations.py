"""The stored speed of the machine that trains: measured once per database, so that one request is one budget."""

from __future__ import annotations

import time

import sqlalchemy as sa

from service.storage.inserting import insert_or_ignore
from service.storage.schema import calibration as table


def keep_calibration(connection: sa.Connection, name: str, record: str) -> None:
    """Store a record (JSON) unless there is one of this name: the first measurement stays."""
    values = {"name": name, "record": record, "created_us": time.time_ns() // 1_000}
    connection.execute(insert_or_ignore(connection, table), values)


def stored_calibration(connection: sa.Connection, name: str) -> str | None:
    return connection.execute(sa.select(table.c.record).where(table.c.name == name)).scalar()

"""The database's own clock: the only one that several machines share."""

from __future__ import annotations

import sqlalchemy as sa

_SQLITE = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"
_POSTGRESQL = "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"


def now_milliseconds(connection: sa.Connection) -> sa.ColumnElement[int]:
    """Milliseconds since 1970 by the database, as an expression to use inside a statement."""
    text = _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL
    return sa.literal_column(text, sa.BigInteger)

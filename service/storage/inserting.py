"""INSERT that leaves an existing row alone, on both databases."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


def insert_or_ignore(connection: sa.Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """A statement whose `rowcount` says whether the row is new (1) or was there before (0)."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)

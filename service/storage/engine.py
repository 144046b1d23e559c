"""Connections: one engine per process, made after any fork, tuned for several processes on one SQLite file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

_BUSY_MILLISECONDS = 30_000


def make_engine(url: str, pool_size: int = 8) -> sa.Engine:
    """An engine for `sqlite:///file` or `postgresql+psycopg://...`; connects when it is first used.

    `pool_size`: most connections held at once, at least 1. SQLite is opened in a way that lets processes
    write beside each other: writers queue for the lock at the start of their transaction, readers never
    wait, and a commit survives the death of any process (not a power cut of the last instant).
    """
    engine = sa.create_engine(
        url, pool_size=pool_size, max_overflow=0, pool_timeout=30, pool_pre_ping=not is_sqlite(url)
    )
    if is_sqlite(url):
        event.listen(engine, "connect", _tune_sqlite)
    return engine


def is_sqlite(url: str) -> bool:
    return url.startswith("sqlite")


def _tune_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = "IMMEDIATE"
    for pragma in (f"busy_timeout={_BUSY_MILLISECONDS}", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def prepare_file(url: str) -> None:
    """Create the SQLite file and its folder, readable by this user alone; what exists keeps its permissions.

    Nothing happens for PostgreSQL. Raises OSError where the place cannot be written.
    """
    name = sa.make_url(url).database
    if not is_sqlite(url) or not name or name == ":memory:":
        return
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))

"""The history of this installation: read by the service, written by whatever finishes a probe."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

import sqlalchemy as sa

from models.prior.past import PastRace
from service.storage import history
from service.storage.engine import is_sqlite, make_engine
from service.storage.migrate import migrate


class StoredHistory:
    """Past races in the database at `url`. Connects when first asked, in each process for itself, so that it may be
    made before a fork; what was read is kept until more is stored."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = Lock()
        self._engine: tuple[int, sa.Engine] | None = None
        self._known: tuple[PastRace, ...] = ()

    def races(self) -> Sequence[PastRace]:
        """All races of this installation, the oldest first; none where there is no database yet, or no such table, or
        where it cannot be reached."""
        if not _exists(self._url):
            return ()
        try:
            with self._connected().connect() as connection:
                if history.count(connection) != len(self._known):
                    self._known = history.everything(connection)
        except sa.exc.SQLAlchemyError:
            return ()
        return self._known

    def _connected(self) -> sa.Engine:
        with self._lock:
            if self._engine is None or self._engine[0] != os.getpid():
                self._engine = os.getpid(), make_engine(self._url, pool_size=1)
            return self._engine[1]


def _exists(url: str) -> bool:
    """Connecting would make an SQLite file that is not there."""
    return not is_sqlite(url) or Path(sa.make_url(url).database or "").exists()


def remember(url: str, races: Sequence[PastRace]) -> int:
    """Store races outside the service; how many were new. Raises OSError or sqlalchemy.exc.SQLAlchemyError where the
    database cannot be written."""
    if not races:
        return 0
    migrate(url)
    engine = make_engine(url, pool_size=1)
    try:
        with engine.begin() as connection:
            return history.keep(connection, races)
    finally:
        engine.dispose()

"""The eye of a running task: looks four times a second whether its work still counts."""

from __future__ import annotations

import logging
import time

import sqlalchemy as sa

from service.storage import rows

_log = logging.getLogger(__name__)
_INTERVAL = 0.25


class Watch:
    """Called between training steps; True once the attempt is cancelled, superseded, ended or late."""

    def __init__(self, engine: sa.Engine, identifier: str, attempt: int) -> None:
        self._engine = engine
        self._who = (identifier, attempt)
        self._next = 0.0
        self._stopped = False

    def __call__(self) -> bool:
        now = time.monotonic()
        if now >= self._next and not self._stopped:
            self._next = now + _INTERVAL
            self._stopped = self._look()
        return self._stopped

    def _look(self) -> bool:
        try:
            with self._engine.connect() as connection:
                return rows.verdict(connection, *self._who) != "go"
        except sa.exc.OperationalError as error:
            # A database that is away for a moment is no reason to throw work away.
            _log.warning("could not look after %s.%d: %s", *self._who, error)
            return False

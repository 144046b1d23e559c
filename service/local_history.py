"""Kept answers for the command line: the database of this machine's settings, without a server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

import sqlalchemy as sa

from actwise.contract.answer import Recommendation, Status
from actwise.contract.history import RecommendationEntry
from actwise.contract.request import TaskDescription
from actwise.errors import ActwiseError
from actwise.searching import matches
from service.settings import Settings
from service.storage import rows
from service.storage.engine import is_sqlite, make_engine

Found = TypeVar("Found")
_PAGE = 100


class LocalHistory:
    """What a service on this machine's settings keeps; nothing is created by looking. Raises ActwiseError."""

    def __init__(self, settings: Settings) -> None:
        self._url = settings.database_url

    def history(self, *words: str, **fields: Any) -> Iterator[RecommendationEntry]:
        """Entries, newest first, as `Client.history` gives them."""
        before: tuple[int, str] | None = None
        while True:
            found = self._read(partial(rows.newest, limit=_PAGE, before=before)) or []
            entries = (_entry(line) for line in found)
            yield from (entry for entry in entries if matches(entry, words, fields))
            if len(found) < _PAGE:
                return
            before = (found[-1].created_us, found[-1].id)

    def find(self, identifier: str) -> Recommendation:
        """One answer as it stands. Raises ActwiseError where there is none of this id."""
        from service.jobs.bodies import body_of

        row = self._read(lambda connection: rows.get(connection, identifier))
        if row is None:
            message = f"nothing is kept under {identifier[:100]!r} in this machine's database"
            raise ActwiseError(f"{message}; --url asks a service, `actwise history` lists what there is")
        return Recommendation.model_validate_json(body_of(row))

    def _read(self, read: Callable[[sa.Connection], Found]) -> Found | None:
        """What the database says; None as long as there is none."""
        if is_sqlite(self._url) and not Path(sa.make_url(self._url).database or "").is_file():
            return None
        engine = make_engine(self._url, pool_size=1)
        try:
            with engine.connect() as connection:
                return read(connection)
        except sa.exc.SQLAlchemyError as error:
            raise ActwiseError(f"the database cannot be used: {str(error).partition(chr(10))[0]}") from None
        finally:
            engine.dispose()


def _entry(line: rows.Line) -> RecommendationEntry:
    return RecommendationEntry(
        id=line.id,
        status=cast(Status, line.status),
        created=datetime.fromtimestamp(line.created_us / 1e6, UTC),
        progress=None if line.attempt == 0 else (line.share or 0.0),
        request=TaskDescription.model_validate_json(line.request),
    )

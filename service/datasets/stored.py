"""Data sets on the database: they survive restarts, and every process on every machine can read them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from threading import Lock

import sqlalchemy as sa

from actwise.contract.dataset import DATASET_ID, Dataset, DatasetFacts
from models.data.table import DataRefused
from service.datasets.port import Added, DatasetList, InUseError, Limits, UnusableError, dataset_id, full
from service.datasets.sandbox import inspect_safely
from service.jobs.cursors import make_cursor, read_cursor
from service.storage import datasets as rows
from service.storage.engine import make_engine

Inspect = Callable[[bytes, str], DatasetFacts]


class StoredDatasets:
    """`service.datasets.port.Datasets`; connects at its first use in each process, so it can be made before a fork."""

    def __init__(self, url: str, limits: Limits | None = None, inspect: Inspect = inspect_safely) -> None:
        self._url = url
        self._limits = limits or Limits()
        self._inspect = inspect
        self._lock = Lock()
        self._held: tuple[int, sa.Engine] | None = None

    @property
    def limits(self) -> Limits:
        return self._limits

    @property
    def contents(self) -> Mapping[str, bytes]:
        return StoredContents(lambda: self._engine)

    def add(self, content: bytes, name: str) -> Added:
        """See the port. What is known already is not read again."""
        identifier = dataset_id(content)
        with self._engine.begin() as connection:
            known = rows.get(connection, identifier) if rows.touch(connection, identifier) else None
        if known is not None:
            return Added(_dataset(known), created=False)
        try:
            facts = self._inspect(content, name)
        except DataRefused as refused:
            raise UnusableError.of(refused) from None
        return self._insert(identifier, name, facts, content)

    def find(self, identifier: str) -> Dataset | None:
        with self._engine.connect() as connection:
            row = rows.get(connection, identifier) if DATASET_ID.fullmatch(identifier) else None
        return None if row is None else _dataset(row)

    def list(self, limit: int, cursor: str | None = None) -> DatasetList:
        before = None if cursor is None else read_cursor(cursor)
        with self._engine.connect() as connection:
            found = rows.newest(connection, limit + 1, before)
        more = len(found) > limit
        following = make_cursor(found[limit - 1].created_us, found[limit - 1].id) if more else None
        return DatasetList(tuple(map(_dataset, found[:limit])), following)

    def delete(self, identifier: str) -> bool:
        """See the port. The row goes first, so that a request that names it now waits, and then finds it gone."""
        if not DATASET_ID.fullmatch(identifier):
            return False
        with self._engine.begin() as connection:
            if not rows.delete(connection, identifier):
                return False
            users = rows.users(connection, identifier)
            if users:
                raise InUseError(identifier, users)
        return True

    def close(self) -> None:
        """Give the connections of this process back."""
        with self._lock:
            if self._held is not None:
                self._held[1].dispose()
                self._held = None

    def _insert(self, identifier: str, name: str, facts: DatasetFacts, content: bytes) -> Added:
        with self._engine.begin() as connection:
            rows.lock(connection)
            created = rows.insert(connection, identifier, name, facts.model_dump_json(), content)
            refused = full(self._limits, *rows.totals(connection)) if created else None
            if refused:
                raise refused
            row = rows.get(connection, identifier)
        assert row is not None, "it was stored in this transaction"
        return Added(_dataset(row), created)

    @property
    def _engine(self) -> sa.Engine:
        with self._lock:
            if self._held is None or self._held[0] != os.getpid():
                self._held = (os.getpid(), make_engine(self._url, pool_size=4))
            return self._held[1]


class StoredContents(Mapping[str, bytes]):
    """The bytes of data sets by id, read from the database when they are asked for."""

    def __init__(self, engine: Callable[[], sa.Engine]) -> None:
        self._engine = engine

    def __getitem__(self, identifier: str) -> bytes:
        with self._engine().connect() as connection:
            found = rows.content(connection, identifier)
        if found is None:
            raise KeyError(identifier)
        return found

    def __contains__(self, identifier: object) -> bool:
        if not isinstance(identifier, str) or not DATASET_ID.fullmatch(identifier):
            return False
        with self._engine().connect() as connection:
            return rows.get(connection, identifier) is not None

    def __iter__(self) -> Iterator[str]:
        with self._engine().connect() as connection:
            count, _ = rows.totals(connection)
            return iter([row.id for row in rows.newest(connection, count, None)])

    def __len__(self) -> int:
        with self._engine().connect() as connection:
            return rows.totals(connection)[0]


def _dataset(row: rows.Row) -> Dataset:
    return Dataset(
        id=row.id,
        name=row.name,
        bytes=row.size,
        created=datetime.fromtimestamp(row.created_us / 1e6, UTC),
        facts=DatasetFacts.model_validate_json(row.facts),
    )

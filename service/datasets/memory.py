"""Data sets kept in this process alone: for tests and notebooks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from threading import Lock

from actwise.contract.dataset import Dataset
from models.data.table import DataRefused
from service.datasets.inspection import inspect
from service.datasets.port import Added, DatasetList, Limits, UnusableError, dataset_id, full


class MemoryDatasets:
    """`service.datasets.port.Datasets` on dictionaries; safe to share between threads. Nothing is ever in use."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._kept: dict[str, Dataset] = {}
        self._contents: dict[str, bytes] = {}
        self._lock = Lock()

    @property
    def limits(self) -> Limits:
        return self._limits

    @property
    def contents(self) -> Mapping[str, bytes]:
        return self._contents

    def add(self, content: bytes, name: str) -> Added:
        """See the port."""
        identifier = dataset_id(content)
        if identifier in self._kept:
            return Added(self._kept[identifier], created=False)
        try:
            facts = inspect(content, name)
        except DataRefused as refused:
            raise UnusableError.of(refused) from None
        made = Dataset(id=identifier, name=name, bytes=len(content), created=datetime.now(UTC), facts=facts)
        with self._lock:
            size = len(content) + sum(map(len, self._contents.values()))
            refused_now = full(self._limits, len(self._kept) + 1, size)
            if refused_now:
                raise refused_now
            self._kept[identifier], self._contents[identifier] = made, content
        return Added(made, created=True)

    def find(self, identifier: str) -> Dataset | None:
        return self._kept.get(identifier)

    def list(self, limit: int, cursor: str | None = None) -> DatasetList:
        """See the port; a cursor is the id of the last one of the page before."""
        with self._lock:
            ids = [*reversed(self._kept)]
        if cursor is not None and cursor not in ids:
            raise ValueError("this cursor was never given out, or its entry is gone")
        start = ids.index(cursor) + 1 if cursor else 0
        shown = ids[start : start + limit]
        following = shown[-1] if start + limit < len(ids) else None
        return DatasetList(tuple(self._kept[one] for one in shown), following)

    def delete(self, identifier: str) -> bool:
        with self._lock:
            self._contents.pop(identifier, None)
            return self._kept.pop(identifier, None) is not None

"""Data sets for the command line: the database of this machine's settings, without a server."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sqlalchemy.exc import SQLAlchemyError

from actwise.contract.dataset import DATASET_NAME, DATASET_NAME_LENGTH, Dataset
from actwise.errors import ActwiseError
from service.datasets.inspection import inspect
from service.datasets.port import DatasetError, Limits
from service.datasets.stored import StoredDatasets
from service.settings import Settings, SettingsError, read_settings
from service.storage.migrate import migrate


class LocalDatasets:
    """What `actwise datasets` does where the server's packages are installed. Raises ActwiseError."""

    def __init__(self, settings: Settings | None = None) -> None:
        try:
            self._store = open_store(settings or read_settings())
        except SettingsError as error:
            raise ActwiseError(str(error)) from None

    def add_dataset(self, content: bytes, name: str) -> Dataset:
        """Check and keep."""
        _check_name(name)
        limit = self._store.limits.bytes_each
        if len(content) > limit:
            raise ActwiseError(f"{name} has {len(content):,} bytes; a data set may have {limit:,}")
        try:
            return self._store.add(content, name).dataset
        except DatasetError as error:
            raise ActwiseError(str(error)) from None

    def datasets(self) -> tuple[Dataset, ...]:
        """All of them, newest first."""
        found: list[Dataset] = []
        cursor: str | None = None
        while True:
            page = self._store.list(100, cursor)
            found += page.items
            cursor = page.next
            if cursor is None:
                return tuple(found)

    def dataset(self, identifier: str) -> Dataset:
        """One of them."""
        found = self._store.find(identifier)
        if found is None:
            raise ActwiseError(f"no data set is kept under {identifier[:100]!r}")
        return found

    def delete_dataset(self, identifier: str) -> None:
        """Delete for good."""
        try:
            found = self._store.delete(identifier)
        except DatasetError as error:
            raise ActwiseError(str(error)) from None
        if not found:
            raise ActwiseError(f"no data set is kept under {identifier[:100]!r}")


def _check_name(name: str) -> None:
    """As the service checks it."""
    if len(name) > DATASET_NAME_LENGTH or not re.match(DATASET_NAME, name):
        allowed = f"1 to {DATASET_NAME_LENGTH} characters without /, \\ and control characters"
        raise ActwiseError(f"a data set cannot be called {name[:60]!r}: a name has {allowed}")


def open_store(settings: Settings) -> StoredDatasets:
    """The store in the database of these settings, brought to the present schema. Raises ActwiseError.

    A file of one's own is no stranger's: it is read in this process.
    """
    try:
        migrate(settings.database_url)
    except (OSError, SQLAlchemyError) as error:
        raise ActwiseError(f"the database cannot be used: {str(error).partition(chr(10))[0]}") from None
    limits = Limits(settings.dataset_bytes, settings.dataset_total, settings.dataset_count)
    return StoredDatasets(settings.database_url, limits, inspect)


def local_contents(settings: Settings) -> Mapping[str, bytes]:
    """The bytes of this machine's data sets by id."""
    return open_store(settings).contents

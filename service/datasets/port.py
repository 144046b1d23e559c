"""What the rest of the service asks of a store of data sets, and what a store refuses.

DatasetError
├── UnusableError    the bytes are no data that a probe could train on; carries the code and the reason
├── FullError        a quota is reached
└── InUseError       probes that are waiting or running train on it
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from actwise.contract.dataset import Dataset
from models.data.table import DataRefused


class DatasetError(Exception):
    """The base of everything that a store refuses."""


class UnusableError(DatasetError):
    """The content cannot be used; `code` as in models.data.table.DataRefused."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code

    @classmethod
    def of(cls, refused: DataRefused) -> UnusableError:
        return cls(refused.code, refused.message)


class FullError(DatasetError):
    """No more is kept until something is deleted."""


class InUseError(DatasetError):
    """`users` are the recommendations whose probes need it."""

    def __init__(self, identifier: str, users: Sequence[str]) -> None:
        shown = ", ".join(users[:10])
        super().__init__(f"{identifier} is trained on by {shown}: cancel what is not wanted, or wait")
        self.users = tuple(users)


@dataclass(frozen=True, slots=True)
class Limits:
    """Quotas of a store: bytes of one data set, bytes of all together, and their number."""

    bytes_each: int = 50_000_000
    bytes_together: int = 1_000_000_000
    number: int = 100


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a data set that was sent; `created` is False when it was there before."""

    dataset: Dataset
    created: bool


@dataclass(frozen=True, slots=True)
class DatasetList:
    """Data sets, newest first; `next` is the cursor of the following page, None on the last one."""

    items: tuple[Dataset, ...]
    next: str | None


class Datasets(Protocol):
    """Data sets by id. The id is a function of the content: sending the same bytes again changes nothing."""

    @property
    def limits(self) -> Limits: ...

    @property
    def contents(self) -> Mapping[str, bytes]:
        """The bytes of every data set by its id."""
        ...

    def add(self, content: bytes, name: str) -> Added:
        """Check and keep. Raises UnusableError and FullError; nothing is kept then."""
        ...

    def find(self, identifier: str) -> Dataset | None: ...

    def list(self, limit: int, cursor: str | None = None) -> DatasetList:
        """Up to `limit` (1 to 100) data sets after `cursor`. Raises ValueError for a cursor never given out."""
        ...

    def delete(self, identifier: str) -> bool:
        """Delete for good; False when there is none of this id. Raises InUseError."""
        ...


def dataset_id(content: bytes) -> str:
    """The id of these bytes: half of their SHA-256."""
    return f"ds_{hashlib.sha256(content).hexdigest()[:32]}"


def full(limits: Limits, count: int, size: int) -> FullError | None:
    """Why so many data sets of so many bytes are too many; None when they are not."""
    if count > limits.number:
        return FullError(f"{limits.number} data sets are kept already: delete one that is not needed any more")
    if size > limits.bytes_together:
        return FullError(f"all data sets together may have {limits.bytes_together:,} bytes: delete some")
    return None

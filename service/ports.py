"""What the outer rooms of the service ask of each other.

HTTP speaks to stored recommendations through `Recommendations` alone, so that it runs on a database,
on durable jobs or in memory alike. Faults that a caller must hear of are raised as exceptions:

    PortError
    ├── KeyReusedError         one idempotency key, two requests
    ├── QueueFullError         no more probes are taken for now
    └── AlreadyFinishedError   there is nothing left to cancel
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from actwise.contract.answer import Recommendation, Status
from actwise.contract.request import TaskDescription
from service.searching import EVERYTHING, Search


class PortError(Exception):
    """The base of everything that a port refuses."""


class KeyReusedError(PortError):
    """The idempotency key was used before, for another request; `id` is what it then made."""

    def __init__(self, identifier: str) -> None:
        super().__init__(f"this key belongs to another request, which became {identifier}")
        self.id = identifier


class QueueFullError(PortError):
    """The queue of probes is full; `retry_after` is in whole seconds, at least 1."""

    def __init__(self, bound: int, retry_after: int) -> None:
        super().__init__(f"{bound} probes are waiting or running already")
        self.bound = bound
        self.retry_after = retry_after


class AlreadyFinishedError(PortError):
    """The recommendation had ended (complete or failed) before it could be cancelled."""

    def __init__(self, identifier: str, status: Status) -> None:
        super().__init__(f"{identifier} is {status}: nothing is left to cancel")
        self.id = identifier
        self.status = status


@dataclass(frozen=True, slots=True)
class Stored:
    """One recommendation as it stands.

    `body` is the whole `Recommendation` as JSON, UTF-8, with the present status and progress; for
    one that is complete these bytes never change. `created` is in UTC and is not part of the body.
    """

    id: str
    status: Status
    created: datetime
    body: bytes


@dataclass(frozen=True, slots=True)
class Submitted:
    """What became of a request; `created` is False when the resource was there before."""

    id: str
    status: Status
    body: bytes
    created: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list of recommendations; `progress` (0..1) is None without a probe.

    `headline` is the first sentence of the answer's summary; None where it could not be had cheaply.
    """

    id: str
    status: Status
    created: datetime
    request: TaskDescription
    progress: float | None = None
    headline: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Entries, newest first; `next` is the cursor of the following page, None on the last one."""

    entries: tuple[Entry, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether requests can be served; `checks` maps each part to "ok" or to what is wrong with it."""

    ready: bool
    checks: Mapping[str, str]


class Advice(Protocol):
    """The pure function from request to answer (service.advice.Advisor)."""

    def recommend(self, request: TaskDescription) -> Recommendation: ...


class Recommendations(Protocol):
    """Requests taken, answers kept, probes run.

    The id is a pure function of the resolved request (probe.network_steps filled in), so the same
    request is the same resource: storing is insert-or-ignore, and submitting twice starts one probe.
    """

    def submit(self, request: TaskDescription, key: str | None = None) -> Submitted:
        """Take a request: answer at once, keep the answer, and start its probe if it wants one.

        Without a probe the result is complete; with one it is queued (or whatever state the resource
        has reached) and its body holds the instant answer already. A request whose probe was
        cancelled or failed is started again, unless `key` says that this is a repetition.

        `key`: an idempotency key, 1 to 255 visible ASCII characters. The same key with an equal
        request (`request_fingerprint`) gives the same resource and starts nothing.

        Raises KeyReusedError, QueueFullError, and ContractError for faults that only the service can see (a
        data set it does not have).
        """
        ...

    def find(self, identifier: str) -> Stored | None:
        """The recommendation as it stands, progress included; None when there is none of this id."""
        ...

    def list(self, limit: int, cursor: str | None = None, search: Search = EVERYTHING) -> Page:
        """Up to `limit` (1 to 100) entries of what is searched for, newest first, after `cursor`.

        A cursor is opaque, made of URL-safe characters, and stays good while newer entries arrive. Raises
        ValueError for one that this store never gave.
        """
        ...

    def cancel(self, identifier: str) -> Stored | None:
        """Stop the probe; None when the id is unknown. Cancelling what is cancelled changes nothing.

        Running tasks stop within a second. Raises AlreadyFinishedError for what is complete or failed.
        """
        ...

    def ready(self) -> Readiness:
        """Whether storage can be reached and workers are alive; takes well under a second."""
        ...


def request_fingerprint(request: TaskDescription) -> str:
    """SHA-256 of the request in canonical JSON: equal requests, however they were spelt, are equal here."""
    return hashlib.sha256(request.model_dump_json(exclude_defaults=True).encode()).hexdigest()

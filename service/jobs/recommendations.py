"""`Recommendations` on the database and the durable jobs: what HTTP speaks to.

Connections are made by the process that uses them, at its first request: the object can be made before
a fork. An answer and the probe that will refine it are stored in one transaction, so that neither is
ever there without the other.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from typing import cast

import sqlalchemy as sa
from dbos import DBOSClient, EnqueueOptions

from actwise.contract.answer import Status
from actwise.contract.faults import ContractError, Fault
from actwise.contract.quote import Quote
from actwise.contract.request import TaskDescription
from service.jobs.bodies import body_of
from service.jobs.calibrating import known_calibration
from service.jobs.cursors import make_cursor, read_cursor
from service.jobs.headlines import headline
from service.jobs.names import BEAT, PROBE, PROBES, PROTOCOL, workflow_id
from service.jobs.probing import Probing
from service.jobs.runtime import make_client
from service.ports import (
    AlreadyFinishedError,
    Entry,
    KeyReusedError,
    Page,
    QueueFullError,
    Readiness,
    Stored,
    Submitted,
    request_fingerprint,
)
from service.searching import EVERYTHING, Search
from service.storage import datasets, heartbeats, rows
from service.storage.engine import make_engine
from service.storage.migrate import is_current

_RETRY_AFTER = 30
_WORKER_IS_ABSENT_AFTER = 5 * BEAT


@dataclass(frozen=True, slots=True)
class _Connections:
    process: int
    engine: sa.Engine
    client: DBOSClient


class DurableRecommendations:
    """Requests taken, answers kept, probes run by whatever workers share the database.

    `queue_bound`: most probes queued or running at once; nearly exact: two requests of one instant may both get in.
    """

    def __init__(self, url: str, probing: Callable[[], Probing], queue_bound: int = 100) -> None:
        self._url = url
        self._make_probing = probing
        self._queue_bound = queue_bound
        self._lock = Lock()
        self._connections: _Connections | None = None
        self._probing_made: Probing | None = None

    def submit(self, request: TaskDescription, key: str | None = None) -> Submitted:
        """See `service.ports.Recommendations.submit`."""
        if key is not None:
            repeated = self._repetition(request, key)
            if repeated is not None:
                return repeated
        self._probing.check(request)
        resolved = self._resolved(request)
        answer = self._probing.recommend(resolved)
        body = self._probing.render(answer)
        with self._engine.begin() as connection:
            _hold_dataset(connection, resolved)
            if key is not None and not rows.claim_key(connection, key, request_fingerprint(request), answer.id):
                return self._held(connection, request, key)
            return self._kept(connection, resolved, answer.id, body)

    def _kept(self, connection: sa.Connection, request: TaskDescription, identifier: str, body: bytes) -> Submitted:
        """Store an instant answer, and queue its probe if it wants one and none is there."""
        status, attempt = ("complete", 0) if request.probe is None else ("queued", 1)
        text = request.model_dump_json(exclude_defaults=True)
        created = rows.insert(connection, identifier, text, status, body, attempt)
        if created and request.probe is None:
            return Submitted(identifier, "complete", body, created)
        if created:
            self._enqueue(connection, identifier, attempt)
        else:
            self._restart_if_ended(connection, identifier, body)
        return _submitted(cast(rows.Row, rows.get(connection, identifier)), created)

    def quote(self, request: TaskDescription) -> Quote:
        """What the request's probe would cost. Raises ContractError as `submit` does."""
        self._probing.check(request)
        return self._probing.quote(request, known_calibration(self._engine, self._probing))

    def find(self, identifier: str) -> Stored | None:
        with self._engine.connect() as connection:
            row = rows.get(connection, identifier)
        return None if row is None else _stored(row)

    def list(self, limit: int, cursor: str | None = None, search: Search = EVERYTHING) -> Page:
        before = None if cursor is None else read_cursor(cursor)
        with self._engine.connect() as connection:
            found = rows.newest(connection, limit + 1, before, search)
        entries = tuple(_entry(row) for row in found[:limit])
        more = len(found) > limit
        return Page(entries, make_cursor(found[limit - 1].created_us, found[limit - 1].id) if more else None)

    def cancel(self, identifier: str) -> Stored | None:
        """See `service.ports.Recommendations.cancel`. Running tasks read the row itself, so they stop
        even if this process dies before it has told the job engine."""
        with self._engine.begin() as connection:
            row = rows.get(connection, identifier)
            if row is None:
                return None
            cancelled = rows.cancel(connection, identifier, row.attempt)
            row = cast(rows.Row, rows.get(connection, identifier))
        if row.status in ("complete", "failed"):
            raise AlreadyFinishedError(identifier, cast(Status, row.status))
        if cancelled:
            self._client.cancel_workflow(workflow_id(identifier, row.attempt), cancel_children=True)
        return _stored(row)

    def ready(self) -> Readiness:
        try:
            with self._engine.connect() as connection:
                checks = _checks(connection)
        except sa.exc.SQLAlchemyError as error:
            checks = {"database": f"cannot be reached: {type(error).__name__}", "workers": "unknown"}
        return Readiness(all(text == "ok" for text in checks.values()), checks)

    def close(self) -> None:
        """Give every connection of this process back."""
        with self._lock:
            if self._connections is not None:
                self._connections.client.destroy()
                self._connections.engine.dispose()
                self._connections = None

    def _repetition(self, request: TaskDescription, key: str) -> Submitted | None:
        with self._engine.connect() as connection:
            return None if rows.key_holder(connection, key) is None else self._held(connection, request, key)

    def _held(self, connection: sa.Connection, request: TaskDescription, key: str) -> Submitted:
        """What a key that is taken stands for."""
        fingerprint, identifier = cast(tuple[str, str], rows.key_holder(connection, key))
        if fingerprint != request_fingerprint(request):
            raise KeyReusedError(identifier)
        return _submitted(cast(rows.Row, rows.get(connection, identifier)), created=False)

    def _resolved(self, request: TaskDescription) -> TaskDescription:
        if request.probe is None or request.probe.network_steps is not None:
            return request
        return self._probing.resolve(request, known_calibration(self._engine, self._probing))

    def _restart_if_ended(self, connection: sa.Connection, identifier: str, body: bytes) -> None:
        """Queue a probe anew that was cancelled or failed; whatever else is there stays as it is."""
        row = rows.get(connection, identifier)
        if row is not None and rows.restart(connection, identifier, row.attempt, body):
            self._enqueue(connection, identifier, row.attempt + 1)

    def _enqueue(self, connection: sa.Connection, identifier: str, attempt: int) -> None:
        if rows.count_alive(connection) > self._queue_bound:
            raise QueueFullError(self._queue_bound, _RETRY_AFTER)
        options: EnqueueOptions = {
            "workflow_name": PROBE,
            "queue_name": PROBES,
            "workflow_id": workflow_id(identifier, attempt),
            "app_version": PROTOCOL,
        }
        self._client.enqueue_in_transaction(connection, options, identifier, attempt)

    @property
    def _engine(self) -> sa.Engine:
        return self._connected().engine

    @property
    def _client(self) -> DBOSClient:
        return self._connected().client

    @property
    def _probing(self) -> Probing:
        if self._probing_made is None:
            self._probing_made = self._make_probing()
        return self._probing_made

    def _connected(self) -> _Connections:
        with self._lock:
            held = self._connections
            if held is None or held.process != os.getpid():
                engine = make_engine(self._url)
                self._connections = held = _Connections(os.getpid(), engine, make_client(engine))
            return held


def _hold_dataset(connection: sa.Connection, request: TaskDescription) -> None:
    """Note that a data set is wanted. Until this transaction ends nobody can delete it, and then the request shows
    that it is in use."""
    wanted = request.probe.data.dataset if request.probe and request.probe.data else None
    if wanted is not None and not datasets.touch(connection, wanted):
        message = f"the data set {wanted[:60]!r} was deleted just now"
        raise ContractError((Fault(pointer="/probe/data/dataset", code="unknown_data", message=message, sent=wanted),))


def _checks(connection: sa.Connection) -> dict[str, str]:
    if not is_current(connection):
        return {"database": "the schema is not the one of this version: run actwise migrate", "workers": "unknown"}
    alive = any(age < _WORKER_IS_ABSENT_AFTER for age in heartbeats.ages(connection).values())
    return {"database": "ok", "workers": "ok" if alive else "no worker is alive: probes wait until one comes"}


def _stored(row: rows.Row) -> Stored:
    created = datetime.fromtimestamp(row.created_us / 1e6, UTC)
    return Stored(row.id, cast(Status, row.status), created, body_of(row))


def _submitted(row: rows.Row, created: bool) -> Submitted:
    return Submitted(row.id, cast(Status, row.status), body_of(row), created)


def _entry(row: rows.Line) -> Entry:
    return Entry(
        id=row.id,
        status=cast(Status, row.status),
        created=datetime.fromtimestamp(row.created_us / 1e6, UTC),
        request=TaskDescription.model_validate_json(row.request),
        progress=None if row.attempt == 0 else (row.share or 0.0),
        headline=headline(bytes(row.head)),
    )

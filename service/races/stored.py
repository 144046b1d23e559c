"""Races on the database: many trainers at once, on any number of machines, and nothing is lost when anything dies.

A race is what its terms and the log of its results make it, so it is made anew from these wherever it is needed; what
was made is kept in memory with the number of the last result that went in. Each change is one transaction that holds
the race's row: it happens wholly or not at all, and one after another.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import cast

import sqlalchemy as sa

from actwise.contract.answer import Recommendation
from actwise.contract.race import (
    RaceAsk,
    RacePage,
    RaceRequest,
    RaceResult,
    RaceState,
    RaceTold,
    RaceWork,
)
from actwise.contract.request import TaskDescription
from service.jobs.cursors import make_cursor, read_cursor
from service.ports import AlreadyFinishedError, KeyReusedError
from service.races.book import RaceBook
from service.races.desk import Lease, Verdict, hand_out, judge, look_again
from service.races.drafting import RaceDraft, draft_race, sign_of
from service.races.records import apply, facts_of, held_of, leases_of, line_of, task_of
from service.races.standing import race_state, status_of, why_ended
from service.storage import races as rows
from service.storage.clock import now_milliseconds
from service.storage.engine import make_engine

MOST_POINTS = 200
"""Partial results of one attempt that are kept; later ones only prolong its lease."""
MOST_RUNNING = 1_000
_BOOKS = 64


class RacesFullError(Exception):
    """So many races are running that no more are taken."""


@dataclass(frozen=True, slots=True)
class Made:
    """A race that was asked for; `created` is False when its key had made it before."""

    state: RaceState
    created: bool


def database_clock(connection: sa.Connection) -> int:
    """Milliseconds since 1970 by the database: the clock that all who lease tasks share."""
    return int(connection.execute(sa.select(now_milliseconds(connection))).scalar_one())


class StoredRaces:
    """Races in the database; connects at its first use in each process, so it can be made before a fork.

    Args:
        advise: the recommendation for a description, from which candidates and their order come.
        clock: milliseconds, for leases.
        most_running: races that may run at once; nearly exact.
    """

    def __init__(
        self,
        url: str,
        advise: Callable[[TaskDescription], Recommendation],
        clock: Callable[[sa.Connection], int] = database_clock,
        most_running: int = MOST_RUNNING,
    ) -> None:
        self._url = url
        self._advise = advise
        self._clock = clock
        self._most_running = most_running
        self._lock = Lock()
        self._held: tuple[int, sa.Engine] | None = None
        self._books: OrderedDict[str, tuple[int, RaceBook]] = OrderedDict()

    def create(self, request: RaceRequest, key: str | None = None) -> Made:
        """Take a race. The same key with an equal request gives the same race.

        Raises ContractError for what cannot be raced, KeyReusedError, and RacesFullError.
        """
        fingerprint = hashlib.sha256(request.model_dump_json(exclude_defaults=True).encode()).hexdigest()
        with self._engine.connect() as connection:
            if key is not None and rows.of_key(connection, key) is not None:
                return self._repeated(connection, key, fingerprint)
            if rows.count_running(connection) >= self._most_running:
                raise RacesFullError(f"{self._most_running} races are running already")
        draft = draft_race(request, self._advise(request.description))
        identifier = f"race_{secrets.token_hex(10)}"
        status = status_of(RaceBook(draft.plan))
        with self._engine.begin() as connection:
            text = request.model_dump_json(exclude_defaults=True)
            if not rows.insert(connection, identifier, text, draft.model_dump_json(), status, key, fingerprint):
                return self._repeated(connection, cast(str, key), fingerprint)
        return Made(cast(RaceState, self.find(identifier)), created=True)

    def find(self, identifier: str) -> RaceState | None:
        """The race as it stands; None when there is none of this id."""
        with self._engine.connect() as connection:
            row = rows.get(connection, identifier)
            return None if row is None else self._state(connection, row)

    def list(self, limit: int, cursor: str | None = None) -> RacePage:
        """Up to `limit` (1 to 100) races after `cursor`, newest first. Raises ValueError for a cursor never given."""
        before = None if cursor is None else read_cursor(cursor)
        with self._engine.connect() as connection:
            found = rows.newest(connection, limit + 1, before)
        more = len(found) > limit
        following = make_cursor(found[limit - 1].created_us, found[limit - 1].id) if more else None
        return RacePage(items=tuple(map(line_of, found[:limit])), next=following)

    def ask(self, identifier: str, ask: RaceAsk) -> RaceWork | None:
        """Lease trainings to whoever asks; None when there is no such race."""
        with self._engine.begin() as connection:
            row = rows.hold(connection, identifier)
            if row is None:
                return None
            number, book = self._book(connection, row)
            facts, now = facts_of(row), self._clock(connection)
            held = leases_of(connection, identifier)
            lease_ms = int(facts.request.lease_seconds * 1_000)
            given = hand_out(book.runs(), held, ask, now, lease_ms)
            rows.lease(connection, identifier, [held_of(lease) for _, lease in given])
        self._keep(identifier, number, book)
        if given:
            return RaceWork(
                do="train", tasks=tuple(task_of(facts, *one) for one in given), status="running", why=_TRAIN
            )
        if book.finished:
            return RaceWork(do="stop", status=status_of(book), why=why_ended(facts, book))
        return RaceWork(do="wait", retry_after=look_again(held, book.runs(), now), status="running", why=_WAIT)

    def tell(self, identifier: str, result: RaceResult) -> RaceTold | None:
        """Take a result; None when there is no such race.

        Raises ContractError for a task or attempt that was never handed out.
        """
        with self._engine.begin() as connection:
            row = rows.hold(connection, identifier)
            if row is None:
                return None
            number, book = self._book(connection, row)
            facts = facts_of(row)
            lease = leases_of(connection, identifier).get(result.task)
            lease_ms = int(facts.request.lease_seconds * 1_000)
            verdict = judge(result, book, lease, self._clock(connection), lease_ms, sign_of(facts.request))
            number += self._write(connection, row, result, verdict, lease, book)
            if book.finished and row.status == rows.RUNNING:
                rows.set_status(connection, identifier, status_of(book))
        self._keep(identifier, number, book)
        return RaceTold(outcome=verdict.outcome, why=verdict.why, stop=verdict.stop, status=status_of(book))

    def cancel(self, identifier: str) -> RaceState | None:
        """End a race; None when there is none of this id. Cancelling what is cancelled changes nothing.

        Raises AlreadyFinishedError for one that has ended by itself.
        """
        with self._engine.begin() as connection:
            row = rows.hold(connection, identifier)
            if row is None:
                return None
            if row.status not in (rows.RUNNING, "cancelled"):
                raise AlreadyFinishedError(identifier, "complete")
            rows.set_status(connection, identifier, "cancelled")
        return self.find(identifier)

    def close(self) -> None:
        """Give every connection of this process back."""
        with self._lock:
            if self._held is not None:
                self._held[1].dispose()
                self._held = None

    def _repeated(self, connection: sa.Connection, key: str, fingerprint: str) -> Made:
        """What a key that is taken stands for."""
        row = cast(rows.Row, rows.of_key(connection, key))
        if row.fingerprint != fingerprint:
            raise KeyReusedError(row.id)
        return Made(self._state(connection, row), created=False)

    def _write(
        self,
        connection: sa.Connection,
        row: rows.Row,
        result: RaceResult,
        verdict: Verdict,
        lease: Lease | None,
        book: RaceBook,
    ) -> int:
        """Write down what counts, in the log and in the book; how many results the log has gained."""
        if verdict.lease is not None:
            rows.lease(connection, row.id, [held_of(verdict.lease)])
        kept = verdict.outcome == "counted" or (
            result.kind == "partial" and verdict.lease is not None and verdict.lease.points <= MOST_POINTS
        )
        if not kept:
            return 0
        attempt = result.attempt or (lease.attempt if lease else 1)
        message = result.message.replace("\0", "") if result.message else None  # which PostgreSQL would refuse
        told = rows.Told(result.task, attempt, result.kind, result.at, result.value, message)
        rows.add_result(connection, row, told)
        apply(book, told, sign_of(facts_of(row).request))
        return 1

    def _state(self, connection: sa.Connection, row: rows.Row) -> RaceState:
        number, book = self._book(connection, row)
        leases, now = tuple(leases_of(connection, row.id).values()), self._clock(connection)
        state = race_state(facts_of(row), book, leases, now, rows.last_failure(connection, row.id))
        self._keep(row.id, number, book)
        return state

    def _book(self, connection: sa.Connection, row: rows.Row) -> tuple[int, RaceBook]:
        """The race made from its log, and the number of the last result in it; for this thread alone."""
        with self._lock:
            known = self._books.pop(row.id, None)
        number, book = known or (0, RaceBook(RaceDraft.model_validate_json(row.draft).plan))
        sign = sign_of(facts_of(row).request)
        for place, told in rows.log(connection, row.id, number):
            apply(book, told, sign)
            number = place
        if row.status == "cancelled":
            book.cancel()
        return number, book

    def _keep(self, identifier: str, number: int, book: RaceBook) -> None:
        """Keep a book whose every result is committed."""
        with self._lock:
            self._books[identifier] = (number, book)
            while len(self._books) > _BOOKS:
                self._books.popitem(last=False)

    @property
    def _engine(self) -> sa.Engine:
        with self._lock:
            if self._held is None or self._held[0] != os.getpid():
                self._held = (os.getpid(), make_engine(self._url, pool_size=4))
            return self._held[1]


_TRAIN = "train these from scratch, and tell what they come to"
_WAIT = "all that can be trained now is in somebody's hands"

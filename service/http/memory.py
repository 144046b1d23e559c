"""Recommendations kept in this process alone: for tests, benchmarks and notebooks.

It honours every promise of `service.ports.Recommendations` except that nothing outlives the process
and that probes run elsewhere: whoever runs them reports through `replace`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from threading import Lock

from actwise.contract.answer import ProbeReport, Recommendation, Status
from actwise.contract.request import TaskDescription
from service.ports import (
    Advice,
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

_ENDED: frozenset[Status] = frozenset({"complete", "failed"})
_PENDING: frozenset[Status] = frozenset({"queued", "running"})


class MemoryRecommendations:
    """The port, on dictionaries; safe to share between threads.

    `capacity`: recommendations kept; the oldest that is not waiting or running leaves first. `encode`: turns an answer
    into the bytes that are kept.
    """

    def __init__(
        self,
        advice: Advice,
        encode: Callable[[Recommendation], bytes],
        *,
        capacity: int = 10_000,
        queue_bound: int = 100,
    ) -> None:
        self._advice = advice
        self._encode = encode
        self._capacity = capacity
        self._queue_bound = queue_bound
        self._kept: dict[str, tuple[Stored, Recommendation]] = {}
        self._keys: dict[str, tuple[str, str]] = {}
        self._lock = Lock()

    def submit(self, request: TaskDescription, key: str | None = None) -> Submitted:
        """See the port."""
        fingerprint = request_fingerprint(request)
        repeated = self._repeated(key, fingerprint)
        if repeated:
            return repeated
        answer = self._advice.recommend(request)
        if request.probe:
            answer = answer.model_copy(update={"status": "queued", "probe": _waiting(request)})
        with self._lock:
            submitted = self._keep(answer)
            if key:
                self._keys[key] = (fingerprint, answer.id)
        return submitted

    def find(self, identifier: str) -> Stored | None:
        """See the port."""
        kept = self._kept.get(identifier)
        return kept[0] if kept else None

    def list(self, limit: int, cursor: str | None = None, search: Search = EVERYTHING) -> Page:
        """See the port; a cursor is the id of the last entry of the page before."""
        with self._lock:
            ids = [*reversed(self._kept)]
        if cursor is not None and cursor not in ids:
            raise ValueError("this cursor was never given out, or its entry is gone")
        start = ids.index(cursor) + 1 if cursor else 0
        found = [name for name in ids[start:] if name in self._kept and _wanted(self._kept[name][1], search)]
        shown = found[:limit]
        entries = tuple(_entry(*self._kept[identifier]) for identifier in shown)
        return Page(entries, shown[-1] if limit < len(found) else None)

    def cancel(self, identifier: str) -> Stored | None:
        """See the port."""
        kept = self._kept.get(identifier)
        if kept is None:
            return None
        stored, answer = kept
        if stored.status in _ENDED:
            raise AlreadyFinishedError(identifier, stored.status)
        return self.replace(answer.model_copy(update={"status": "cancelled"}))

    def ready(self) -> Readiness:
        """Memory is always there."""
        return Readiness(True, {"storage": "ok"})

    def replace(self, answer: Recommendation) -> Stored:
        """Put the present state of a recommendation that is kept already."""
        with self._lock:
            before, _ = self._kept[answer.id]
            stored = replace(before, status=answer.status, body=self._encode(answer))
            self._kept[answer.id] = (stored, answer)
        return stored

    def _repeated(self, key: str | None, fingerprint: str) -> Submitted | None:
        known = self._keys.get(key) if key else None
        if known is None:
            return None
        if known[0] != fingerprint:
            raise KeyReusedError(known[1])
        return _submitted(self._kept[known[1]][0], created=False)

    def _keep(self, answer: Recommendation) -> Submitted:
        kept = self._kept.get(answer.id)
        restarted = kept is not None and kept[0].status in ("cancelled", "failed")
        if kept and not restarted:
            return _submitted(kept[0], created=False)
        waiting = sum(stored.status in _PENDING for stored, _ in self._kept.values()) if answer.probe else 0
        if waiting >= self._queue_bound:
            raise QueueFullError(self._queue_bound, retry_after=10)
        stored = Stored(answer.id, answer.status, datetime.now(UTC), self._encode(answer))
        self._kept[answer.id] = (stored, answer)
        self._forget_oldest()
        return _submitted(stored, created=not restarted)

    def _forget_oldest(self) -> None:
        if len(self._kept) > self._capacity:
            ended = (name for name, (stored, _) in self._kept.items() if stored.status not in _PENDING)
            oldest = next(ended, None)
            if oldest:
                del self._kept[oldest]
                self._keys = {key: known for key, known in self._keys.items() if known[1] != oldest}


def _waiting(request: TaskDescription) -> ProbeReport:
    assert request.probe is not None
    return ProbeReport(network_steps_budget=request.probe.network_steps or round(1_000 * request.probe.seconds))


def _submitted(stored: Stored, *, created: bool) -> Submitted:
    return Submitted(stored.id, stored.status, stored.body, created)


def _wanted(answer: Recommendation, search: Search) -> bool:
    return search.fits(answer.id, answer.request.model_dump_json(exclude_defaults=True), answer.status)


def _entry(stored: Stored, answer: Recommendation) -> Entry:
    progress = answer.probe.progress if answer.probe else None
    return Entry(stored.id, stored.status, stored.created, answer.request, progress, answer.summary[0])

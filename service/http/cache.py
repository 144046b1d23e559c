"""Repeated descriptions: a bounded memory of the pure function from request bytes to answer bytes."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

_OVERHEAD = 500
_LONGEST_REQUEST = 16_384


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished answer, ready to be sent."""

    body: bytes
    location: str


class AnswerCache:
    """The answers used last, by the exact bytes of their requests; safe to share between threads.

    `capacity`: bytes of requests and answers kept, bookkeeping estimated; 0 keeps nothing. Requests
    longer than 16 KiB are never kept: nobody repeats them.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._used = 0
        self._answers: OrderedDict[bytes, Answer] = OrderedDict()
        self._lock = Lock()

    def get(self, raw: bytes) -> Answer | None:
        with self._lock:
            answer = self._answers.get(raw)
            if answer is not None:
                self._answers.move_to_end(raw)
            return answer

    def put(self, raw: bytes, answer: Answer) -> None:
        size = _size(raw, answer)
        if len(raw) > _LONGEST_REQUEST or size > self._capacity:
            return
        with self._lock:
            if raw in self._answers:
                return
            self._answers[raw] = answer
            self._used += size
            while self._used > self._capacity:
                self._used -= _size(*self._answers.popitem(last=False))

    def __len__(self) -> int:
        return len(self._answers)


def _size(raw: bytes, answer: Answer) -> int:
    return len(raw) + len(answer.body) + _OVERHEAD

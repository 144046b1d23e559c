"""Stopping politely: tasks that run may end, tasks that come are held back for another worker."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Drain:
    """Counts the tasks of this process; once closed, it lets none begin."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._running = 0
        self._closed = False

    @contextmanager
    def task(self) -> Iterator[None]:
        """Run one task inside. After `close` it never begins: the process is about to exit, and what it
        holds is taken over by another."""
        with self._changed:
            self._changed.wait_for(lambda: not self._closed)
            self._running += 1
        try:
            yield
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    def close(self, grace: float) -> bool:
        """Let no more tasks begin, and wait up to `grace` seconds; whether all have ended."""
        with self._changed:
            self._closed = True
            return self._changed.wait_for(lambda: self._running == 0, grace)

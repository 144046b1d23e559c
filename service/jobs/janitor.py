"""Failover: each worker beats, looks for workers that have stopped beating, and puts their work back.

A worker that is taken for dead by mistake costs only double work: the job engine lets nobody but the
present owner of a row write its result.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence

import sqlalchemy as sa
from dbos import DBOS

from service.jobs.identity import is_surely_dead
from service.jobs.names import BEAT, SILENCE, workflow_id
from service.jobs.runtime import set_tempo
from service.storage import heartbeats, rows

_log = logging.getLogger(__name__)

_ENDED_BADLY = ("ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED", "SUCCESS")


def take_over(workers: Sequence[str]) -> int:
    """Put what dead workers held back into its queues; how many pieces of work that were.

    The one call of something private in the job engine; several workers may make it at once.
    """
    return len(DBOS._recover_pending_workflows(list(workers)))


class Janitor:
    """The thread in every worker that beats and tidies, until `stop`."""

    def __init__(self, engine: sa.Engine, worker: str) -> None:
        self._engine = engine
        self._worker = worker
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="janitor", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Beat no more, and say that what this worker holds may be taken at once."""
        self._ending.set()
        self._thread.join(timeout=BEAT)
        with self._engine.begin() as connection:
            heartbeats.retire(connection, self._worker)

    def _loop(self) -> None:
        while not self._ending.is_set():
            try:
                self.round()
            except Exception:
                # The thread must outlive a database that is away; a worker that cannot beat is replaced.
                _log.exception("a round of the janitor failed")
            self._ending.wait(BEAT)

    def round(self) -> None:
        """Beat; take over from the dead; settle recommendations whose workflow ended without a word."""
        with self._engine.begin() as connection:
            heartbeats.beat(connection, self._worker)
        dead = self._dead()
        if dead:
            taken = take_over(dead)
            if taken:
                _log.warning("took over %d pieces of work from %s", taken, ", ".join(dead))
            self._forget(dead)
        self._settle()

    def _dead(self) -> list[str]:
        with self._engine.connect() as connection:
            ages = heartbeats.ages(connection)
        return sorted(w for w, age in ages.items() if w != self._worker and (age > SILENCE or is_surely_dead(w)))

    def _forget(self, dead: list[str]) -> None:
        for worker in dead:
            if not DBOS.list_workflows(executor_id=worker, status="PENDING", limit=1, load_input=False):
                with self._engine.begin() as connection:
                    heartbeats.forget(connection, worker)

    def _settle(self) -> None:
        with self._engine.connect() as connection:
            alive = {workflow_id(*row): row for row in rows.alive_attempts(connection)}
        set_tempo(busy=bool(alive))
        if not alive:
            return
        known = {flow.workflow_id: flow for flow in DBOS.list_workflows(workflow_ids=list(alive), load_input=False)}
        for name, row in alive.items():
            status = known[name].status if name in known else "lost"
            if status == "lost" or status in _ENDED_BADLY:
                with self._engine.begin() as connection:
                    rows.fail(connection, *row, f"the probe ended without an answer ({status.lower()})")

"""A worker: one process that takes probes and tasks from the database until it is told to stop."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable

from service.jobs.calibrating import ensure_calibrated
from service.jobs.draining import Drain
from service.jobs.identity import new_worker_id
from service.jobs.janitor import Janitor
from service.jobs.probing import Probing
from service.jobs.runtime import configure, launch
from service.jobs.workflow import Bench, register
from service.storage.engine import make_engine

_log = logging.getLogger(__name__)

_GRACE = 5.0
"""Seconds for tasks to end after SIGTERM; then another worker does them over."""


def run_worker(url: str, make_probing: Callable[[], Probing]) -> None:
    """Work until SIGTERM or SIGINT, then let running tasks end and leave. Never returns.

    The database must have been migrated. Raises sqlalchemy.exc.SQLAlchemyError when it cannot be reached.
    """
    ending = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ending.set())
    engine, worker, drain = make_engine(url), new_worker_id(), Drain()
    probing = make_probing()
    configure(url, engine, worker)
    register(Bench(engine, probing, drain))
    ensure_calibrated(engine, probing)
    janitor = Janitor(engine, worker)
    launch()
    janitor.start()
    _log.info("worker %s is at work (%s)", worker, probing.speed_name)
    ending.wait()
    _leave(janitor, drain)


def _leave(janitor: Janitor, drain: Drain) -> None:
    """Exit without unwinding: threads of the job engine may wait for minutes, and what they hold is safe."""
    if drain.close(_GRACE):
        time.sleep(0.2)  # the engine writes the last result down after the task has returned
    janitor.stop()
    logging.shutdown()
    os._exit(0)

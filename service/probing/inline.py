"""Runs a probe in this process, one task after another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from threadpoolctl import threadpool_limits

from actwise.contract.answer import ProbeReport
from models.data.prepared import PreparedData
from models.training.run import Stopped, run_task
from service.probing.run import ProbeRun

Ending = Literal["deadline", "cancelled"]
Progress = Callable[[ProbeRun], None]


def never() -> Ending | None:
    """No reason to end early."""
    return None


def run_inline(
    run: ProbeRun,
    data: PreparedData,
    ending: Callable[[], Ending | None] = never,
    on_progress: Progress | None = None,
) -> ProbeReport:
    """Train until the probe has finished, or `ending` names a reason to end it. One BLAS thread.

    `ending` is asked many times a second, also in the middle of a task.
    """
    with threadpool_limits(1):
        while not run.finished:
            _run_next(run, data, ending)
            if on_progress is not None:
                on_progress(run)
    return run.report()


def _run_next(run: ProbeRun, data: PreparedData, ending: Callable[[], Ending | None]) -> None:
    try:
        run.tell(run_task(run.ask()[0], data, lambda: ending() is not None))
    except Stopped:
        run.stop(ending() or "cancelled")

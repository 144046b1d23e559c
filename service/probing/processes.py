"""Runs a probe on several processes of this machine (joblib, loky), each with one BLAS thread."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from joblib import Parallel, delayed, parallel_config

from actwise.contract.answer import ProbeReport
from models.data.prepared import PreparedData
from models.training.run import Stopped, run_task
from models.training.task import TaskResult, TrainingTask
from service.probing.inline import Ending, Progress, never, run_inline
from service.probing.run import ProbeRun

_LOOK_EVERY = 0.1


def run_processes(
    run: ProbeRun,
    data: PreparedData,
    workers: int,
    ending: Callable[[], Ending | None] = never,
    on_progress: Progress | None = None,
) -> ProbeReport:
    """Train on so many processes until the probe has finished, or `ending` names a reason to end it.

    `ending` is asked ten times a second, from another thread; running tasks then stop within a second. The report is
    the same, byte for byte, for any number of workers.
    """
    if workers == 1:
        return run_inline(run, data, ending, on_progress)
    with tempfile.TemporaryDirectory(prefix="actwise-probe-") as folder:
        flag = Path(folder) / "stop"
        with _watching(ending, flag), parallel_config("loky", n_jobs=workers, inner_max_num_threads=1):
            parallel = Parallel(return_as="generator_unordered", pre_dispatch="2*n_jobs", batch_size=1)
            while not run.finished:
                _run_stage(run, parallel, data, flag, on_progress)
    return run.report()


def _run_stage(run: ProbeRun, parallel: Parallel, data: PreparedData, flag: Path, on_progress: Progress | None) -> None:
    """Every task that can run now; the longest first, so that the last ones to end are short."""
    tasks = sorted(run.ask(), key=lambda task: (-task.steps * len(task.members), task.id))
    for result in parallel(delayed(_train)(task, data, str(flag)) for task in tasks):
        if result is None:
            run.stop("deadline" if flag.read_text() == "deadline" else "cancelled")
        else:
            run.tell(result)
        if on_progress is not None:
            on_progress(run)


@contextmanager
def _watching(ending: Callable[[], Ending | None], flag: Path) -> Iterator[None]:
    """While the probe runs, put the reason to end it into the flag file as soon as there is one."""
    over = Event()

    def watch() -> None:
        while not over.wait(_LOOK_EVERY):
            reason = ending()
            if reason is not None:
                draft = flag.with_suffix(".draft")
                draft.write_text(reason)
                draft.rename(flag)
                return

    watcher = Thread(target=watch, name="actwise-probe-watcher", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def _train(task: TrainingTask, data: PreparedData, flag: str) -> TaskResult | None:
    """One task in a worker; None when it was stopped."""
    try:
        return run_task(task, data, Path(flag).exists)
    except Stopped:
        return None

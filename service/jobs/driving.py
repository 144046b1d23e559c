"""Drives a run: asks for tasks, has them done, tells the results. Pure of processes and database.

The order in which results are told is the order in which their tasks were asked for, whoever finishes
first: so the course of a probe is the same with one worker or fifty, and after any replay.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Literal, Protocol

from actwise.contract.answer import ProbeReport
from service.jobs.probing import Run, Task
from service.storage.rows import Verdict

Ending = Literal["finished", "gone"]


class LostBatchError(Exception):
    """A batch has no results, and nothing says why."""


class Pending(Protocol):
    """A batch of tasks that somebody is working on."""

    def get_result(self) -> list[str] | None:
        """Wait for the results, in the order of the tasks; None when the batch was told to stop."""
        ...


def drive(
    run: Run,
    launch: Callable[[list[Task]], Pending],
    note: Callable[[ProbeReport], Verdict],
    batch_cost: int,
) -> Ending:
    """Drive `run` to its end.

    `launch` starts a batch of tasks; `note` records progress and says whether the work still counts.
    Tasks that are still running when the end is known are left to notice it themselves.
    Returns "gone" when the attempt was cancelled or superseded.
    """
    asked: set[str] = set()
    pending: deque[Pending] = deque()

    def launch_new() -> None:
        fresh = [task for task in run.ask() if task.id not in asked]
        asked.update(task.id for task in fresh)
        pending.extend(launch(batch) for batch in batches(fresh, batch_cost))

    launch_new()
    while pending:
        results = pending.popleft().get_result()
        for result in results or ():
            if not run.finished:
                run.tell(result)
        verdict = note(run.report())
        if verdict == "gone":
            return "gone"
        if verdict == "late":
            run.stop("deadline")
        elif results is None:
            raise LostBatchError("tasks were stopped although their probe goes on")
        if run.finished:
            break
        launch_new()
    return "finished"


def batches(tasks: Sequence[Task], most: int) -> list[list[Task]]:
    """Cut tasks, in their order, into batches of at most `most` network-steps (a longer task stands alone).

    A pure function of the tasks: handing many short tasks out one by one would cost more than they do.
    """
    cut: list[list[Task]] = []
    cost = 0
    for task in tasks:
        if not cut or cost + task.cost > most:
            cut.append([])
            cost = 0
        cut[-1].append(task)
        cost += task.cost
    return cut

"""The durable course of a probe. Whatever depends on clock, database or file happens in a step.

Two workflows: `probe` drives the run and is light; `train` does a batch of its tasks and is heavy. They
wait in two queues, so that a probe never waits for the place that it holds itself. What a step returned
is never computed again after a crash; a batch that was cut off is, to the same result.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ParamSpec, TypedDict, TypeVar

import sqlalchemy as sa
from dbos import DBOS, StepOptions

from actwise.contract.answer import ProbeReport
from actwise.contract.request import TaskDescription
from service.jobs.draining import Drain
from service.jobs.driving import Pending, drive
from service.jobs.names import PROBE, SILENCE, TASKS, TRAIN
from service.jobs.probing import Probing, Stopped, Task
from service.jobs.runtime import set_tempo
from service.jobs.watch import Watch
from service.storage import heartbeats, history, rows
from service.storage.rows import Verdict

_log = logging.getLogger(__name__)

MOST_TASK_STARTS = 3
"""A batch that has killed its worker this often is given up, and its probe fails."""

MOST_PROBE_STARTS = 1_000
"""A probe is only a bystander when its worker dies, so restarts hardly count against it."""


def _is_passing(error: BaseException) -> bool:
    """Whether trying again may help: a database that was away comes back, a wrong plan stays wrong."""
    return isinstance(error, sa.exc.OperationalError)


_PATIENT = StepOptions(
    retries_allowed=True, max_attempts=6, interval_seconds=0.5, backoff_rate=2.0, should_retry=_is_passing
)

P = ParamSpec("P")
R = TypeVar("R")


class MismatchError(Exception):
    """The answer belongs to another request than the one that was posted."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What the workflows of one process work with."""

    engine: sa.Engine
    probing: Probing
    drain: Drain


def register(bench: Bench) -> None:
    """Make the workflows known to the job engine of this process; before it is launched, and once."""
    steps = _Steps(bench)
    train = DBOS.workflow(name=TRAIN, max_recovery_attempts=MOST_TASK_STARTS)(_trainer(bench))

    def step(function: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
        return DBOS.run_step({**_PATIENT, "name": function.__name__}, function, *arguments, **named)

    def course(identifier: str, attempt: int) -> str:
        begun = step(steps.begin, identifier, attempt)
        if begun is None:
            return "gone"
        run = bench.probing.open(begun["plan"])

        def launch(batch: list[Task]) -> Pending:
            return _Waiting(DBOS.enqueue_workflow(TASKS, train, identifier, attempt, [task.payload for task in batch]))

        def record(report: ProbeReport) -> Verdict:
            return step(steps.note, identifier, attempt, report)

        if drive(run, launch, record, begun["batch_cost"]) == "gone":
            return "gone"
        return step(steps.publish, identifier, attempt, run.report())

    def probe(identifier: str, attempt: int) -> str:
        try:
            return course(identifier, attempt)
        except Exception as error:
            _log.exception("probe %s.%d failed", identifier, attempt)
            return step(steps.fail, identifier, attempt, f"{type(error).__name__}: {error}"[:2_000])

    DBOS.workflow(name=PROBE, max_recovery_attempts=MOST_PROBE_STARTS)(probe)


class Begun(TypedDict):
    """What a probe keeps from its beginning, so that every replay cuts the same batches of the same plan."""

    plan: str
    batch_cost: int


class _Waiting:
    """A batch in the queue, as the driver sees it."""

    def __init__(self, handle: Any) -> None:
        self._handle = handle

    def get_result(self) -> list[str] | None:
        result: list[str] | None = self._handle.get_result(polling_interval_sec=0.05)
        return result


def _trainer(bench: Bench) -> Callable[[str, int, list[str]], list[str] | None]:
    def train(identifier: str, attempt: int, tasks: list[str]) -> list[str] | None:
        with bench.engine.connect() as connection:
            plan = rows.plan_of(connection, identifier, attempt)
        if plan is None:
            return None
        watch = Watch(bench.engine, identifier, attempt)
        with bench.drain.task():
            try:
                return [bench.probing.train(plan, task, watch) for task in tasks]
            except Stopped:
                return None

    return train


class _Steps:
    """Everything that a probe does to the outside; each may be repeated after a crash, to the same effect."""

    def __init__(self, bench: Bench) -> None:
        self._engine = bench.engine
        self._probing = bench.probing

    def begin(self, identifier: str, attempt: int) -> Begun | None:
        with self._engine.connect() as connection:
            row = rows.get(connection, identifier)
        if row is None or row.attempt != attempt:
            return None
        request = TaskDescription.model_validate_json(row.request)
        plan = self._probing.plan(request)
        with self._engine.begin() as connection:
            alive = rows.begin(connection, identifier, attempt, plan, _hard_limit(request))
            workers = sum(age < SILENCE for age in heartbeats.ages(connection).values())
        set_tempo(busy=True)
        return {"plan": plan, "batch_cost": _batch_cost(request, workers)} if alive else None

    def note(self, identifier: str, attempt: int, report: ProbeReport) -> Verdict:
        with self._engine.begin() as connection:
            rows.note_progress(connection, identifier, attempt, report.model_dump_json(), report.progress)
            return rows.verdict(connection, identifier, attempt)

    def publish(self, identifier: str, attempt: int, report: ProbeReport) -> str:
        with self._engine.connect() as connection:
            row = rows.get(connection, identifier)
            plan = rows.plan_of(connection, identifier, attempt)
        if row is None:
            return "gone"
        request = TaskDescription.model_validate_json(row.request)
        answer = self._probing.recommend(request, report)
        if answer.id != identifier:
            raise MismatchError("the rules or the server changed while the probe ran: post the request anew")
        past = self._probing.past(request, plan, report, identifier) if plan else ()
        with self._engine.begin() as connection:
            stored = rows.complete(connection, identifier, attempt, self._probing.render(answer))
            # In one transaction with the answer: a probe that ends is in the history, once, or has not ended.
            history.keep(connection, past if stored else ())
        return "complete" if stored else "gone"

    def fail(self, identifier: str, attempt: int, error: str) -> str:
        with self._engine.begin() as connection:
            rows.fail(connection, identifier, attempt, error)
        return "failed"


def _hard_limit(request: TaskDescription) -> float:
    """Seconds after which a probe is ended for good: far over its quote, even on a busy machine."""
    return 60.0 + 10.0 * (request.probe.seconds if request.probe else 0.0)


def _batch_cost(request: TaskDescription, workers: int) -> int:
    """Network-steps that keep one of the workers busy for about half a second: handing a batch over costs a few
    hundredths of one. The budget was made for all workers together."""
    if request.probe is None or request.probe.network_steps is None:
        return 1
    return max(1, round(0.5 * request.probe.network_steps / request.probe.seconds / max(1, workers)))

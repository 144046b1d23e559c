"""Driving a run: order, batches, and every way to end."""

from __future__ import annotations

import json
import random

import pytest

from actwise.contract.answer import ProbeReport
from service.jobs.driving import LostBatchError, batches, drive
from service.jobs.probing import Task
from tests.service.jobs.fake import FakeProbing, FakeRun, description


class Bench:
    """Answers batches at once, and keeps what was launched."""

    def __init__(self, stop_after: int = 10**9) -> None:
        self.launched: list[list[str]] = []
        self.stop_after = stop_after

    def launch(self, batch: list[Task]) -> Answered:
        self.launched.append([task.id for task in batch])
        stopped = len(self.launched) > self.stop_after
        return Answered(None if stopped else [_train(task.payload) for task in batch])


class Answered:
    def __init__(self, results: list[str] | None) -> None:
        self.results = results

    def get_result(self) -> list[str] | None:
        return self.results


def _train(payload: str) -> str:
    return FakeProbing().train(_plan(sleep=0), payload, lambda: False)


def _plan(**numbers: float) -> str:
    return FakeProbing().plan(description(" ".join(f"{name}={value}" for name, value in numbers.items())))


def _run(**numbers: float) -> FakeRun:
    return FakeProbing().open(_plan(**numbers))


def test_a_run_with_nothing_to_do_is_finished_at_once() -> None:
    run, bench = _run(rungs=0), Bench()
    assert drive(run, bench.launch, lambda _: "go", 1) == "finished"
    assert bench.launched == []


def test_every_task_is_launched_once_and_rungs_follow_each_other() -> None:
    run, bench = _run(rungs=2, width=3), Bench()
    assert drive(run, bench.launch, lambda _: "go", 1_000) == "finished"
    assert bench.launched == [["0.0"], ["0.1"], ["0.2"], ["1.0"], ["1.1"], ["1.2"]]
    assert run.finished


@pytest.mark.parametrize("batch_cost", [1, 1_000, 2_000, 10**9])
def test_the_report_does_not_depend_on_the_batches(batch_cost: int) -> None:
    run, other = _run(rungs=3, width=5), _run(rungs=3, width=5)
    drive(run, Bench().launch, lambda _: "go", batch_cost)
    drive(other, Bench().launch, lambda _: "go", 1)
    assert run.report() == other.report()


def test_progress_is_noted_after_every_batch() -> None:
    noted: list[float] = []

    def note(report: ProbeReport) -> str:
        noted.append(report.progress)
        return "go"

    drive(_run(rungs=1, width=4), Bench().launch, note, 2_000)  # type: ignore[arg-type]
    assert noted == [0.5, 1.0]


def test_a_cancelled_attempt_is_left_at_once() -> None:
    bench = Bench()
    assert drive(_run(rungs=2), bench.launch, lambda _: "gone", 10**9) == "gone"
    assert len(bench.launched) == 1


def test_a_late_attempt_is_stopped_with_what_is_known() -> None:
    run = _run(rungs=2, width=2)
    assert drive(run, Bench().launch, lambda _: "late", 1) == "finished"
    assert (run.report().scope, run.report().network_steps_done) == ("deadline", 1_000)


def test_a_batch_that_stopped_because_of_the_deadline_is_no_error() -> None:
    run, bench = _run(rungs=1), Bench(stop_after=0)
    assert drive(run, bench.launch, lambda _: "late", 10**9) == "finished"
    assert run.report().network_steps_done == 0


def test_a_batch_that_stopped_for_no_reason_is_an_error() -> None:
    with pytest.raises(LostBatchError):
        drive(_run(rungs=1), Bench(stop_after=0).launch, lambda _: "go", 1)


def test_batches_keep_order_and_size() -> None:
    draw = random.Random(0)
    costs = [draw.randint(1, 30) for _ in range(50)]
    tasks = [Task(str(number), json.dumps(number), cost) for number, cost in enumerate(costs)]
    cut = batches(tasks, 40)
    assert [task for batch in cut for task in batch] == tasks
    assert max(sum(task.cost for task in batch) for batch in cut) <= 40
    assert len(cut) < len(tasks)


def test_a_task_larger_than_a_batch_stands_alone_and_no_tasks_make_no_batch() -> None:
    assert batches([], 10) == []
    large = [Task("a", "", 100), Task("b", "", 1), Task("c", "", 1)]
    assert [[task.id for task in batch] for batch in batches(large, 10)] == [["a"], ["b", "c"]]

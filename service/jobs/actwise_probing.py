"""`Probing` as it really is: rules, theory, trainer and race behind the jobs' narrow door."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Literal, cast

from actwise.contract.answer import ProbeReport, Recommendation
from actwise.contract.quote import Quote
from actwise.contract.request import Probe, ProbeData, TaskDescription
from models.data.prepared import PreparedData
from models.kernels.library import library
from models.prior.past import PastRace
from models.prior.prior import Learned
from models.training import run as training
from models.training.task import TaskResult, TrainingTask
from rules import RuleSet
from service.advice.advisor import Advisor, recommendation_json
from service.answering import Answering
from service.jobs.probing import Stopped, Task
from service.probing.calibration import Calibration
from service.probing.data import load
from service.probing.plan import ProbePlan
from service.probing.run import ProbeRun

NOMINAL = Calibration()
"""A plain machine, for budgets asked of a database on which no machine was measured yet."""


class ActwiseProbing:
    """`service.jobs.probing.Probing`. Loads the rules when they are first needed.

    `house_rules`: folder of rules of the operator's own. `workers`: worker processes that share a probe.
    `contents`: the callers' data sets by id. `learned`: what past probes taught; the shipped model unless given.
    """

    def __init__(
        self,
        house_rules: Path | None,
        workers: int,
        rules: RuleSet | None = None,
        contents: Mapping[str, bytes] | None = None,
        learned: Learned | None = None,
    ) -> None:
        self._house_rules = house_rules
        self._workers = workers
        self._rules = rules
        self._contents = contents
        self._learned = learned

    @cached_property
    def _answering(self) -> Answering:
        rules = self._rules or RuleSet.load(self._house_rules)
        return Answering(Advisor(rules, learned=self._learned), self._contents)

    def warm(self) -> None:
        """Plan one small probe, so that libraries are loaded now and not while the first caller waits."""
        probe = Probe(data=ProbeData(name="iris"), network_steps=1_000)
        request = TaskDescription(task="classification", layer_type="dense", depth=2, compute_budget="low", probe=probe)
        self._answering.plan(request, NOMINAL)

    def check(self, request: TaskDescription) -> None:
        self._answering.check(request)

    def resolve(self, request: TaskDescription, calibration: str | None) -> TaskDescription:
        return self._answering.fixed(request, _speed(calibration))

    def quote(self, request: TaskDescription, calibration: str | None) -> Quote:
        return self._answering.quote(request, _speed(calibration))

    def recommend(self, request: TaskDescription, report: ProbeReport | None = None) -> Recommendation:
        return self._answering.answer(request, report)

    def render(self, answer: Recommendation) -> bytes:
        return recommendation_json(answer)

    def past(self, request: TaskDescription, plan: str, report: ProbeReport, identifier: str) -> Sequence[PastRace]:
        planned = ProbePlan.model_validate_json(plan)
        return self._answering.past(request, planned, report, identifier, lambda: len(self._data(plan).x_train))

    def plan(self, request: TaskDescription) -> str:
        """A pure function of the request, whose budget is fixed: speed matters only for a quote."""
        return self._answering.plan(request, NOMINAL).model_dump_json()

    def open(self, plan: str) -> RaceRun:
        return RaceRun(ProbeRun(ProbePlan.model_validate_json(plan)))

    def train(self, plan: str, task: str, should_stop: Callable[[], bool]) -> str:
        wanted = TrainingTask.model_validate_json(task)
        try:
            return training.run_task(wanted, self._data(plan), should_stop).model_dump_json()
        except training.Stopped:
            raise Stopped from None

    def _data(self, plan: str) -> PreparedData:
        """The arrays of a plan, prepared once per process and probe."""
        reference = ProbePlan.model_validate_json(plan).data
        assert reference is not None, "a refused plan has no tasks"
        return load(reference, self._answering.resolver)

    @property
    def speed_name(self) -> str:
        return "speeds" if library() is None else "speeds with kernels"

    def calibrate(self) -> str:
        from service.probing.machine import calibrate

        return calibrate(max(1, self._workers)).model_dump_json()


def _speed(calibration: str | None) -> Calibration:
    return NOMINAL if calibration is None else Calibration.model_validate_json(calibration)


class RaceRun:
    """A `ProbeRun` that speaks JSON."""

    def __init__(self, run: ProbeRun) -> None:
        self._run = run

    @property
    def finished(self) -> bool:
        return self._run.finished

    def ask(self) -> Sequence[Task]:
        return [Task(one.id, one.model_dump_json(), len(one.members) * one.steps) for one in self._run.ask()]

    def tell(self, result: str) -> None:
        self._run.tell(TaskResult.model_validate_json(result))

    def stop(self, reason: str) -> None:
        self._run.stop(cast(Literal["deadline", "cancelled"], reason))

    def report(self) -> ProbeReport:
        return self._run.report()

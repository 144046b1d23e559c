"""A probe under way: the same bytes on any runner, and an end at any time."""

from __future__ import annotations

from typing import Any

import pytest

from actwise.contract.answer import ProbeReport
from actwise.contract.reading import read_request
from actwise.contract.situation import resolve
from actwise.contract.vocabulary import TASKS
from models.data.bundled import BUNDLED
from models.race.plan import least_budget
from models.training.run import run_task
from service.probing.calibration import Calibration
from service.probing.data import load
from service.probing.evidence import probe_evidence
from service.probing.inline import Ending, run_inline
from service.probing.plan import ProbePlan, plan_probe
from service.probing.processes import run_processes
from service.probing.run import ProbeRun

CALIBRATION = Calibration()


def planned(task: str = "count_regression", **fields: Any) -> ProbePlan:
    budget = 2 * least_budget(6, 5)
    request = read_request(
        {
            "task": task,
            "layer_type": "dense",
            "depth": 2,
            "compute_budget": "low",
            "width": 8,
            "rows": 300,
            "probe": {"network_steps": budget},
            **fields,
        }
    )
    situations, _ = resolve(request)
    return plan_probe(request, situations, {situations[0].block: ("relu", "tanh", "sigmoid")}, CALIBRATION)


@pytest.fixture(scope="module")
def plan() -> ProbePlan:
    return planned()


@pytest.fixture(scope="module")
def report(plan: ProbePlan) -> ProbeReport:
    assert plan.data is not None
    return run_inline(ProbeRun(plan), load(plan.data))


def test_a_refused_plan_is_finished_before_it_starts_and_tells_why() -> None:
    run = ProbeRun(planned(probe={"network_steps": 10}))
    assert run.finished
    assert run.ask() == ()
    assert "network-steps" in str(run.report().refused)
    assert probe_evidence(run.report()) == {}


def test_the_hidden_race_comes_first_and_the_heads_stand_behind_its_winner(plan: ProbePlan) -> None:
    assert plan.data is not None
    run, data = ProbeRun(plan), load(plan.data)
    heads = set()
    while not run.finished:
        task = run.ask()[0]
        if task.id.startswith("output/"):
            heads.add(task.activation)
        run.tell(run_task(task, data))
    hidden, output = run.report().races
    assert (hidden.subject, output.subject) == ("dense", "output")
    assert heads == {hidden.entries[0].candidate}


def test_the_report_counts_its_steps_within_the_budget(plan: ProbePlan, report: ProbeReport) -> None:
    assert report.progress == 1.0
    assert 0 < report.network_steps_done <= report.network_steps_budget == plan.network_steps
    assert report.network_steps_done == sum(race.network_steps for race in report.races)


def test_two_processes_give_the_same_bytes_as_none(plan: ProbePlan, report: ProbeReport) -> None:
    assert plan.data is not None
    apart = run_processes(ProbeRun(plan), load(plan.data), workers=2)
    assert apart.model_dump_json() == report.model_dump_json()


def test_progress_never_falls(plan: ProbePlan) -> None:
    assert plan.data is not None
    seen: list[float] = []
    run_inline(ProbeRun(plan), load(plan.data), on_progress=lambda run: seen.append(run.report().progress))
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


@pytest.mark.parametrize("reason", ["deadline", "cancelled"])
@pytest.mark.parametrize("workers", [1, 2])
def test_a_probe_can_be_ended_at_once_and_says_why(plan: ProbePlan, reason: Ending, workers: int) -> None:
    assert plan.data is not None
    report = run_processes(ProbeRun(plan), load(plan.data), workers, ending=lambda: reason)
    assert {race.stopped for race in report.races} == {reason}
    assert report.network_steps_done < plan.network_steps


@pytest.mark.parametrize("task", TASKS)
def test_every_task_of_the_contract_can_be_probed(task: str) -> None:
    extra = {"target": {"low": 0, "high": 5}} if task == "bounded_regression" else {}
    plan = planned(task, probe={"network_steps": least_budget(3, 5), "heads": False}, **extra)
    assert plan.refused is None
    assert plan.data is not None
    (race,) = run_inline(ProbeRun(plan), load(plan.data)).races
    assert race.entries[0].status == "in_group"
    assert race.entries[0].score is not None


@pytest.mark.parametrize(("name", "task"), [(n, t) for n, entry in BUNDLED.items() for t in entry.tasks])
def test_every_bundled_set_can_be_probed(name: str, task: str) -> None:
    probe = {"network_steps": least_budget(3, 5), "heads": False, "data": {"name": name}}
    plan = planned(task, probe=probe)
    assert plan.refused is None
    assert plan.data is not None
    (race,) = run_inline(ProbeRun(plan), load(plan.data)).races
    assert name in plan.described
    assert race.entries[0].score is not None


def test_a_result_of_another_probe_is_refused(plan: ProbePlan) -> None:
    assert plan.data is not None
    run = ProbeRun(plan)
    result = run_task(run.ask()[0], load(plan.data))
    for stray in ("other/0/relu", "output/0/exp_poisson", "nonsense"):
        with pytest.raises(ValueError, match="no task of this"):
            run.tell(result.model_copy(update={"id": stray}))


def test_evidence_is_in_points_below_the_best_and_cites_the_probe(report: ProbeReport) -> None:
    found = probe_evidence(report)
    assert set(found) == {"dense", "output"}
    assert set(found["dense"]) == {"relu", "tanh", "sigmoid"}
    best = report.races[0].entries[0].candidate
    assert found["dense"][best].mean == 0.0
    for rows in found.values():
        for measurement in rows.values():
            assert measurement.mean <= 20
            assert measurement.sd > 0
            evidence = measurement.evidence
            assert (evidence.kind, evidence.source, evidence.cause) == ("measured", "probe", "outcome")
            assert evidence.effect.low < evidence.effect.mean < evidence.effect.high
            assert evidence.scope == report.scope

"""The real probe behind the jobs' door: the same bytes as without any door."""

from __future__ import annotations

import json

import pytest

from actwise.contract.answer import ProbeReport
from actwise.contract.faults import ContractError
from actwise.contract.request import Probe, ProbeData, TaskDescription
from service.jobs import actwise_probing
from service.jobs.actwise_probing import ActwiseProbing
from service.jobs.driving import drive
from service.jobs.probing import Stopped, Task
from service.probing.data import load
from service.probing.inline import run_inline
from service.probing.plan import ProbePlan
from service.probing.run import ProbeRun

PROBING = ActwiseProbing(None, 2)


def _request(**probe: object) -> TaskDescription:
    wanted = {"data": ProbeData(name="iris"), "network_steps": 3_000, "seeds": 2, **probe}
    return TaskDescription(
        task="classification",
        layer_type="dense",
        depth=2,
        width=8,
        compute_budget="low",
        allow=("relu", "tanh", "silu"),
        probe=Probe.model_validate(wanted),
    )


def _durably(plan: str, batch_cost: int) -> ProbeReport:
    """The report as the workflow gets it: everything through JSON, in batches, from two pairs of hands."""
    run = PROBING.open(plan)

    class Done:
        def __init__(self, batch: list[Task]) -> None:
            self._batch = batch

        def get_result(self) -> list[str]:
            return [json.loads(json.dumps(PROBING.train(plan, task.payload, lambda: False))) for task in self._batch]

    assert drive(run, Done, lambda _: "go", batch_cost) == "finished"
    return run.report()


def test_the_report_has_the_bytes_of_the_inline_runner_whatever_the_batches() -> None:
    plan = PROBING.plan(_request())
    parsed = ProbePlan.model_validate_json(plan)
    assert parsed.data is not None
    inline = run_inline(ProbeRun(parsed), load(parsed.data)).model_dump_json()
    assert _durably(plan, 1).model_dump_json() == inline
    assert _durably(plan, 10**9).model_dump_json() == inline


def test_a_plan_is_a_pure_function_of_its_request() -> None:
    assert PROBING.plan(_request()) == ActwiseProbing(None, 7).plan(_request())


def test_a_resolved_request_is_resolved_for_good() -> None:
    resolved = PROBING.resolve(_request(network_steps=None), None)
    assert resolved.probe is not None
    assert (resolved.probe.network_steps or 0) > 0
    assert PROBING.resolve(resolved, PROBING.calibrate()) == resolved


def test_a_task_that_is_told_to_stop_says_so() -> None:
    plan = PROBING.plan(_request(network_steps=50_000))
    task = PROBING.open(plan).ask()[0]
    with pytest.raises(Stopped):
        PROBING.train(plan, task.payload, lambda: True)


def test_data_that_the_service_does_not_have_is_refused() -> None:
    for data in (ProbeData(name="irys"), ProbeData(file="/etc/passwd")):
        with pytest.raises(ContractError):
            PROBING.check(_request(data=data))


def test_the_answer_keeps_the_id_of_its_request_and_holds_the_report() -> None:
    request = _request()
    instant = PROBING.recommend(request)
    report = ProbeReport(network_steps_budget=1, refused="for the test")
    final = PROBING.recommend(request, report)
    assert (final.id, final.probe, final.status) == (instant.id, report, "complete")
    assert PROBING.render(final) == PROBING.render(PROBING.recommend(request, report))


def test_a_machine_with_kernels_and_one_without_are_measured_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    names = []
    for library in (None, object()):
        monkeypatch.setattr(actwise_probing, "library", lambda found=library: found)
        names.append(PROBING.speed_name)
    assert len(set(names)) == 2

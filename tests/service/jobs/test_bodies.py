"""Bodies: complete answers byte for byte, others with their present state."""

from __future__ import annotations

from actwise.contract.answer import ProbeReport, Recommendation
from service.jobs.bodies import body_of
from service.storage.rows import Row
from tests.service.jobs.fake import FakeProbing, description


def _row(status: str, progress: str | None = None, error: str | None = None) -> Row:
    probing = FakeProbing()
    request = probing.resolve(description(), None)
    answer = probing.render(probing.recommend(request))
    return Row("rec_a", request.model_dump_json(), status, answer, 1, progress, error, 0)


def test_a_complete_answer_is_not_touched() -> None:
    row = _row("complete")
    assert body_of(row) is row.answer


def test_every_state_is_a_valid_recommendation_with_that_status() -> None:
    for status in ("queued", "running", "cancelled", "failed"):
        answer = Recommendation.model_validate_json(body_of(_row(status)))
        assert answer.status == status
        assert answer.probe == ProbeReport(network_steps_budget=1_000)


def test_progress_is_shown_as_it_was_noted() -> None:
    report = ProbeReport(network_steps_budget=1_000, network_steps_done=250, progress=0.25, data="digits")
    answer = Recommendation.model_validate_json(body_of(_row("running", report.model_dump_json())))
    assert answer.probe == report


def test_what_failed_says_why() -> None:
    answer = Recommendation.model_validate_json(body_of(_row("failed", error="ValueError: ünlucky")))
    assert answer.probe is not None
    assert answer.probe.refused == "ValueError: ünlucky"

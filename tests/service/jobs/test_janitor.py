"""The janitor leans on one private call of the job engine: it must be there, with the meaning that we rely on."""

from __future__ import annotations

import inspect

import pytest
from dbos import DBOS

from service.jobs import janitor
from service.jobs.recommendations import DurableRecommendations
from tests.service.jobs.fake import description
from tests.service.jobs.workers import Workers, ended, eventually, expected_body


def test_the_private_call_of_the_engine_is_still_there() -> None:
    parameters = list(inspect.signature(DBOS._recover_pending_workflows).parameters)
    assert parameters == ["executor_ids"]


def test_take_over_hands_the_dead_to_that_call(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(DBOS, "_recover_pending_workflows", lambda workers: asked.append(workers) or [1, 2])
    assert janitor.take_over(("a", "b")) == 2
    assert asked == [["a", "b"]]


@pytest.mark.slow
def test_a_living_worker_takes_over_from_a_dead_one_that_never_comes_back(
    store: DurableRecommendations, workers: Workers
) -> None:
    """The dead one holds both the probe and a task, and the one that goes on was there all the time."""
    workers.start()
    submitted = store.submit(description("width=2 rungs=2 sleep=0.4"))
    eventually(lambda: workers.diary("start"))
    workers.start()
    eventually(lambda: len(_ages(store)) == 2)
    workers.kill(workers.running[0].pid)
    final = ended(store, submitted.id)
    request = store.list(1).entries[0].request
    assert final.body == expected_body(request)
    eventually(lambda: len(_ages(store)) == 1)


def _ages(store: DurableRecommendations) -> dict[str, float]:
    from service.storage import heartbeats

    with store._engine.connect() as connection:
        return heartbeats.ages(connection)

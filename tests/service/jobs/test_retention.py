"""Retention: old answers go with everything that leads to them; nothing alive is touched."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from actwise.contract.race import RaceAsk, RaceResult
from service.jobs.recommendations import DurableRecommendations
from service.jobs.retention import Purged, purge
from service.jobs.runtime import make_client
from service.races.stored import StoredRaces
from service.storage.engine import make_engine
from tests.service.jobs.fake import description
from tests.service.jobs.workers import Workers, ended
from tests.service.races.simulated import advise, request


@pytest.fixture
def engine(migrated_url: str) -> Iterator[sa.Engine]:
    engine = make_engine(migrated_url)
    yield engine
    engine.dispose()


def _age(engine: sa.Engine, days: float) -> None:
    with engine.begin() as connection:
        microseconds = int(days * 86_400_000_000)
        connection.execute(sa.text(f"UPDATE recommendations SET updated_us = updated_us - {microseconds}"))


def test_what_is_young_or_alive_stays(store: DurableRecommendations, engine: sa.Engine) -> None:
    young = store.submit(description(probe=False)).id
    assert purge(engine, make_client(engine), answer_days=30) == Purged(0, 0)
    alive = store.submit(description()).id
    _age(engine, 400)
    assert purge(engine, make_client(engine), answer_days=30) == Purged(1, 0)
    assert store.find(young) is None
    assert store.find(alive) is not None


def test_a_key_of_a_deleted_answer_is_free_again(store: DurableRecommendations, engine: sa.Engine) -> None:
    store.submit(description(probe=False), key="k")
    _age(engine, 31)
    purge(engine, make_client(engine), answer_days=30)
    assert store.submit(description(words="other=1", probe=False), key="k").created


def test_a_cancelled_probe_that_was_deleted_can_be_posted_anew(
    store: DurableRecommendations, engine: sa.Engine
) -> None:
    """Its first attempt has the same name as the one that was deleted: nothing of that may be left."""
    first = store.submit(description())
    store.cancel(first.id)
    _age(engine, 31)
    assert purge(engine, make_client(engine), answer_days=30) == Purged(1, 1)
    assert store.submit(description()).status == "queued"
    client = make_client(engine)
    assert [flow.status for flow in client.list_workflows(workflow_ids=[f"{first.id}.1"])] == ["ENQUEUED"]


@pytest.mark.slow
def test_traces_go_before_answers(store: DurableRecommendations, engine: sa.Engine, workers: Workers) -> None:
    workers.start()
    submitted = store.submit(description("width=2 rungs=1"))
    final = ended(store, submitted.id)
    _age(engine, 2)
    client = make_client(engine)
    assert purge(engine, client, answer_days=30) == Purged(0, 1)
    assert store.find(submitted.id) == final
    assert client.list_workflows() == []


def test_a_race_of_which_nobody_has_heard_goes_with_its_results(engine: sa.Engine, migrated_url: str) -> None:
    races = StoredRaces(migrated_url, advise)
    old, young = (races.create(request()).state.id for _ in range(2))
    work = races.ask(old, RaceAsk())
    assert work is not None
    races.tell(old, RaceResult(task=work.tasks[0].id, value=0.5))
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE races SET updated_us = 0 WHERE id = :id"), {"id": old})
    assert purge(engine, make_client(engine), answer_days=30).races == 1
    assert races.find(old) is None
    assert races.find(young) is not None
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM race_results")).scalar() == 0
    races.close()

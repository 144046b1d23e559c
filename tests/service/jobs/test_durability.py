"""Whatever is killed, and whenever: the probe ends by itself with the same bytes."""

from __future__ import annotations

import base64
import json
import pickle
from typing import Any

import pytest
import sqlalchemy as sa

from actwise.contract.answer import Recommendation
from service.jobs.recommendations import DurableRecommendations
from service.storage import history
from service.storage.engine import make_engine
from tests.service.jobs.fake import description
from tests.service.jobs.workers import Workers, ended, eventually, expected_body

pytestmark = pytest.mark.slow

BUSY = "width=4 rungs=3 sleep=0.4"


def test_two_workers_share_the_tasks_and_give_the_bytes_of_one(store: DurableRecommendations, workers: Workers) -> None:
    workers.start(2)
    eventually(lambda: store.ready().ready)
    submitted = store.submit(description(BUSY))
    final = ended(store, submitted.id)
    assert final.body == expected_body(_resolved(submitted.body))
    assert len({process for _, process in workers.diary("end")}) == 2
    assert sorted(task for task, _ in workers.diary("end")) == sorted(f"{r}.{t}" for r in range(3) for t in range(4))
    assert store.find(submitted.id) == final


def test_progress_can_be_read_by_any_process_while_the_probe_runs(
    store: DurableRecommendations, workers: Workers
) -> None:
    workers.start()
    submitted = store.submit(description(BUSY))

    def halfway() -> bool:
        entry = store.list(1).entries[0]
        return entry.status == "running" and 0 < (entry.progress or 0) < 1

    eventually(halfway)
    stored = store.find(submitted.id)
    assert stored is not None
    answer = Recommendation.model_validate_json(stored.body)
    assert answer.status in ("running", "complete")
    assert answer.probe is not None
    assert answer.probe.network_steps_done > 0


def test_a_worker_killed_in_mid_probe_costs_time_only(store: DurableRecommendations, workers: Workers) -> None:
    workers.start(2)
    submitted = store.submit(description(BUSY))
    eventually(lambda: len(workers.diary("end")) >= 2)
    workers.kill(workers.diary("start")[-1][1])
    assert ended(store, submitted.id).body == expected_body(_resolved(submitted.body))
    engine = make_engine(workers.url)
    with engine.connect() as connection:
        assert [race.id for race in history.everything(connection)] == [f"{submitted.id}/hidden-0"]
    engine.dispose()


def test_all_workers_killed_and_new_ones_go_on(store: DurableRecommendations, workers: Workers) -> None:
    workers.start(2)
    submitted = store.submit(description(BUSY))
    eventually(lambda: len(workers.diary("end")) >= 5)
    done = {task for task, _ in workers.diary("end")}
    workers.kill()
    stored = store.find(submitted.id)
    assert stored is not None
    assert stored.status == "running"
    workers.start(2)
    assert ended(store, submitted.id).body == expected_body(_resolved(submitted.body))
    # Four tasks were told and kept; of the fifth and later ones some may have been cut off.
    told = {task for task in done if task.startswith("0.")}
    assert told == {"0.0", "0.1", "0.2", "0.3"}
    assert not [task for task, _ in workers.diary("end")[len(done) :] if task in told]


def test_cancelling_stops_the_tasks_that_run(store: DurableRecommendations, workers: Workers) -> None:
    workers.start(2)
    submitted = store.submit(description("width=6 rungs=1 sleep=60"))
    eventually(lambda: len(workers.diary("start")) == 2)
    store.cancel(submitted.id)
    eventually(lambda: len(workers.diary("stop")) == 2, patience=10)
    other = store.submit(description("width=1 rungs=1", seed=7))
    assert ended(store, other.id).status == "complete"
    assert len(workers.diary("start")) == 3
    final = store.find(submitted.id)
    assert final is not None
    assert final.status == "cancelled"


def test_a_cancelled_probe_started_again_comes_to_its_end(store: DurableRecommendations, workers: Workers) -> None:
    workers.start()
    submitted = store.submit(description(BUSY))
    eventually(lambda: workers.diary("start"))
    store.cancel(submitted.id)
    again = store.submit(description(BUSY))
    assert (again.id, again.status) == (submitted.id, "queued")
    assert ended(store, submitted.id).body == expected_body(_resolved(submitted.body))


def test_a_task_that_kills_its_worker_is_given_up(store: DurableRecommendations, workers: Workers) -> None:
    submitted = store.submit(description("width=3 rungs=1 poison=1"))

    def failed() -> bool:
        for dead in [one for one in workers.running if one.poll() is not None]:
            workers.running.remove(dead)
        if not workers.running:
            workers.start()
        stored = store.find(submitted.id)
        return stored is not None and stored.status == "failed"

    eventually(failed, patience=150)
    starts = [task for task, _ in workers.diary("start") if task == "0.1"]
    assert 1 < len(starts) <= 5
    stored = store.find(submitted.id)
    assert stored is not None
    assert "ecovery" in json.loads(stored.body)["probe"]["refused"]


def test_a_bug_in_a_task_fails_the_probe_and_says_why(store: DurableRecommendations, workers: Workers) -> None:
    workers.start()
    submitted = store.submit(description("width=3 rungs=1 bug=1"))
    final = ended(store, submitted.id)
    assert final.status == "failed"
    assert "a bug in a task" in json.loads(final.body)["probe"]["refused"]


def test_what_cannot_be_planned_fails_and_says_why(store: DurableRecommendations, workers: Workers) -> None:
    workers.start()
    final = ended(store, store.submit(description("unplannable=1")).id)
    assert final.status == "failed"
    assert "nothing can be planned" in json.loads(final.body)["probe"]["refused"]


def test_a_late_probe_ends_with_what_is_known(
    store: DurableRecommendations, workers: Workers, migrated_url: str
) -> None:
    workers.start()
    submitted = store.submit(description("width=3 rungs=2 sleep=1"))
    eventually(lambda: workers.diary("end"))
    engine = make_engine(migrated_url)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE recommendations SET deadline_ms = 1"))
    engine.dispose()
    final = ended(store, submitted.id)
    assert final.status == "complete"
    assert json.loads(final.body)["probe"]["scope"] == "deadline"


def test_the_database_holds_no_pickle(store: DurableRecommendations, workers: Workers, migrated_url: str) -> None:
    workers.start()
    assert ended(store, store.submit(description("width=2 rungs=1")).id).status == "complete"
    assert ended(store, store.submit(description("width=2 rungs=1 bug=0")).id).status == "failed"
    texts, formats = _everything_stored(migrated_url)
    assert len(texts) > 20
    assert [text for text in texts if _is_pickle(text)] == []
    assert formats == {"portable_json"}


def _everything_stored(url: str) -> tuple[list[str], set[Any]]:
    """Every text in every table of the job engine, and every format that is named."""
    engine = make_engine(url)
    schema = None if url.startswith("sqlite") else "dbos"
    texts: list[str] = []
    formats: set[Any] = set()
    tables = sa.MetaData()
    tables.reflect(engine, schema=schema)
    with engine.connect() as connection:
        for table in tables.sorted_tables:
            for row in connection.execute(sa.select(table)):
                texts += [value for value in row if isinstance(value, str)]
                formats.add(row._mapping.get("serialization"))
    engine.dispose()
    return texts, formats - {None}


def _is_pickle(text: str) -> bool:
    try:
        pickle.loads(base64.b64decode(text, validate=True))
    except Exception:
        return False
    return True


def _resolved(body: bytes) -> Any:
    """The request with the budget that it was given when it was posted."""
    return Recommendation.model_validate_json(body).request

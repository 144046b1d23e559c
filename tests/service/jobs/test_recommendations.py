"""The store, without any worker: taking, finding, listing, cancelling."""

from __future__ import annotations

import json
import threading

import pytest

from actwise.contract.answer import Recommendation
from service.jobs.recommendations import DurableRecommendations
from service.ports import AlreadyFinishedError, KeyReusedError, QueueFullError
from tests.service.jobs.fake import FakeProbing, description


def test_an_unknown_id_is_none(store: DurableRecommendations) -> None:
    assert store.find("rec_missing") is None
    assert store.cancel("rec_missing") is None


def test_without_a_probe_the_answer_is_complete_and_kept(store: DurableRecommendations) -> None:
    submitted = store.submit(description(probe=False))
    stored = store.find(submitted.id)
    assert stored is not None
    assert (submitted.status, submitted.created) == ("complete", True)
    assert stored.body == submitted.body == FakeProbing().render(FakeProbing().recommend(description(probe=False)))


def test_the_same_request_twice_is_one_resource(store: DurableRecommendations) -> None:
    for request in (description(probe=False), description()):
        first, second = store.submit(request), store.submit(request)
        assert (first.id, first.body) == (second.id, second.body)
        assert (first.created, second.created) == (True, False)


def test_a_probe_is_queued_with_the_instant_answer_inside(store: DurableRecommendations) -> None:
    submitted = store.submit(description())
    answer = Recommendation.model_validate_json(submitted.body)
    assert (submitted.status, answer.status, answer.id) == ("queued", "queued", submitted.id)
    assert answer.probe is not None
    assert (answer.probe.progress, answer.probe.network_steps_budget) == (0.0, 2_000)
    assert answer.request.probe is not None
    assert answer.request.probe.network_steps == 2_000


def test_the_same_key_and_request_starts_nothing_new(store: DurableRecommendations) -> None:
    first = store.submit(description(), key="k")
    store.cancel(first.id)
    again = store.submit(description(), key="k")
    assert (again.id, again.status, again.created) == (first.id, "cancelled", False)


def test_a_key_with_another_request_is_refused(store: DurableRecommendations) -> None:
    first = store.submit(description(), key="k")
    with pytest.raises(KeyReusedError) as caught:
        store.submit(description(seed=1), key="k")
    assert caught.value.id == first.id


def test_many_at_once_with_one_key_make_one_job(store: DurableRecommendations) -> None:
    submitted = []

    def post() -> None:
        submitted.append(store.submit(description(), key="k"))

    threads = [threading.Thread(target=post) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({one.id for one in submitted}) == 1
    assert sum(one.created for one in submitted) == 1
    assert len(submitted) == 8


def test_a_full_queue_refuses_new_probes_and_keeps_nothing_of_them(store: DurableRecommendations) -> None:
    for seed in range(3):
        store.submit(description(seed=seed))
    with pytest.raises(QueueFullError) as caught:
        store.submit(description(seed=3), key="k")
    assert (caught.value.bound, caught.value.retry_after > 0) == (3, True)
    assert len(store.list(10).entries) == 3
    assert store.submit(description(seed=0)).status == "queued"
    assert store.submit(description(probe=False), key="k").status == "complete"


def test_cancelling_is_seen_at_once_and_may_be_repeated(store: DurableRecommendations) -> None:
    submitted = store.submit(description())
    cancelled, again = store.cancel(submitted.id), store.cancel(submitted.id)
    assert cancelled is not None
    assert again is not None
    assert cancelled.status == again.status == "cancelled"
    assert json.loads(cancelled.body)["status"] == "cancelled"


def test_what_is_complete_cannot_be_cancelled(store: DurableRecommendations) -> None:
    submitted = store.submit(description(probe=False))
    with pytest.raises(AlreadyFinishedError) as caught:
        store.cancel(submitted.id)
    assert caught.value.status == "complete"


def test_posting_a_cancelled_probe_anew_starts_it_again(store: DurableRecommendations) -> None:
    first = store.submit(description())
    store.cancel(first.id)
    again = store.submit(description())
    assert (again.id, again.status, again.created) == (first.id, "queued", False)


def test_the_list_is_newest_first_in_pages(store: DurableRecommendations) -> None:
    made = [store.submit(description(probe=False, words=f"n={number}")).id for number in range(5)]
    first = store.list(2)
    second = store.list(2, first.next)
    third = store.list(2, second.next)
    assert [entry.id for page in (first, second, third) for entry in page.entries] == made[::-1]
    assert third.next is None
    assert first.entries[0].progress is None


def test_a_probe_in_the_list_has_progress(store: DurableRecommendations) -> None:
    store.submit(description())
    entry = store.list(1).entries[0]
    assert (entry.status, entry.progress) == ("queued", 0.0)
    assert entry.request.probe is not None


@pytest.mark.parametrize("cursor", ["", "?", "x", "AAAA", "MTIz", "é", "MTIzL3JlY19hYQ=="])
def test_a_made_up_cursor_is_refused(store: DurableRecommendations, cursor: str) -> None:
    with pytest.raises(ValueError, match="cursor"):
        store.list(1, cursor)


def test_without_workers_the_store_is_not_ready_and_says_so(store: DurableRecommendations) -> None:
    readiness = store.ready()
    assert not readiness.ready
    assert readiness.checks["database"] == "ok"
    assert "worker" in readiness.checks["workers"]


def test_a_database_that_is_not_migrated_is_said_to_be_so(tmp_path_factory: pytest.TempPathFactory) -> None:
    store = DurableRecommendations(f"sqlite:///{tmp_path_factory.mktemp('empty') / 'a.db'}", FakeProbing)
    readiness = store.ready()
    store.close()
    assert not readiness.ready
    assert "migrate" in readiness.checks["database"]

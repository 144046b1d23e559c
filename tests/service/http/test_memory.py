from __future__ import annotations

from typing import Any

import pytest

from actwise.contract.request import TaskDescription
from service.http.memory import MemoryRecommendations
from service.ports import AlreadyFinishedError, request_fingerprint
from service.searching import Search


def _request(depth: int, **fields: Any) -> TaskDescription:
    described = {"task": "classification", "layer_type": "conv", "depth": depth, "compute_budget": "low", **fields}
    return TaskDescription.model_validate(described)


@pytest.fixture
def small(advisor: Any) -> MemoryRecommendations:
    return MemoryRecommendations(advisor, lambda answer: answer.model_dump_json().encode(), capacity=2)


def test_the_oldest_finished_answer_makes_room(small: MemoryRecommendations) -> None:
    first, second, third = (small.submit(_request(depth)).id for depth in (1, 2, 3))
    assert (small.find(first), small.find(second) is None, small.find(third) is None) == (None, False, False)


def test_a_waiting_probe_never_makes_room(small: MemoryRecommendations) -> None:
    waiting = small.submit(_request(1, probe={"seconds": 1})).id
    for depth in (2, 3, 4):
        small.submit(_request(depth))
    assert small.find(waiting)


def test_a_key_is_forgotten_with_its_answer(small: MemoryRecommendations) -> None:
    small.submit(_request(1), "key")
    for depth in (2, 3):
        small.submit(_request(depth))
    assert small.submit(_request(4), "key").created


def test_repeating_a_request_creates_nothing(small: MemoryRecommendations) -> None:
    assert [small.submit(_request(1)).created for _ in range(2)] == [True, False]


def test_an_unknown_id_cannot_be_cancelled_and_a_finished_one_says_why(small: MemoryRecommendations) -> None:
    assert small.cancel("rec_0") is None
    with pytest.raises(AlreadyFinishedError, match="is complete"):
        small.cancel(small.submit(_request(1)).id)


def test_fingerprints_see_the_content_and_not_its_spelling() -> None:
    assert request_fingerprint(_request(1)) == request_fingerprint(_request(1, prefer="balanced", width=None))
    assert request_fingerprint(_request(1)) != request_fingerprint(_request(2))


def test_a_search_finds_what_fits_in_pages(store: MemoryRecommendations) -> None:
    made = [store.submit(_request(depth)).id for depth in (1, 8, 2, 80)]
    assert [one.id for one in store.list(10, None, Search("depth:8")).entries] == [made[1]]
    first = store.list(2, None, Search("conv"))
    second = store.list(2, first.next, Search("conv"))
    assert [one.id for page in (first, second) for one in page.entries] == made[::-1]
    assert second.next is None
    assert store.list(10, None, Search("dense")).entries == ()
    assert store.list(10, None, Search(status="queued")).entries == ()
    assert first.entries[0].headline == "Use relu."

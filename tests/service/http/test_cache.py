from __future__ import annotations

from service.http.cache import Answer, AnswerCache

ANSWER = Answer(b"x" * 1_000, "/v1/recommendations/rec_1")


def test_a_cache_without_room_keeps_nothing() -> None:
    cache = AnswerCache(0)
    cache.put(b"a", ANSWER)
    assert cache.get(b"a") is None


def test_the_answer_used_longest_ago_leaves_first() -> None:
    cache = AnswerCache(2 * 1_600)
    cache.put(b"a", ANSWER)
    cache.put(b"b", ANSWER)
    cache.get(b"a")
    cache.put(b"c", ANSWER)
    assert (cache.get(b"a"), cache.get(b"b"), cache.get(b"c")) == (ANSWER, None, ANSWER)


def test_putting_one_answer_often_takes_its_room_once() -> None:
    cache = AnswerCache(2 * 1_600)
    for _ in range(10):
        cache.put(b"a", ANSWER)
    cache.put(b"b", ANSWER)
    assert len(cache) == 2


def test_a_long_request_is_not_kept() -> None:
    cache = AnswerCache(10_000_000)
    cache.put(b"a" * 16_385, ANSWER)
    assert len(cache) == 0

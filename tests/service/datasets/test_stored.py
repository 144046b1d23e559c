"""Data sets on the database: whole or not at all, found by every process, and within their quotas."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from service.datasets.inspection import inspect
from service.datasets.port import FullError, InUseError, Limits, UnusableError, dataset_id
from service.datasets.stored import StoredDatasets
from service.storage import datasets as rows
from service.storage import rows as recommendations
from service.storage.engine import make_engine


def table(words: str = "a", count: int = 30) -> bytes:
    return ("x,y\n" + "".join(f"{i},{words}{i % 2}\n" for i in range(count))).encode()


def opened(url: str, **limits: int) -> StoredDatasets:
    return StoredDatasets(url, Limits(**limits), inspect)


@pytest.fixture
def store(migrated_url: str) -> Iterator[StoredDatasets]:
    store = opened(migrated_url)
    yield store
    store.close()


@pytest.fixture
def engine(migrated_url: str) -> Iterator[sa.Engine]:
    engine = make_engine(migrated_url)
    yield engine
    engine.dispose()


def recommendation(engine: sa.Engine, request: str, status: str = "queued") -> None:
    with engine.begin() as connection:
        recommendations.insert(connection, "rec_1", request, status, b"{}", 1)


def test_the_content_comes_back_byte_for_byte_in_another_process_too(
    store: StoredDatasets, migrated_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "PIECE", 50)
    content = table(count=40)
    added = store.add(content, "mine.csv")
    assert (added.created, added.dataset.id) == (True, dataset_id(content))
    other = opened(migrated_url)
    assert other.contents[added.dataset.id] == content
    assert other.find(added.dataset.id) == added.dataset
    other.close()


def test_the_same_bytes_are_the_same_data_set_under_their_first_name(store: StoredDatasets) -> None:
    first = store.add(table(), "first.csv")
    again = store.add(table(), "second.csv")
    assert (again.created, again.dataset) == (False, first.dataset)
    assert len(store.contents) == 1


def test_many_that_send_the_same_bytes_at_once_make_one_data_set(store: StoredDatasets) -> None:
    with ThreadPoolExecutor(4) as pool:
        added = list(pool.map(lambda _: store.add(table(), "t.csv"), range(8)))
    assert sum(one.created for one in added) == 1
    assert len({one.dataset for one in added}) == 1


def test_a_deleted_data_set_leaves_no_piece(store: StoredDatasets, engine: sa.Engine) -> None:
    made = store.add(table(), "t.csv").dataset
    assert store.delete(made.id)
    assert not store.delete(made.id)
    assert made.id not in store.contents
    with pytest.raises(KeyError):
        store.contents[made.id]
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM dataset_pieces")).scalar() == 0


@pytest.mark.parametrize("identifier", ["", "%", "ds_", "ds_" + "g" * 32, "ds_" + "0" * 32, "x" * 10_000])
def test_what_is_no_id_is_nowhere(store: StoredDatasets, identifier: str) -> None:
    assert store.find(identifier) is None
    assert not store.delete(identifier)
    assert identifier not in store.contents


@pytest.mark.parametrize("limits", [{"number": 2}, {"bytes_together": 2 * len(table())}])
def test_quotas_hold_for_many_at_once_and_what_exceeds_them_leaves_nothing(
    migrated_url: str, limits: dict[str, int]
) -> None:
    store = opened(migrated_url, **limits)

    def attempt(word: str) -> bool:
        try:
            return store.add(table(word), "t.csv").created
        except FullError:
            return False

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(attempt, "abcdef")) == 2
    assert len(store.list(10).items) == len(store.contents) == 2
    store.close()


def test_what_cannot_be_used_is_refused_and_leaves_nothing(store: StoredDatasets) -> None:
    with pytest.raises(UnusableError) as refused:
        store.add(b"a,b\n1,2\n", "tiny.csv")
    assert refused.value.code == "too_few_rows"
    assert list(store.contents) == []


def test_pages_go_on_while_newer_ones_arrive(store: StoredDatasets) -> None:
    ids = [store.add(table(word), word).dataset.id for word in "abc"]
    page = store.list(2)
    store.add(table("d"), "d")
    assert [one.id for one in (*page.items, *store.list(2, page.next).items)] == ids[::-1]
    with pytest.raises(ValueError, match="cursor"):
        store.list(2, "nonsense")


def test_a_data_set_that_a_living_probe_needs_is_not_deleted(store: StoredDatasets, engine: sa.Engine) -> None:
    made = store.add(table(), "t.csv").dataset
    recommendation(engine, f'{{"probe": {{"data": {{"dataset": "{made.id}"}}}}}}')
    with pytest.raises(InUseError) as refused:
        store.delete(made.id)
    assert refused.value.users == ("rec_1",)
    assert store.contents[made.id] == table()


@pytest.mark.parametrize(("status", "named"), [("complete", True), ("cancelled", True), ("queued", False)])
def test_probes_that_ended_or_need_something_else_do_not_hold_it(
    store: StoredDatasets, engine: sa.Engine, status: str, named: bool
) -> None:
    made = store.add(table(), "t.csv").dataset
    recommendation(engine, made.id if named else dataset_id(b"other"), status)
    assert store.delete(made.id)


def test_content_with_a_piece_missing_is_not_there(store: StoredDatasets, engine: sa.Engine) -> None:
    made: Any = store.add(table(), "t.csv").dataset
    with engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM dataset_pieces"))
    with pytest.raises(KeyError):
        store.contents[made.id]

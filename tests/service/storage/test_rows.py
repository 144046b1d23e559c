"""Rows: one attempt is alive at a time, and nobody else changes anything."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from service.searching import Search
from service.storage import heartbeats, rows
from service.storage.calibrations import keep_calibration, stored_calibration
from service.storage.engine import make_engine
from service.storage.migrate import migrate


@pytest.fixture
def connection(database_url: str) -> Iterator[sa.Connection]:
    migrate(database_url)
    engine = make_engine(database_url)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def test_inserting_an_id_again_changes_nothing(connection: sa.Connection) -> None:
    assert rows.insert(connection, "rec_a", "{}", "complete", b"first", 0)
    assert not rows.insert(connection, "rec_a", "{}", "queued", b"second", 1)
    row = rows.get(connection, "rec_a")
    assert row is not None
    assert (row.status, row.answer, row.attempt) == ("complete", b"first", 0)


def test_an_unknown_id_is_none(connection: sa.Connection) -> None:
    assert rows.get(connection, "rec_missing") is None
    assert rows.verdict(connection, "rec_missing", 1) == "gone"
    assert not rows.cancel(connection, "rec_missing", 1)


def test_an_attempt_runs_from_queued_to_complete(connection: sa.Connection) -> None:
    rows.insert(connection, "rec_a", "{}", "queued", b"instant", 1)
    assert rows.begin(connection, "rec_a", 1, "plan", limit_seconds=100)
    assert rows.plan_of(connection, "rec_a", 1) == "plan"
    assert rows.note_progress(connection, "rec_a", 1, '{"progress":0.5}', 0.5)
    assert rows.complete(connection, "rec_a", 1, b"final")
    row = rows.get(connection, "rec_a")
    assert row is not None
    assert (row.status, row.answer, row.progress) == ("complete", b"final", None)


def test_completing_twice_is_the_same_as_once(connection: sa.Connection) -> None:
    rows.insert(connection, "rec_a", "{}", "queued", b"instant", 1)
    assert rows.complete(connection, "rec_a", 1, b"final")
    assert rows.complete(connection, "rec_a", 1, b"final")


def test_a_cancelled_attempt_can_do_nothing_any_more(connection: sa.Connection) -> None:
    rows.insert(connection, "rec_a", "{}", "queued", b"instant", 1)
    assert rows.cancel(connection, "rec_a", 1)
    assert rows.verdict(connection, "rec_a", 1) == "gone"
    assert not rows.begin(connection, "rec_a", 1, "plan", 100)
    assert not rows.note_progress(connection, "rec_a", 1, "{}", 0.5)
    assert not rows.complete(connection, "rec_a", 1, b"final")
    assert not rows.fail(connection, "rec_a", 1, "why")
    assert rows.plan_of(connection, "rec_a", 1) is None


def test_a_new_attempt_shuts_the_old_one_out(connection: sa.Connection) -> None:
    rows.insert(connection, "rec_a", "{}", "queued", b"instant", 1)
    rows.cancel(connection, "rec_a", 1)
    assert rows.restart(connection, "rec_a", 1, b"again")
    assert not rows.restart(connection, "rec_a", 1, b"again")
    assert rows.verdict(connection, "rec_a", 1) == "gone"
    assert rows.verdict(connection, "rec_a", 2) == "go"
    assert not rows.complete(connection, "rec_a", 1, b"old")


def test_the_deadline_counts_from_the_first_beginning(connection: sa.Connection) -> None:
    rows.insert(connection, "rec_a", "{}", "queued", b"instant", 1)
    rows.begin(connection, "rec_a", 1, "plan", limit_seconds=-1)
    assert rows.verdict(connection, "rec_a", 1) == "late"
    rows.begin(connection, "rec_a", 1, "plan", limit_seconds=1_000)
    assert rows.verdict(connection, "rec_a", 1) == "late"


def test_lines_come_newest_first_and_pages_do_not_overlap(connection: sa.Connection) -> None:
    for number in range(5):
        rows.insert(connection, f"rec_{number}", "{}", "complete", b"", 0)
    first = rows.newest(connection, 2, None)
    second = rows.newest(connection, 10, (first[-1].created_us, first[-1].id))
    assert [line.id for line in (*first, *second)] == ["rec_4", "rec_3", "rec_2", "rec_1", "rec_0"]


def test_only_what_has_ended_is_deleted_with_its_keys(connection: sa.Connection) -> None:
    rows.insert(connection, "rec_ended", "{}", "complete", b"", 0)
    rows.insert(connection, "rec_alive", "{}", "queued", b"", 1)
    rows.claim_key(connection, "key", "print", "rec_ended")
    rows.delete(connection, "rec_ended")
    rows.delete(connection, "rec_alive")
    assert rows.get(connection, "rec_ended") is None
    assert rows.key_holder(connection, "key") is None
    assert rows.get(connection, "rec_alive") is not None


def test_a_key_is_claimed_once(connection: sa.Connection) -> None:
    assert rows.claim_key(connection, "key", "print", "rec_a")
    assert not rows.claim_key(connection, "key", "other", "rec_b")
    assert rows.key_holder(connection, "key") == ("print", "rec_a")


def test_a_beat_is_young_and_a_retired_worker_is_old(connection: sa.Connection) -> None:
    heartbeats.beat(connection, "one")
    heartbeats.beat(connection, "one")
    heartbeats.beat(connection, "two")
    heartbeats.retire(connection, "two")
    ages = heartbeats.ages(connection)
    assert -1 < ages["one"] < 60
    assert ages["two"] > 1e6
    heartbeats.forget(connection, "two")
    assert set(heartbeats.ages(connection)) == {"one"}


def test_the_first_calibration_stays(connection: sa.Connection) -> None:
    assert stored_calibration(connection, "probe") is None
    keep_calibration(connection, "probe", "first")
    keep_calibration(connection, "probe", "second")
    assert stored_calibration(connection, "probe") == "first"


REQUESTS = {
    "rec_conv": '{"task":"classification","layer_type":"conv","depth":8,"domain":"50% of scans"}',
    "rec_dense": '{"task":"regression","layer_type":"dense","depth":80,"domain":"Prices_of homes"}',
    "rec_probe": '{"task":"regression","layer_type":"conv","depth":8,"probe":{"seconds":5.0}}',
}


@pytest.mark.parametrize(
    ("search", "found"),
    [
        (Search(), ["rec_probe", "rec_dense", "rec_conv"]),
        (Search("conv"), ["rec_probe", "rec_conv"]),
        (Search("CONV regression"), ["rec_probe"]),
        (Search("depth:8"), ["rec_probe", "rec_conv"]),
        (Search("task:regression"), ["rec_probe", "rec_dense"]),
        (Search("seconds:5.0"), ["rec_probe"]),
        (Search("prices_of"), ["rec_dense"]),
        (Search("prices%of"), []),
        (Search("50%"), ["rec_conv"]),
        (Search("rec_d"), ["rec_dense"]),
        (Search("it's"), []),
        (Search(status="queued"), ["rec_probe"]),
        (Search("dense", "queued"), []),
        (Search(status="failed"), []),
    ],
    ids=str,
)
def test_a_search_finds_the_lines_that_fit_newest_first(
    connection: sa.Connection, search: Search, found: list[str]
) -> None:
    for identifier, request in REQUESTS.items():
        probed = identifier == "rec_probe"
        rows.insert(connection, identifier, request, "queued" if probed else "complete", b"", int(probed))
    assert [line.id for line in rows.newest(connection, 10, None, search)] == found
    for identifier, request in REQUESTS.items():
        assert search.fits(identifier, request, "queued" if identifier == "rec_probe" else "complete") == (
            identifier in found
        )


def test_a_line_holds_the_beginning_of_its_answer(connection: sa.Connection) -> None:
    rows.insert(connection, "rec_long", "{}", "complete", b"start" + b"x" * 100_000, 0)
    head = bytes(rows.newest(connection, 1, None)[0].head)
    assert head.startswith(b"start")
    assert len(head) < 20_000

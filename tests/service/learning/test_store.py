"""The history of an installation, read and written outside the service."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from service.learning.store import StoredHistory, remember
from tests.models.prior.races import race

RACE = race(1, {"relu": 0.0, "tanh": -1.5, "gelu": -0.25})


def test_what_is_remembered_can_be_read_and_is_stored_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'home' / 'actwise.db'}"
    history = StoredHistory(url)
    assert history.races() == ()
    assert remember(url, [RACE]) == 1
    assert remember(url, [RACE]) == 0
    assert history.races() == (RACE,)


def test_more_that_is_stored_is_seen_by_who_read_before(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'actwise.db'}"
    history = StoredHistory(url)
    remember(url, [RACE])
    assert len(history.races()) == 1
    remember(url, [race(2, {"relu": 0.0})])
    assert len(history.races()) == 2


def test_reading_makes_no_file(tmp_path: Path) -> None:
    StoredHistory(f"sqlite:///{tmp_path / 'actwise.db'}").races()
    assert list(tmp_path.iterdir()) == []


def test_a_database_without_the_tables_holds_no_history(tmp_path: Path) -> None:
    (tmp_path / "actwise.db").touch()
    assert StoredHistory(f"sqlite:///{tmp_path / 'actwise.db'}").races() == ()


def test_remembering_nothing_makes_no_file(tmp_path: Path) -> None:
    assert remember(f"sqlite:///{tmp_path / 'actwise.db'}", []) == 0
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises((OSError, sa.exc.SQLAlchemyError)):
        remember(f"sqlite:///{tmp_path / 'file' / 'actwise.db'}", [RACE])

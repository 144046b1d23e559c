"""Past races in the database: whole or not at all, and once."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from service.storage import history
from service.storage.engine import make_engine
from service.storage.schema import history_rows
from tests.models.prior.races import race

RACE = race(1, {"relu": 0.0, "tanh": -1.5})


@pytest.fixture
def engine(migrated_url: str) -> Iterator[sa.Engine]:
    engine = make_engine(migrated_url)
    yield engine
    engine.dispose()


def test_a_race_comes_back_as_it_was(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        assert history.keep(connection, [RACE]) == 1
        assert history.everything(connection) == (RACE,)


def test_keeping_again_changes_nothing(engine: sa.Engine) -> None:
    changed = RACE._replace(version="later")
    with engine.begin() as connection:
        history.keep(connection, [RACE])
        assert history.keep(connection, [changed, race(2, {"relu": 0.0})]) == 1
        assert history.count(connection) == 2
        assert RACE in history.everything(connection)


def test_what_is_rolled_back_leaves_neither_race_nor_rows(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        history.keep(connection, [RACE])
        connection.rollback()
    with engine.begin() as connection:
        assert history.everything(connection) == ()
        assert history.keep(connection, [RACE]) == 1
        assert history.everything(connection) == (RACE,)


def test_every_row_holds_the_properties_of_its_activation_and_its_interval(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        history.keep(connection, [RACE])
        row = connection.execute(sa.select(history_rows).where(history_rows.c.candidate == "tanh")).one()
    assert json.loads(row.properties)["bounded_above"] == 1.0
    assert row.low < row.points < row.high


def test_an_empty_history_is_no_race(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        assert history.keep(connection, []) == 0
        assert history.everything(connection) == ()

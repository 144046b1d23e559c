"""Migrations: from nothing to the present schema, again and again, and from several processes at once."""

from __future__ import annotations

import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from service.storage.engine import make_engine, prepare_file
from service.storage.migrate import is_current, migrate
from service.storage.schema import metadata


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    migrate(database_url)
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


def test_an_empty_database_is_not_current(database_url: str) -> None:
    prepare_file(database_url)
    engine = make_engine(database_url)
    with engine.connect() as connection:
        assert not is_current(connection)
    engine.dispose()


def test_a_migrated_database_has_exactly_the_tables_that_the_code_uses(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        assert is_current(connection)
        context = MigrationContext.configure(connection, opts={"version_table": "actwise_migrations"})
        assert compare_metadata(context, metadata) == []


def test_migrating_again_changes_nothing(engine: sa.Engine, database_url: str) -> None:
    migrate(database_url)
    with engine.connect() as connection:
        assert is_current(connection)


def test_several_migrations_at_once_all_succeed(database_url: str) -> None:
    failures: list[BaseException] = []

    def attempt() -> None:
        try:
            migrate(database_url)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=attempt) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_the_sqlite_file_is_for_its_owner_alone_and_writes_ahead(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'home' / 'actwise.db'}"
    migrate(url)
    assert stat.S_IMODE((tmp_path / "home").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "home" / "actwise.db").stat().st_mode) == 0o600
    engine = make_engine(url)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 1
    engine.dispose()


def test_a_place_that_cannot_be_written_is_an_os_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OSError, match="file"):
        migrate(f"sqlite:///{tmp_path / 'file' / 'actwise.db'}")

"""Bring a database to the present schema: ours by Alembic, the job engine's by its own migrations."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from service.storage.engine import is_sqlite, make_engine, prepare_file

_SCRIPTS = Path(__file__).parent / "migrations"
_LOCK = 0x61637477697365  # any constant that nobody else takes: "actwise" in ASCII


def migrate(url: str) -> None:
    """Create or upgrade our tables at `url`. Safe to run from several processes at once, and again and again.

    Raises OSError or sqlalchemy.exc.SQLAlchemyError where the database cannot be reached or written.
    """
    prepare_file(url)
    engine = make_engine(url, pool_size=1)
    try:
        if is_sqlite(url):
            _write_ahead(engine)
        with engine.begin() as connection:
            _lock(connection)
            command.upgrade(_config(connection), "head")
    finally:
        engine.dispose()


def is_current(connection: sa.Connection) -> bool:
    """Whether the database has exactly the schema that this version of Actwise expects."""
    context = MigrationContext.configure(connection, opts={"version_table": "actwise_migrations"})
    return context.get_current_revision() == ScriptDirectory(str(_SCRIPTS)).get_current_head()


def _write_ahead(engine: sa.Engine) -> None:
    """Readers must not wait for writers; the mode is kept in the file, so once is enough."""
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")


def _lock(connection: sa.Connection) -> None:
    """Let one process migrate at a time; the lock ends with the transaction."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))


def _config(connection: sa.Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config

"""The job engine in its two forms: a client for those who only ask, and a worker for those who do the work."""

from __future__ import annotations

import logging

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer
from dbos import error as dbos_error

from service.jobs.names import APPLICATION, PROBES, PROTOCOL, TASKS
from service.storage.engine import is_sqlite, make_engine, prepare_file
from service.storage.migrate import migrate

_PROBES_AT_ONCE = 4
_IDLE = 0.5
_BUSY = 0.05


def migrate_all(url: str) -> None:
    """Bring the whole database to the present schema: our tables and those of the job engine."""
    prepare_file(url)
    migrate(url)
    DBOS.migrate(url)
    engine = make_engine(url, pool_size=2)
    client = make_client(engine)
    try:
        for queue, most in ((PROBES, _PROBES_AT_ONCE), (TASKS, 1)):
            client.register_queue(
                queue, worker_concurrency=most, polling_interval_sec=_IDLE, on_conflict="always_update"
            )
    finally:
        client.destroy()
        engine.dispose()


def set_tempo(*, busy: bool) -> None:
    """How often workers look for tasks: often while a probe runs, so that no worker waits long between two
    tasks; seldom otherwise, so that an idle service costs hardly any processor time."""
    queue = DBOS.retrieve_queue(TASKS)
    wanted = _BUSY if busy else _IDLE
    if queue is not None and queue.polling_interval_sec != wanted:
        queue.set_polling_interval_sec(wanted)


def make_client(engine: sa.Engine) -> DBOSClient:
    """A client that connects when it is first used: made in the process that uses it, after any fork."""
    return DBOSClient(
        system_database_engine=engine,
        serializer=DBOSPortableJSONSerializer(),
        application_name=APPLICATION,
        retry_connection_errors=False,
        lazy=True,
    )


def configure(url: str, engine: sa.Engine, worker: str) -> None:
    """Set the job engine of this process up; the workflows are registered next, and then it is launched.

    `worker`: a name that no other process has or ever had: the engine takes equal names for one process.
    """
    config: DBOSConfig = {
        "name": APPLICATION,
        "system_database_url": url,
        "application_version": PROTOCOL,
        "executor_id": worker,
        "serializer": DBOSPortableJSONSerializer(),
        "run_migrations": False,
        "sys_db_pool_size": 8,
        "log_level": "WARNING",
    }
    if is_sqlite(url):
        config["system_database_engine"] = engine
    DBOS(config=config)
    logging.getLogger("dbos").addFilter(_expected)


def _expected(record: logging.LogRecord) -> bool:
    """Whether a record is worth a line. The engine reports cancelled work, and work that another worker has
    taken over, as errors with a traceback; both are daily life here."""
    error = record.exc_info[1] if record.exc_info else None
    ordinary = (
        isinstance(error, dbos_error.DBOSAwaitedWorkflowCancelledError)
        or "no longer owned by this" in record.getMessage()
    )
    return not ordinary


def launch() -> None:
    """Start taking work in this process, from the queues that `migrate_all` has made."""
    DBOS.launch()

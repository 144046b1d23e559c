"""Databases for tests: an SQLite file, and a private PostgreSQL cluster that lives as long as the test run."""

from __future__ import annotations

import contextlib
import functools
import glob
import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from service.jobs.calibrating import ensure_calibrated
from service.jobs.runtime import migrate_all
from service.storage.engine import make_engine
from tests.service.jobs.fake import FakeProbing


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database of its own; each test runs on both kinds."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'home' / 'actwise.db'}"
    return request.getfixturevalue("postgresql_url")


@pytest.fixture
def postgresql_url(_cluster: int) -> str:
    """An empty database in the private cluster."""
    return _create_database(_cluster)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def migrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a migrated database of its own: a copy of one that is made once, since that takes a second."""
    if request.param == "sqlite":
        path = tmp_path / "actwise.db"
        shutil.copyfile(request.getfixturevalue("_sqlite_template"), path)
        return f"sqlite:///{path}"
    cluster = request.getfixturevalue("_cluster")
    return _create_database(cluster, request.getfixturevalue("_postgresql_template"))


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "actwise.db"
    _prepare(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def _postgresql_template(_cluster: int) -> str:
    url = _create_database(_cluster)
    _prepare(url)
    return url.rpartition("/")[2]


def _prepare(url: str) -> None:
    """Migrated and calibrated, as `actwise migrate` leaves a database."""
    migrate_all(url)
    engine = make_engine(url)
    ensure_calibrated(engine, FakeProbing())
    engine.dispose()


def _create_database(port: int, template: str = "template0") -> str:
    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(_address(port, "postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")  # names that were made here
    return f"postgresql+psycopg://postgres@127.0.0.1:{port}/{name}"


@pytest.fixture(scope="session")
def _cluster() -> Iterator[int]:
    binaries = _binaries()
    if binaries is None:
        reason = "POSTGRESQL IS NOT INSTALLED: the tests on PostgreSQL did not run (package postgresql)"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    with _running(Path(binaries)) as port:
        yield port


def _binaries() -> str | None:
    found = [str(Path(path).parent) for path in sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))]
    on_path = shutil.which("initdb")
    return found[-1] if found else (str(Path(on_path).parent) if on_path else None)


@contextlib.contextmanager
def _running(binaries: Path) -> Iterator[int]:
    folder = tempfile.mkdtemp(prefix="actwise-pg-")
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        data = f"{folder}/data"
        _as_postgres(binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        port = _started(binaries, folder, data)
        try:
            yield port
        finally:
            _as_postgres(binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _started(binaries: Path, folder: str, data: str, tries: int = 5) -> int:
    """The port of the cluster, once it runs: another one if meanwhile somebody took the first."""
    port = _free_port()
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    try:
        _as_postgres(binaries / "pg_ctl", "-D", data, "-w", "-l", f"{folder}/log", "-o", options, "start")
    except subprocess.CalledProcessError:
        if tries == 1:
            raise
        return _started(binaries, folder, data, tries - 1)
    return port


def _as_postgres(program: Path, *arguments: str) -> None:
    # Not every root has the programs of a superuser on the path.
    runuser = shutil.which("runuser", path=f"{os.environ['PATH']}:/usr/sbin:/sbin") or "runuser"
    prefix = [runuser, "-u", "postgres", "--"] if os.geteuid() == 0 else []
    # No pipe: the server would inherit it, and reading to its end would never come to an end.
    subprocess.run(
        [*prefix, str(program), *arguments], check=True, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@functools.cache
def _address(port: int, name: str) -> str:
    return f"postgresql://postgres@127.0.0.1:{port}/{name}"

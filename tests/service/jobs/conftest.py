"""Databases of both kinds, and stores and workers on them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.jobs.recommendations import DurableRecommendations
from tests.service.jobs.fake import FakeProbing
from tests.service.jobs.workers import Workers
from tests.service.storage.databases import (
    _cluster,
    _postgresql_template,
    _sqlite_template,
    database_url,
    migrated_url,
    postgresql_url,
)

__all__ = ["_cluster", "_postgresql_template", "_sqlite_template", "database_url", "migrated_url", "postgresql_url"]


@pytest.fixture
def store(migrated_url: str) -> Iterator[DurableRecommendations]:
    """A store on a fresh database, with room for three probes."""
    store = DurableRecommendations(migrated_url, FakeProbing, queue_bound=3)
    yield store
    store.close()


@pytest.fixture
def workers(migrated_url: str, tmp_path: Path) -> Iterator[Workers]:
    """Workers on the database of `store`; none runs yet."""
    workers = Workers(migrated_url, tmp_path)
    yield workers
    workers.kill()

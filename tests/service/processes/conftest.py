"""A PostgreSQL database for the tests here."""

from __future__ import annotations

from tests.service.storage.databases import _cluster, postgresql_url

__all__ = ["_cluster", "postgresql_url"]

"""Databases of both kinds, and a race with a trainer that is a pure function of its task."""

from __future__ import annotations

from tests.service.storage.databases import _cluster, _postgresql_template, _sqlite_template, migrated_url

__all__ = ["_cluster", "_postgresql_template", "_sqlite_template", "migrated_url"]

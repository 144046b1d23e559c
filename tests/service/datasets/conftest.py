"""Databases of both kinds for the tests here."""

from __future__ import annotations

from tests.service.storage.databases import _cluster, _postgresql_template, _sqlite_template, migrated_url

__all__ = ["_cluster", "_postgresql_template", "_sqlite_template", "migrated_url"]

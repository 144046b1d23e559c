"""Run by Alembic: applies the migrations on the connection that `migrate` has opened and locked."""

from __future__ import annotations

from alembic import context

from service.storage.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table="actwise_migrations",
)
context.run_migrations()

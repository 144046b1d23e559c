"""Races that callers' trainers run: the race, the log of its results, and who is training what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0004"
down_revision = "v0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "races",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("draft", sa.Text, nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("key", sa.String(255), unique=True),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("results", sa.Integer, nullable=False),
        sa.Column("log", sa.Integer, nullable=False),
        sa.Column("created_us", sa.BigInteger, nullable=False),
        sa.Column("updated_us", sa.BigInteger, nullable=False),
    )
    op.create_index("races_by_age", "races", ["created_us", "id"])
    op.create_table(
        "race_results",
        sa.Column("race", sa.String(64), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("task", sa.String(100), nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("place", sa.BigInteger),
        sa.Column("value", sa.Double),
        sa.Column("message", sa.Text),
        sa.Column("told_us", sa.BigInteger, nullable=False),
    )
    final = sa.text("kind <> 'partial'")
    op.create_index(
        "race_results_once", "race_results", ["race", "task"], unique=True, sqlite_where=final, postgresql_where=final
    )
    op.create_table(
        "race_leases",
        sa.Column("race", sa.String(64), primary_key=True),
        sa.Column("task", sa.String(100), primary_key=True),
        sa.Column("trainer", sa.String(100)),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("until_ms", sa.BigInteger, nullable=False),
        sa.Column("points", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    for name in ("race_leases", "race_results", "races"):
        op.drop_table(name)

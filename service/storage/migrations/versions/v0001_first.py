"""The first tables: recommendations, idempotency keys, heartbeats and calibration."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _recommendations()
    op.create_table(
        "idempotency_keys",
        sa.Column("key", sa.String(255), primary_key=True),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("recommendation", sa.String(64), nullable=False),
        sa.Column("created_us", sa.BigInteger, nullable=False),
    )
    op.create_index("idempotency_keys_by_recommendation", "idempotency_keys", ["recommendation"])
    op.create_table(
        "worker_heartbeat",
        sa.Column("id", sa.String(200), primary_key=True),
        sa.Column("seen_ms", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "calibration",
        sa.Column("name", sa.String(60), primary_key=True),
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("created_us", sa.BigInteger, nullable=False),
    )


def _recommendations() -> None:
    op.create_table(
        "recommendations",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("answer", sa.LargeBinary, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("plan", sa.Text),
        sa.Column("progress", sa.Text),
        sa.Column("share", sa.Float),
        sa.Column("error", sa.Text),
        sa.Column("deadline_ms", sa.BigInteger),
        sa.Column("created_us", sa.BigInteger, nullable=False),
        sa.Column("updated_us", sa.BigInteger, nullable=False),
    )
    op.create_index("recommendations_by_age", "recommendations", ["created_us", "id"])
    alive = sa.text("status IN ('queued', 'running')")
    op.create_index("recommendations_alive", "recommendations", ["status"], sqlite_where=alive, postgresql_where=alive)


def downgrade() -> None:
    for name in ("recommendations", "idempotency_keys", "worker_heartbeat", "calibration"):
        op.drop_table(name)

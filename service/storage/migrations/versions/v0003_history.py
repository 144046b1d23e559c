"""What finished probes measured: one row per race, and one per race and candidate."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0003"
down_revision = "v0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "history_races",
        sa.Column("id", sa.String(160), primary_key=True),
        sa.Column("situation", sa.Text, nullable=False),
        sa.Column("features", sa.Text, nullable=False),
        sa.Column("data", sa.String(120), nullable=False),
        sa.Column("metric", sa.String(60), nullable=False),
        sa.Column("network_steps", sa.BigInteger, nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("created_us", sa.BigInteger, nullable=False),
    )
    op.create_index("history_races_by_age", "history_races", ["created_us", "id"])
    op.create_table(
        "history_rows",
        sa.Column("race", sa.String(160), primary_key=True),
        sa.Column("candidate", sa.String(60), primary_key=True),
        sa.Column("properties", sa.Text, nullable=False),
        sa.Column("points", sa.Float, nullable=False),
        sa.Column("low", sa.Float, nullable=False),
        sa.Column("high", sa.Float, nullable=False),
        sa.Column("noise", sa.Float, nullable=False),
    )


def downgrade() -> None:
    for name in ("history_rows", "history_races"):
        op.drop_table(name)

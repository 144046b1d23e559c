"""The tables that are ours; the tables of the job engine live beside them in the same database."""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()

recommendations = sa.Table(
    "recommendations",
    metadata,
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
sa.Index("recommendations_by_age", recommendations.c.created_us, recommendations.c.id)
sa.Index(
    "recommendations_alive",
    recommendations.c.status,
    sqlite_where=recommendations.c.status.in_(["queued", "running"]),
    postgresql_where=recommendations.c.status.in_(["queued", "running"]),
)

idempotency_keys = sa.Table(
    "idempotency_keys",
    metadata,
    sa.Column("key", sa.String(255), primary_key=True),
    sa.Column("fingerprint", sa.String(64), nullable=False),
    sa.Column("recommendation", sa.String(64), nullable=False),
    sa.Column("created_us", sa.BigInteger, nullable=False),
)
sa.Index("idempotency_keys_by_recommendation", idempotency_keys.c.recommendation)

worker_heartbeat = sa.Table(
    "worker_heartbeat",
    metadata,
    sa.Column("id", sa.String(200), primary_key=True),
    sa.Column("seen_ms", sa.BigInteger, nullable=False),
)

calibration = sa.Table(
    "calibration",
    metadata,
    sa.Column("name", sa.String(60), primary_key=True),
    sa.Column("record", sa.Text, nullable=False),
    sa.Column("created_us", sa.BigInteger, nullable=False),
)

datasets = sa.Table(
    "datasets",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("facts", sa.Text, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("created_us", sa.BigInteger, nullable=False),
    sa.Column("used_us", sa.BigInteger, nullable=False),
)
sa.Index("datasets_by_age", datasets.c.created_us, datasets.c.id)

dataset_pieces = sa.Table(
    "dataset_pieces",
    metadata,
    sa.Column("dataset", sa.String(64), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
)

history_races = sa.Table(
    "history_races",
    metadata,
    sa.Column("id", sa.String(160), primary_key=True),
    sa.Column("situation", sa.Text, nullable=False),
    sa.Column("features", sa.Text, nullable=False),
    sa.Column("data", sa.String(120), nullable=False),
    sa.Column("metric", sa.String(60), nullable=False),
    sa.Column("network_steps", sa.BigInteger, nullable=False),
    sa.Column("version", sa.String(40), nullable=False),
    sa.Column("created_us", sa.BigInteger, nullable=False),
)
sa.Index("history_races_by_age", history_races.c.created_us, history_races.c.id)

history_rows = sa.Table(
    "history_rows",
    metadata,
    sa.Column("race", sa.String(160), primary_key=True),
    sa.Column("candidate", sa.String(60), primary_key=True),
    sa.Column("properties", sa.Text, nullable=False),
    sa.Column("points", sa.Float, nullable=False),
    sa.Column("low", sa.Float, nullable=False),
    sa.Column("high", sa.Float, nullable=False),
    sa.Column("noise", sa.Float, nullable=False),
)

races = sa.Table(
    "races",
    metadata,
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
sa.Index("races_by_age", races.c.created_us, races.c.id)

race_results = sa.Table(
    "race_results",
    metadata,
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
_FINAL = race_results.c.kind != "partial"
sa.Index(
    "race_results_once",
    race_results.c.race,
    race_results.c.task,
    unique=True,
    sqlite_where=_FINAL,
    postgresql_where=_FINAL,
)

race_leases = sa.Table(
    "race_leases",
    metadata,
    sa.Column("race", sa.String(64), primary_key=True),
    sa.Column("task", sa.String(100), primary_key=True),
    sa.Column("trainer", sa.String(100)),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("until_ms", sa.BigInteger, nullable=False),
    sa.Column("points", sa.Integer, nullable=False),
)

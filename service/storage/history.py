"""Past races in the database: each is stored once, whole, or not at all."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from models.prior.features import activation_features, activation_names, network_features, network_names
from models.prior.past import PastRace, read_race
from service.storage.inserting import insert_or_ignore
from service.storage.schema import history_races as races
from service.storage.schema import history_rows as rows

_TO_ENDS = 1.645


def keep(connection: sa.Connection, past: Iterable[PastRace]) -> int:
    """Store the races that are not there yet; how many were new. Part of the caller's transaction."""
    return sum(_keep(connection, race) for race in past)


def _keep(connection: sa.Connection, race: PastRace) -> bool:
    if connection.execute(insert_or_ignore(connection, races), _head(race)).rowcount != 1:
        return False
    connection.execute(sa.insert(rows), _rows(race))
    return True


def _head(race: PastRace) -> dict[str, Any]:
    plain = race.plain()
    features = network_features(race.situation, race.synthetic).round(4).tolist()
    return {
        "id": race.id,
        "situation": json.dumps(plain["situation"]),
        "features": json.dumps(dict(zip(network_names(), features, strict=True))),
        "data": race.data,
        "metric": race.metric,
        "network_steps": race.steps,
        "version": race.version,
        "created_us": time.time_ns() // 1_000,
    }


def _rows(race: PastRace) -> list[dict[str, Any]]:
    properties = activation_features(list(race.outcomes)).round(4).tolist()
    return [
        {
            "race": race.id,
            "candidate": name,
            "properties": json.dumps(dict(zip(activation_names(), told, strict=True))),
            "points": one.points,
            "low": one.points - _TO_ENDS * one.noise,
            "high": one.points + _TO_ENDS * one.noise,
            "noise": one.noise,
        }
        for (name, one), told in zip(race.outcomes.items(), properties, strict=True)
    ]


def count(connection: sa.Connection) -> int:
    """How many races are stored."""
    return connection.execute(sa.select(sa.func.count()).select_from(races)).scalar_one()


def everything(connection: sa.Connection) -> tuple[PastRace, ...]:
    """All races, the oldest first."""
    query = (
        sa.select(races, rows.c.candidate, rows.c.points, rows.c.noise)
        .join(rows, rows.c.race == races.c.id)
        .order_by(races.c.created_us, races.c.id, rows.c.candidate)
    )
    found = connection.execute(query)
    return tuple(_race(list(group)) for _, group in groupby(found, key=lambda row: row.id))


def _race(group: list[sa.Row[Any]]) -> PastRace:
    first = group[0]
    return read_race(
        {
            "id": first.id,
            "situation": json.loads(first.situation),
            "data": first.data,
            "metric": first.metric,
            "steps": first.network_steps,
            "version": first.version,
            "outcomes": {row.candidate: (row.points, row.noise) for row in group},
        }
    )

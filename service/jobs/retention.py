"""Forgetting: the traces of finished work, and answers that are old enough to go."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from dbos import DBOSClient

from service.jobs.names import workflow_id
from service.storage import datasets, races, rows

_DAY_US = 86_400_000_000
_BATCH = 100


@dataclass(frozen=True, slots=True)
class Purged:
    """How much was deleted."""

    recommendations: int
    traces: int
    datasets: int = 0
    races: int = 0


def purge(engine: sa.Engine, client: DBOSClient, answer_days: float, trace_days: float = 1.0) -> Purged:
    """Delete what is old.

    `answer_days`: recommendations that ended, and were last changed, longer ago than this go, with the
    idempotency keys that lead to them. `trace_days`: of every probe that ended longer ago than this, the
    steps and tasks that the job engine kept go; the answer stays. Nothing queued or running is touched.
    Data sets that nobody has sent or named for `answer_days` go too, and races of which nobody has heard so long.
    """
    now = time.time_ns() // 1_000
    with engine.connect() as connection:
        traces = rows.ended_before(connection, now - int(trace_days * _DAY_US), least_attempt=1)
        answers = rows.ended_before(connection, now - int(answer_days * _DAY_US))
    flows = [workflow_id(name, past) for name, attempt in {*traces, *answers} for past in range(1, attempt + 1)]
    known = [flow for batch in _batched(sorted(flows)) for flow in _existing(client, batch)]
    for batch in _batched(known):
        client.delete_workflows(batch, delete_children=True)
    for batch_of_answers in _batched([name for name, _ in answers]):
        with engine.begin() as connection:
            for name in batch_of_answers:
                rows.delete(connection, name)
    limit = now - int(answer_days * _DAY_US)
    return Purged(len(answers), len(known), _forget_datasets(engine, limit), _forget_races(engine, limit))


def _forget_datasets(engine: sa.Engine, limit_us: int) -> int:
    """Delete data sets last wanted before a time, but those that a living probe trains on; how many."""
    deleted = 0
    with engine.connect() as connection:
        unused = datasets.unused_since(connection, limit_us)
    for name in unused:
        with engine.connect() as connection:
            deleted += _forget_dataset(connection, name)
    return deleted


def _forget_races(engine: sa.Engine, limit_us: int) -> int:
    """Delete races that were last asked or told before a time; how many."""
    with engine.begin() as connection:
        return sum(races.delete(connection, name) for name in races.unchanged_since(connection, limit_us))


def _forget_dataset(connection: sa.Connection, name: str) -> bool:
    """The row goes first, so that a request that names it now waits for the end of this transaction."""
    deleted = datasets.delete(connection, name)
    if deleted and datasets.users(connection, name):
        connection.rollback()
        return False
    connection.commit()
    return deleted


def _existing(client: DBOSClient, names: Sequence[str]) -> list[str]:
    found = client.list_workflows(workflow_ids=list(names), load_input=False, load_output=False)
    return [flow.workflow_id for flow in found]


def _batched(names: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(names), _BATCH):
        yield list(names[start : start + _BATCH])

"""Names and times that every process on one database must agree on."""

from __future__ import annotations

APPLICATION = "actwise"

PROTOCOL = "1"
"""Version of the workflows' shape. Workers take only work of their own protocol, so it is raised when
steps are added, removed or reordered, and never otherwise: a new release must finish old probes."""

PROBES = "probes"
TASKS = "tasks"

PROBE = "probe"
TRAIN = "train"

BEAT = 2.0
"""Seconds between two signs of life of a worker."""

SILENCE = 20.0
"""Seconds without one after which a worker on another machine is taken for dead."""


def workflow_id(identifier: str, attempt: int) -> str:
    """The workflow that carries one attempt of a recommendation."""
    return f"{identifier}.{attempt}"

"""Neighbouring descriptions: the request with one field changed, nearest values first.

Every neighbour is a valid request. What the caller fixed by name (allow, deny, probe, output) is never changed; which
values are tried is written in `ladders`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any, NamedTuple

from actwise.contract.contradictions import contradictions
from actwise.contract.request import NO_DEPLOYMENT, NO_TARGET, TaskDescription
from actwise.contract.roles import role_in_words
from actwise.contract.situation import Situation, situations_of, usual_residual_paths
from service.advice.ladders import roles, structure, whole

# Fields of a request that go into a situation as they are, which decide nothing else and can contradict nothing as
# `ladders` proposes them; all others may change what is assumed.
_COPIED = {
    name: name
    for name in (
        "compute_budget",
        "rows",
        "features",
        "imbalance",
        "classes",
        "noise",
        "modality",
        "domain",
        "optimizer",
        "framework",
        "prefer",
        "privacy",
        "adversarial",
        "precision",
        "input_derivatives",
        "depth",
        "width",
        "normalization",
        "residual",
        "gated_ffn",
        "cell",
        "role",
    )
} | {
    "physics_informed": "input_derivatives",
    "deployment.int8": "int8",
    "deployment.latency_critical": "latency_critical",
    "deployment.target": "deployment",
    "deployment.operators": "operators",
    "target.heavy_tailed": "heavy_tailed",
    "target.overdispersed": "overdispersed",
    "target.zero_share": "zero_share",
    "target.orders_of_magnitude": "orders_of_magnitude",
}

_PARTS = {"deployment": NO_DEPLOYMENT, "target": NO_TARGET}


class Change(NamedTuple):
    """One field of a request with another value.

    `field` is its path ("depth", "deployment.int8", "layers.trunk.depth"); `distance` orders changes from small to
    large; `place` is the index of the block that is changed, None where the field is the whole network's.
    """

    field: str
    value: Any
    distance: int
    place: int | None = None

    def applied(self, request: TaskDescription) -> TaskDescription:
        """The request with this change."""
        first, last = self.field.partition(".")[0], self.field.rpartition(".")[2]
        if self.place is not None:
            blocks = list(request.layers or ())
            blocks[self.place] = blocks[self.place].model_copy(update={last: self.value})
            return request.model_copy(update={"layers": tuple(blocks)})
        if first in _PARTS and last != first:
            part = getattr(request, first) or _PARTS[first]
            return request.model_copy(update={first: part.model_copy(update={last: self.value})})
        return request.model_copy(update={first: self.value})


class Neighbour(NamedTuple):
    """A change that leaves the request free of contradictions, and the situations that it leads to."""

    change: Change
    situations: tuple[Situation, ...]


def neighbours(request: TaskDescription, own: tuple[Situation, ...]) -> list[Neighbour]:
    """All neighbours of a request; `own` are the situations of the request itself."""
    found = []
    for change in _changes(request, own):
        situations = _copied(change, own, request) or _resolved(change, request)
        if situations:
            found.append(Neighbour(change, situations))
    return found


def _changes(request: TaskDescription, own: tuple[Situation, ...]) -> Iterator[Change]:
    for step in whole(request, own[0]):
        yield Change(*step)
    if request.layers is None:
        for step in structure(own[0]):
            yield Change(*step)
        return
    for index, situation in enumerate(own):
        for field, value, distance in chain(structure(situation), roles(situation)):
            yield Change(f"layers.{situation.block}.{field}", value, distance, index)


def _copied(change: Change, own: tuple[Situation, ...], request: TaskDescription) -> tuple[Situation, ...]:
    """The situations after a change that touches no assumption and can contradict nothing; empty for others."""
    place = change.place
    name = _COPIED.get(change.field if place is None else change.field.rpartition(".")[2])
    if name is None or not _alone(name, change, own, request):
        return ()
    values = {name: 2 * change.value if change.field == "physics_informed" else change.value}
    if name == "domain" and request.layers is None:
        values["role"] = role_in_words(change.value, own[0].task)
    if place is not None:
        return (*own[:place], own[place].changed(**values), *own[place + 1 :])
    return tuple([one.changed(**values) for one in own])


def _alone(name: str, change: Change, own: tuple[Situation, ...], request: TaskDescription) -> bool:
    """Whether the new value leaves what is assumed of other fields."""
    if name == "depth":
        return _keeps_residual(change, own, request)
    if name == "classes":
        return request.task != "classification" or 2 not in (change.value, own[0].classes)
    return True


def _keeps_residual(change: Change, own: tuple[Situation, ...], request: TaskDescription) -> bool:
    """Whether a change of depth leaves what was assumed, or said, of residual paths."""
    if request.layers is not None:
        return request.residual is not None
    return request.residual is not None or usual_residual_paths(own[0].layer_type, change.value) == own[0].residual


def _resolved(change: Change, request: TaskDescription) -> tuple[Situation, ...]:
    """The situations of the changed request; empty when it contradicts itself."""
    other = change.applied(request)
    return () if contradictions(other) else situations_of(other)

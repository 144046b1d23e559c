"""Neighbouring descriptions: the request with one field changed, nearest values first.

Every neighbour is a valid request. For fields on a scale the ladder is walked in both directions; for words
every other word is tried. What the caller fixed by name (allow, deny, probe, output) is never changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import starmap
from typing import Any

from actwise.contract.contradictions import contradictions
from actwise.contract.request import NO_DEPLOYMENT, NO_TARGET, TaskDescription
from actwise.contract.situation import Situation, situations_of, usual_residual_paths
from actwise.contract.vocabulary import CELLS, COMPUTE_BUDGETS, LAYER_TYPES, NORMALIZATIONS

_DEPTHS = (1, 2, 3, 4, 6, 8, 12, 16, 20, 32, 50, 100)
_WIDTHS = (16, 64, 256, 1024)
_ROWS = (100, 1_000, 10_000, 1_000_000)
_NORMALIZATIONS_TRIED = ("none", "batch", "layer")
assert set(_NORMALIZATIONS_TRIED) <= set(NORMALIZATIONS)


# Fields of a request, by their last word, that go into a situation as they are; all others decide what is assumed.
_COPIED = {
    name: name
    for name in (
        "compute_budget",
        "rows",
        "privacy",
        "adversarial",
        "precision",
        "input_derivatives",
        "int8",
        "latency_critical",
        "depth",
        "width",
        "normalization",
        "residual",
        "gated_ffn",
    )
} | {"target": "deployment"}

_PARTS = {"deployment": NO_DEPLOYMENT, "target": NO_TARGET}


@dataclass(frozen=True, slots=True)
class Change:
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


@dataclass(frozen=True, slots=True)
class Neighbour:
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


def _copied(change: Change, own: tuple[Situation, ...], request: TaskDescription) -> tuple[Situation, ...]:
    """The situations after a change that touches no assumption and can contradict nothing; empty for others."""
    name = _COPIED.get(change.field.rpartition(".")[2])
    if name is None or (name == "input_derivatives" and change.value == 0):
        return ()
    if name == "depth" and not _keeps_residual(change, own, request):
        return ()
    place = change.place
    return tuple(
        one.changed(**{name: change.value}) if place in (None, index) else one for index, one in enumerate(own)
    )


def _keeps_residual(change: Change, own: tuple[Situation, ...], request: TaskDescription) -> bool:
    """Whether a change of depth leaves what was assumed, or said, of residual paths."""
    if request.layers is not None:
        return request.residual is not None
    return request.residual is not None or usual_residual_paths(own[0].layer_type, change.value) == own[0].residual


def _resolved(change: Change, request: TaskDescription) -> tuple[Situation, ...]:
    """The situations of the changed request; empty when it contradicts itself."""
    other = change.applied(request)
    return () if contradictions(other) else situations_of(other)


def _changes(request: TaskDescription, own: tuple[Situation, ...]) -> Iterator[Change]:
    yield from _whole(request, own[0])
    if request.layers is None:
        yield from starmap(Change, _structure(own[0]))
        return
    for index, situation in enumerate(own):
        for field, value, distance in _structure(situation):
            yield Change(f"layers.{situation.block}.{field}", value, distance, index)


def _ladder(values: tuple[int, ...], now: int, steps: int = 2) -> Iterator[tuple[int, int]]:
    """The nearest values below and above `now`, so many on each side, each with its distance in rungs."""
    below = [value for value in values if value < now][::-1]
    above = [value for value in values if value > now]
    for side in (below, above):
        for distance, value in enumerate(side[:steps], start=1):
            yield value, distance


def _whole(request: TaskDescription, now: Situation) -> Iterator[Change]:
    """Changes of the task and of the world around the network."""
    place = COMPUTE_BUDGETS.index(request.compute_budget)
    for index, budget in enumerate(COMPUTE_BUDGETS):
        if index != place:
            yield Change("compute_budget", budget, abs(index - place))
    for rows, distance in _ladder(_ROWS, request.rows or 0):
        yield Change("rows", rows, distance)
    yield Change("input_derivatives", 2 if now.input_derivatives < 2 else 0, 2)
    yield Change("privacy", "dp_sgd" if now.privacy == "none" else "none", 2)
    yield Change("adversarial", not now.adversarial, 2)
    if now.precision != "float16":
        yield Change("precision", "float16", 2)
    if now.task_family == "regression":
        yield Change("intervals", not now.intervals, 2)
    yield from _deployments(now)
    yield from _targets(request, now)


def _deployments(now: Situation) -> Iterator[Change]:
    yield Change("deployment.int8", not now.int8, 2)
    yield Change("deployment.latency_critical", not now.latency_critical, 2)
    for device in ("mobile", "microcontroller"):
        if device != now.deployment:
            yield Change("deployment.target", device, 2)


def _targets(request: TaskDescription, now: Situation) -> Iterator[Change]:
    """Neighbouring kinds of target: the same network with another thing to predict."""
    if request.task == "classification":
        yield Change("classes", 10 if now.classes == 2 else 2, 2)
    for task in _SIBLINGS.get(now.task, ()):
        if task != request.task:
            yield Change("task", task, 3)
    if now.task in ("count_regression", "positive_regression"):
        yield Change("target.orders_of_magnitude", 0.5 if (now.orders_of_magnitude or 0) >= 2 else 3.0, 1)


_SIBLINGS = {
    "multiclass_classification": ("multilabel_classification", "ordinal"),
    "binary_classification": ("multilabel_classification",),
    "multilabel_classification": ("multiclass_classification",),
    "ordinal": ("multiclass_classification", "regression"),
    "regression": ("quantile_regression", "positive_regression"),
    "positive_regression": ("regression", "count_regression"),
    "count_regression": ("regression", "positive_regression"),
    "bounded_regression": ("regression",),
    "heteroscedastic_regression": ("quantile_regression",),
}


def _structure(now: Situation) -> Iterator[tuple[str, Any, int]]:
    for depth, distance in _ladder(_DEPTHS, now.depth, steps=3):
        yield "depth", depth, distance
    for width, distance in _ladder(_WIDTHS, now.width):
        yield "width", width, distance
    for normalization in _NORMALIZATIONS_TRIED:
        if normalization != now.normalization:
            yield "normalization", normalization, 1
    yield "residual", not now.residual, 1
    yield from _kinds(now)


def _kinds(now: Situation) -> Iterator[tuple[str, Any, int]]:
    """Other kinds of layer, and other forms of the same kind."""
    if now.layer_type in ("attention", "mixed"):
        yield "gated_ffn", not now.gated_ffn, 1
    if now.layer_type == "recurrent":
        for cell in CELLS:
            if cell != now.cell:
                yield "cell", cell, 1
    for layer_type in LAYER_TYPES:
        if layer_type != now.layer_type and layer_type != "mixed":
            yield "layer_type", layer_type, 3

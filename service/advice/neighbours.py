"""Neighbouring descriptions: the request with one field changed, nearest values first.

Every neighbour is a valid request. For fields on a scale the ladder is walked in both directions; for words
every other word is tried. What the caller fixed by name (allow, deny, probe, output) is never changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from actwise.contract.contradictions import contradictions
from actwise.contract.request import NO_DEPLOYMENT, Block, TaskDescription
from actwise.contract.situation import Situation
from actwise.contract.vocabulary import CELLS, COMPUTE_BUDGETS, LAYER_TYPES, NORMALIZATIONS

_DEPTHS = (1, 2, 3, 4, 6, 8, 12, 16, 20, 32, 50, 100)
_WIDTHS = (16, 64, 256, 1024)
_ROWS = (100, 1_000, 10_000, 1_000_000)
_NORMALIZATIONS_TRIED = ("none", "batch", "layer")
assert set(_NORMALIZATIONS_TRIED) <= set(NORMALIZATIONS)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A request that differs in one field. `distance` orders changes from small to large."""

    field: str
    value: Any
    distance: int
    request: TaskDescription


def neighbours(request: TaskDescription, situations: tuple[Situation, ...]) -> list[Neighbour]:
    """All neighbours of a request without contradictions; `situations` are those of the request itself."""
    found = list(_whole(request, situations[0]))
    if request.layers is None:
        found += _network(request, situations[0])
    else:
        for index, situation in enumerate(situations):
            found += _block(request, index, situation)
    return [item for item in found if not contradictions(item.request)]


def _changed(request: TaskDescription, field: str, value: Any, distance: int) -> Neighbour:
    return Neighbour(field, value, distance, request.model_copy(update={field: value}))


def _ladder(values: tuple[int, ...], now: int, steps: int = 2) -> Iterator[tuple[int, int]]:
    """The nearest values below and above `now`, so many on each side, each with its distance in rungs."""
    below = [value for value in values if value < now][::-1]
    above = [value for value in values if value > now]
    for side in (below, above):
        for distance, value in enumerate(side[:steps], start=1):
            yield value, distance


def _whole(request: TaskDescription, now: Situation) -> Iterator[Neighbour]:
    """Changes of the task and of the world around the network."""
    place = COMPUTE_BUDGETS.index(request.compute_budget)
    for index, budget in enumerate(COMPUTE_BUDGETS):
        if index != place:
            yield _changed(request, "compute_budget", budget, abs(index - place))
    for rows, distance in _ladder(_ROWS, request.rows or 0):
        yield _changed(request, "rows", rows, distance)
    yield _changed(request, "input_derivatives", 2 if now.input_derivatives < 2 else 0, 2)
    yield _changed(request, "privacy", "dp_sgd" if now.privacy == "none" else "none", 2)
    yield _changed(request, "adversarial", not now.adversarial, 2)
    if now.precision != "float16":
        yield _changed(request, "precision", "float16", 2)
    if now.task_family == "regression":
        yield _changed(request, "intervals", not now.intervals, 2)
    yield from _deployments(request, now)
    yield from _targets(request, now)


def _deployments(request: TaskDescription, now: Situation) -> Iterator[Neighbour]:
    deployment = request.deployment or NO_DEPLOYMENT
    changes: list[tuple[str, Any]] = [("int8", not now.int8), ("latency_critical", not now.latency_critical)]
    changes += [("target", device) for device in ("mobile", "microcontroller") if device != now.deployment]
    for field, value in changes:
        other = request.model_copy(update={"deployment": deployment.model_copy(update={field: value})})
        yield Neighbour(f"deployment.{field}", value, 2, other)


def _targets(request: TaskDescription, now: Situation) -> Iterator[Neighbour]:
    """Neighbouring kinds of target: the same network with another thing to predict."""
    if request.task == "classification":
        yield _changed(request, "classes", 10 if now.classes == 2 else 2, 2)
    for task in _SIBLINGS.get(now.task, ()):
        if task != request.task:
            yield _changed(request, "task", task, 3)
    if now.task in ("count_regression", "positive_regression") and request.target:
        wider = 0.5 if (now.orders_of_magnitude or 0) >= 2 else 3.0
        target = request.target.model_copy(update={"orders_of_magnitude": wider})
        yield Neighbour("target.orders_of_magnitude", wider, 1, request.model_copy(update={"target": target}))


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


def _network(request: TaskDescription, now: Situation) -> Iterator[Neighbour]:
    """Changes of the network where the request describes it as a whole."""
    for field, value, distance in _structure(now):
        yield _changed(request, field, value, distance)


def _block(request: TaskDescription, index: int, now: Situation) -> Iterator[Neighbour]:
    """Changes of one block of a `layers` list."""
    blocks = request.layers or ()
    for field, value, distance in _structure(now):
        block: Block = blocks[index].model_copy(update={field: value})
        layers = (*blocks[:index], block, *blocks[index + 1 :])
        yield Neighbour(f"layers.{now.block}.{field}", value, distance, request.model_copy(update={"layers": layers}))


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

"""The description of one block with nothing left open: what rules, theory and probe speak of.

`resolve` fills every gap of a request by stated conventions and echoes each as an `Assumption`.
Fields that nobody can guess (rows, features, noise, ...) stay None, and no condition on an unknown
field holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from actwise.contract.answer import Assumption
from actwise.contract.request import NO_DEPLOYMENT, NO_TARGET, Block, Target, TaskDescription
from actwise.contract.roles import role_in_words
from actwise.contract.vocabulary import CLASSIFICATION_TASKS, REGRESSION_TASKS, LayerType


class Situation(NamedTuple):
    """One block of hidden layers in its task. Plain values only; None means unknown."""

    block: str
    role: str
    task: str
    task_family: str
    layer_type: str
    depth: int
    compute_budget: str
    width: int
    normalization: str
    residual: bool
    plain: bool
    gated_ffn: bool
    cell: str | None
    gate: str | None
    modality: str
    optimizer: str
    framework: str | None
    precision: str
    deployment: str
    int8: bool
    operators: tuple[str, ...] | None
    latency_critical: bool
    input_derivatives: int
    privacy: str
    adversarial: bool
    intervals: bool
    prefer: str
    classes: int | None
    outputs: int
    target_low: float | None
    target_high: float | None
    target_integer: bool
    target_mean: float | None
    orders_of_magnitude: float | None
    zero_share: float | None
    overdispersed: bool | None
    heavy_tailed: bool | None
    rows: int | None
    features: int | None
    imbalance: float | None
    noise: str | None
    domain: str | None

    def changed(self, **values: Any) -> Situation:
        """A neighbour of this situation; `plain` follows normalisation and residual paths."""
        row = list(self)
        for name, value in values.items():
            row[_PLACES[name]] = value
        if "normalization" in values or "residual" in values:
            row[_PLAIN] = row[_NORMALIZED] == "none" and not row[_RESIDUAL]
        return Situation._make(row)


SITUATION_FIELDS: tuple[str, ...] = Situation._fields

_PLACES = {name: place for place, name in enumerate(SITUATION_FIELDS)}
_NORMALIZED, _RESIDUAL, _PLAIN = (_PLACES[name] for name in ("normalization", "residual", "plain"))

_MODALITY = {
    "dense": "tabular",
    "conv": "image",
    "recurrent": "time_series",
    "attention": "text",
    "graph": "graph",
    "mixed": "other",
}
_NORMALIZATION = {"conv": "batch", "attention": "layer", "graph": "batch", "mixed": "batch"}
_WIDTH = {"dense": 128, "conv": 64, "recurrent": 128, "attention": 512, "graph": 64, "mixed": 128}
_RESIDUAL_FROM_DEPTH = {"attention": 1, "conv": 17, "mixed": 17}


def resolve(request: TaskDescription) -> tuple[tuple[Situation, ...], tuple[Assumption, ...]]:
    """The situations of a request, one per block, and everything that was assumed on the way."""
    notes = _Notes()
    return _situations(request, notes), tuple(notes.assumptions())


def situations_of(request: TaskDescription) -> tuple[Situation, ...]:
    """The situations alone, for those who ask about many requests and read no assumptions."""
    return _situations(request, _Notes())


class _Notes:
    """Collects what was assumed; the records are made only when somebody reads them."""

    def __init__(self) -> None:
        self._taken: list[tuple[str, Any, str]] = []

    def assume(self, field: str, value: Any, because: str) -> Any:
        self._taken.append((field, value, because))
        return value

    def assumptions(self) -> Iterator[Assumption]:
        for field, value, because in self._taken:
            yield Assumption(field=field, value=value, because=because)


def _situations(request: TaskDescription, notes: _Notes) -> tuple[Situation, ...]:
    shared = _shared(request, notes)
    blocks = request.layers or (_whole(request.layer_type, request.depth),)
    several = len(blocks) > 1
    return tuple(
        _situation(request, block, shared, notes, _block_name(block, index, several))
        for index, block in enumerate(blocks)
    )


@lru_cache(maxsize=4096)
def _whole(layer_type: LayerType, depth: int) -> Block:
    return Block(layer_type=layer_type, depth=depth)


def _block_name(block: Block, index: int, several: bool) -> str:
    return block.name or (f"{block.layer_type}-{index + 1}" if several else block.layer_type)


def _shared(request: TaskDescription, notes: _Notes) -> dict[str, Any]:
    """The fields that all blocks have in common."""
    target = request.target or NO_TARGET
    deployment = request.deployment or NO_DEPLOYMENT
    task = _fine_task(request, target, notes)
    return {
        "task": task,
        "task_family": _family(task),
        "compute_budget": request.compute_budget,
        "modality": request.modality
        or notes.assume("modality", _MODALITY[request.layer_type], f"usual for {request.layer_type} networks"),
        "optimizer": request.optimizer or notes.assume("optimizer", "adam", "the usual default"),
        "framework": request.framework,
        "precision": request.precision or notes.assume("precision", "float32", "the default of every framework"),
        "deployment": deployment.target or notes.assume("deployment.target", "server", "no device was named"),
        "int8": deployment.int8,
        "operators": deployment.operators,
        "latency_critical": deployment.latency_critical,
        "input_derivatives": _derivatives(request, notes),
        "privacy": request.privacy or "none",
        "adversarial": bool(request.adversarial),
        "intervals": bool(request.intervals),
        "prefer": request.prefer,
        "classes": _classes(request, task, notes),
        "outputs": target.outputs or 1,
        "target_low": target.low,
        "target_high": target.high,
        "target_integer": bool(target.integer),
        "target_mean": target.mean,
        "orders_of_magnitude": target.orders_of_magnitude,
        "zero_share": target.zero_share,
        "overdispersed": target.overdispersed,
        "heavy_tailed": target.heavy_tailed,
        "rows": request.rows,
        "features": request.features,
        "imbalance": request.imbalance,
        "noise": request.noise,
        "domain": request.domain.strip().lower() if request.domain else None,
    }


def _fine_task(request: TaskDescription, target: Target, notes: _Notes) -> str:
    """The finer kind of task that the description amounts to."""
    if request.task == "classification":
        if request.classes == 2:
            return str(notes.assume("task", "binary_classification", "two classes"))
        because = (
            f"{request.classes} classes" if request.classes else "number of classes not given; one label per example"
        )
        return str(notes.assume("task", "multiclass_classification", because))
    if request.task == "regression":
        return _fine_regression(request, target, notes)
    return request.task


def _fine_regression(request: TaskDescription, target: Target, notes: _Notes) -> str:
    bounded = target.low is not None and target.high is not None
    if target.integer and target.low is not None and target.low >= 0 and not bounded:
        return str(notes.assume("task", "count_regression", "whole numbers from zero up"))
    if bounded:
        return str(notes.assume("task", "bounded_regression", "the target has a lowest and a highest value"))
    if target.low is not None and target.low >= 0:
        return str(notes.assume("task", "positive_regression", "no target is below zero"))
    if request.intervals:
        return str(notes.assume("task", "heteroscedastic_regression", "prediction intervals are wanted"))
    return "regression"


def _family(task: str) -> str:
    if task in CLASSIFICATION_TASKS:
        return "classification"
    return "regression" if task in REGRESSION_TASKS else "other"


def _classes(request: TaskDescription, task: str, notes: _Notes) -> int | None:
    if request.classes is not None:
        return request.classes
    if task == "binary_classification":
        return int(notes.assume("classes", 2, "binary"))
    if task in CLASSIFICATION_TASKS:
        return int(notes.assume("classes", 10, "number of classes not given"))
    return None


def _derivatives(request: TaskDescription, notes: _Notes) -> int:
    if request.input_derivatives is not None:
        return request.input_derivatives
    if request.physics_informed:
        return int(notes.assume("input_derivatives", 2, "most differential equations are of second order"))
    return 0


def _situation(request: TaskDescription, block: Block, shared: dict[str, Any], notes: _Notes, name: str) -> Situation:
    prefix = f"layers.{name}." if request.layers else ""
    kind = block.layer_type
    depth = block.depth or notes.assume(f"{prefix}depth", request.depth, "depth of the whole network")
    normalization = _first(block.normalization, request.normalization)
    if normalization is None:
        usual = _NORMALIZATION.get(kind, "none")
        normalization = notes.assume(f"{prefix}normalization", usual, f"usual for {kind} layers")
    residual = _first(block.residual, request.residual)
    if residual is None:
        usual_residual = usual_residual_paths(kind, depth)
        residual = notes.assume(f"{prefix}residual", usual_residual, f"usual for {kind} layers of depth {depth}")
    width = _first(block.width, request.width)
    if width is None:
        width = notes.assume(f"{prefix}width", _WIDTH[kind], f"a common size for {kind} layers")
    return Situation(
        block=name,
        role=block.role if request.layers else _role(shared, notes),
        layer_type=kind,
        depth=depth,
        width=width,
        normalization=normalization,
        residual=residual,
        plain=normalization == "none" and not residual,
        gated_ffn=bool(_first(block.gated_ffn, request.gated_ffn)),
        cell=_cell(block, request, notes, prefix),
        gate=None,
        **shared,
    )


def usual_residual_paths(layer_type: str, depth: int) -> bool:
    """Whether networks of this kind and depth usually have residual paths: what is assumed when nobody says."""
    return depth >= _RESIDUAL_FROM_DEPTH.get(layer_type, 10**9)


def _cell(block: Block, request: TaskDescription, notes: _Notes, prefix: str) -> str | None:
    if block.layer_type != "recurrent":
        return None
    cell = _first(block.cell, request.cell)
    return cell or str(notes.assume(f"{prefix}cell", "lstm", "the most common recurrent cell"))


def _role(shared: dict[str, Any], notes: _Notes) -> str:
    role = role_in_words(shared["domain"], shared["task"])
    return role if role == "hidden" else str(notes.assume("role", role, "named in the words about the domain"))


def _first(own: Any, whole: Any) -> Any:
    """A block's own value, or the whole network's."""
    return own if own is not None else whole

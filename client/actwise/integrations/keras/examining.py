"""What a Keras model is: its description for a request, and the form in which the doctor takes it."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import Any

import keras

from actwise.contract.diagnosis import Network
from actwise.contract.request import TaskDescription
from actwise.integrations.blocks import Anatomy
from actwise.integrations.describing import found_in
from actwise.integrations.graph import Graph
from actwise.integrations.keras.reading import read
from actwise.integrations.report import Found

_PRECISIONS = {
    "float32": "float32",
    "float64": "float64",
    "float16": "float16",
    "bfloat16": "bfloat16",
    "mixed_float16": "float16",
    "mixed_bfloat16": "bfloat16",
}


def describe(model: keras.Model, **known: Any) -> TaskDescription:
    """The request for a functional or Sequential model that has its shapes.

    `known`: fields of TaskDescription that the caller knows better, such as task and compute_budget ("medium" unless
    said); they win. Raises ContractError for a model that cannot be read, and when the task is neither told nor shown
    by a softmax at the end.
    """
    return examine(model, **known).description


def examine(model: keras.Model, **known: Any) -> Found:
    """Everything that was found in a model, and notes about what was not; arguments as for `describe`."""
    graph = read(model)
    shape = tuple(model.inputs[0].shape)
    length, features = _sizes(graph, shape, str(model.inputs[0].dtype))
    extra = {
        "framework": "keras",
        "precision": _PRECISIONS.get(str(getattr(model.dtype_policy, "name", ""))),
        "features": features,
        "modality": "image" if len(shape) == 4 and any(node.kind == "conv" for node in graph.nodes) else None,
    }
    if any(node.kind == "embedding" for node in graph.nodes):
        extra["modality"] = "text"
    notes = [f"sequences have {length} steps"] if length else []
    found = found_in(Anatomy(graph), known, extra, notes)
    return replace(found, sequence_length=length)


def network(model: keras.Model, **known: Any) -> Network:
    """The model for the doctor: client.diagnose(network=network(model), context={"loss": ...}).

    `known`: fields of the doctor's network, such as loss, task or learning_rate.
    """
    return examine(model, **known).network


def _sizes(graph: Graph, shape: tuple[int | None, ...], dtype: str) -> tuple[int | None, int | None]:
    """(length of sequences, inputs per example) as far as the shape tells; tokens are no features."""
    sequential = any(node.kind in ("recurrent", "attention", "embedding") for node in graph.nodes)
    length = shape[1] if sequential and len(shape) in (2, 3) else None
    tokens = any(node.kind == "embedding" for node in graph.nodes) or "int" in dtype
    sizes = [size for size in shape[1:] if size is not None]
    return length, None if tokens or len(sizes) < len(shape) - 1 else prod(sizes) or None

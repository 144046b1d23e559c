"""What an ONNX file is: its description for a request, and the form in which the doctor takes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from math import prod
from typing import Any

from onnx import ModelProto, TensorProto

from actwise.contract.diagnosis import Network
from actwise.contract.request import TaskDescription
from actwise.integrations.blocks import Anatomy
from actwise.integrations.describing import found_in
from actwise.integrations.graph import Graph
from actwise.integrations.onnx.reading import Source, feeds, load, read
from actwise.integrations.report import Found, Place

_PRECISIONS = {
    TensorProto.FLOAT: "float32",
    TensorProto.DOUBLE: "float64",
    TensorProto.FLOAT16: "float16",
    TensorProto.BFLOAT16: "bfloat16",
}
_PRODUCERS = (("pytorch", "pytorch"), ("keras", "keras"), ("tf2onnx", "keras"), ("jax", "jax"), ("skl2onnx", "sklearn"))
_TOKENS = frozenset({TensorProto.INT32, TensorProto.INT64})


def describe(source: Source, **known: Any) -> TaskDescription:
    """The request for an ONNX file, given by its path or as bytes.

    `known`: fields of TaskDescription that the caller knows better, such as task and compute_budget ("medium" unless
    said); they win. Raises OSError for a file that cannot be read; ContractError for one that is no ONNX model, and
    when the task is neither told nor shown by a softmax at the end.
    """
    return examine(source, **known).description


def examine(source: Source, **known: Any) -> Found:
    """Everything that was found in a file, and notes about what was not; arguments as for `describe`."""
    model = load(source)
    graph = read(model)
    length, features = _input_sizes(graph, model)
    extra = {
        "framework": next((ours for word, ours in _PRODUCERS if word in model.producer_name.lower()), None),
        "precision": _precision(model),
        "features": features,
        "modality": _modality(graph, model),
    }
    found = found_in(Anatomy(graph), known, extra, _notes(graph, model))
    places = tuple(Place(one.activation, one.where, "file", one.uses) for one in found.activations)
    fields = found.fields if _normalized(graph) else _open(found.fields)
    return replace(found, fields=fields, activations=places, sequence_length=length)


def network(source: Source, **known: Any) -> Network:
    """The file for the doctor: client.diagnose(network=network("model.onnx"), context={"loss": ...}).

    `known`: fields of the doctor's network, such as loss, task or learning_rate.
    """
    return examine(source, **known).network


def _normalized(graph: Graph) -> bool:
    kinds = {node.kind for node in graph.nodes}
    return "normalization" in kinds or "conv" not in kinds


def _open(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields without a word on the normalisation of convolutions: the file cannot tell that there was none."""
    found = dict(fields)
    if found["layer_type"] == "conv":
        del found["normalization"]
    elif "layers" in found:
        found["layers"] = [
            {name: value for name, value in one.items() if name != "normalization" or one["layer_type"] != "conv"}
            for one in found["layers"]
        ]
    return found


def _precision(model: ModelProto) -> str | None:
    types = Counter(
        one.data_type for one in model.graph.initializer if one.data_type in _PRECISIONS and len(one.dims) > 1
    )
    return _PRECISIONS[types.most_common(1)[0][0]] if types else None


def _input_sizes(graph: Graph, model: ModelProto) -> tuple[int | None, int | None]:
    """(length of sequences, inputs per example), as far as the shape of the first input tells."""
    inputs = feeds(model)
    if not inputs or len(inputs[0][2]) < 2:
        return None, None
    _, type_, shape = inputs[0]
    sequential = any(node.kind in ("recurrent", "attention", "embedding") for node in graph.nodes)
    length = shape[1] if sequential and len(shape) in (2, 3) and shape[1] > 0 else None
    if type_ in _TOKENS or min(shape[1:]) < 1:
        return length, None
    return length, prod(shape[1:])


def _modality(graph: Graph, model: ModelProto) -> str | None:
    kinds = {node.kind for node in graph.nodes}
    inputs = feeds(model)
    if "embedding" in kinds and any(type_ in _TOKENS for _, type_, _ in inputs):
        return "text"
    return "image" if "conv" in kinds and any(len(shape) == 4 for _, _, shape in inputs) else None


def _notes(graph: Graph, model: ModelProto) -> list[str]:
    operators = {one.op_type for one in model.graph.node}
    notes = []
    if "QuantizeLinear" in operators or any(one.startswith("QLinear") for one in operators):
        notes.append('the file is quantised: say deployment={"int8": true} if training shall know of it')
    if any(one.kind == "other" and one.type in ("If", "Loop", "Scan") for one in graph.nodes):
        notes.append("what stands inside If, Loop and Scan was not read")
    if not _normalized(graph):
        notes.append(
            "exporters merge batch normalisation into the convolution before it: say normalization if there was one"
        )
    return notes

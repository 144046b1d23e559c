"""An ONNX file as a graph. Its bytes are parsed and looked at; nothing of it is executed."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from math import nan, prod
from pathlib import Path
from typing import Any

import onnx
from onnx import ModelProto, NodeProto, TensorProto, helper, inliner, numpy_helper, shape_inference

from actwise.contract.faults import ContractError, Fault
from actwise.contract.names import canonical_name
from actwise.integrations.functions import GRID
from actwise.integrations.graph import Graph, Kind, Node
from actwise.integrations.onnx.operators import computed, kind_of
from actwise.integrations.recognition import gather_attention, name_functions

Source = str | os.PathLike[str] | bytes

_OTHER_FORMATS: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a zip archive, as torch.save and Keras write: export it with torch.onnx.export or model.export"),
    (b"\x89HDF", "an HDF5 file, as Keras 2 wrote: load it and use model.export(..., format='onnx')"),
    (b"\x80\x02", "a Python pickle, as old versions of torch.save wrote: it is not opened; use torch.onnx.export"),
    (b"{", "JSON text: only the binary form of ONNX is read"),
)
_CELLS = {"LSTM": ("lstm", "Tanh", "Sigmoid"), "GRU": ("gru", "Tanh", "Sigmoid"), "RNN": ("rnn", "Tanh", None)}
_SAME_MATRIX = frozenset({"Cast", "Identity", "DequantizeLinear", "QuantizeLinear"})


def load(source: Source) -> ModelProto:
    """The model of a file or of its bytes; weights kept in other files are not read.

    Raises OSError for a file that cannot be read, ContractError for one that is no ONNX model.
    """
    content = source if isinstance(source, bytes) else Path(source).read_bytes()
    for start, told in _OTHER_FORMATS:
        if content.startswith(start):
            raise _refused(f"this is {told}")
    try:
        model = onnx.load_model_from_string(content)
        if model.functions:
            model = inliner.inline_local_functions(model)
    except Exception as error:  # whatever the parser finds wrong with the bytes
        raise _refused(
            f"this is no whole ONNX file ({type(error).__name__}): was it copied or downloaded to its end?"
        ) from None
    if any(
        isinstance(one, bytes)
        for node in model.graph.node
        for one in (node.name, node.op_type, *node.input, *node.output)
    ):
        raise _refused("names in this file are no text: it is damaged")
    if not model.graph.node:
        raise _refused("this ONNX file holds no operator: was the model exported with its graph?")
    return model


def _refused(message: str) -> ContractError:
    return ContractError((Fault(pointer="/file", code="unreadable", message=message),))


def read(model: ModelProto) -> Graph:
    """The graph of a model. Raises ContractError for one whose parts contradict each other."""
    try:
        nodes = _Reader(model).nodes()
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise _refused(
            f"the operators of this file contradict each other ({error}): try onnx.checker.check_model"
        ) from None
    graph = Graph(nodes)
    name_functions(graph, lambda run: run(list(map(float, GRID))), lambda _members: None)
    gather_attention(graph)
    return graph


class _Reader:
    """Walks through the operators; knows which tensors are constant, and which node gives each of the others."""

    def __init__(self, model: ModelProto) -> None:
        self._graph = model.graph
        self._tensors = {one.name: one for one in model.graph.initializer}
        self._matrices = {name: tuple(one.dims) for name, one in self._tensors.items()}
        self._constants: set[str] = set(self._tensors)
        self._shapes = _shapes(model)
        self._places = {one.name: -1 for one in model.graph.input if one.name not in self._tensors}
        self._nodes: list[Node] = []

    def nodes(self) -> list[Node]:
        """One node for each operator that depends on the data."""
        for operator in self._graph.node:
            told = {one.name: helper.get_attribute_value(one) for one in operator.attribute}
            if any(name in self._places for name in operator.input):
                self._add(operator, told)
            else:
                self._constant(operator, told)
        return self._nodes

    def _constant(self, operator: NodeProto, told: Mapping[str, Any]) -> None:
        """An operator on constants alone: what is known of it is the shape of its matrix, or its value."""
        self._constants |= set(operator.output)
        if operator.op_type == "Constant" and isinstance(told.get("value"), TensorProto):
            self._tensors[operator.output[0]] = told["value"]
            self._matrices[operator.output[0]] = tuple(told["value"].dims)
        elif operator.op_type == "Constant" and "value_float" in told:
            self._tensors[operator.output[0]] = helper.make_tensor("", TensorProto.FLOAT, [], [told["value_float"]])
        before = self._matrices.get(operator.input[0]) if operator.input else None
        if before is not None and operator.op_type == "Transpose":
            order = told.get("perm") or range(len(before))[::-1]
            self._matrices[operator.output[0]] = tuple(before[axis] for axis in order)
        elif before is not None and operator.op_type in _SAME_MATRIX:
            self._matrices[operator.output[0]] = before

    def _add(self, operator: NodeProto, told: Mapping[str, Any]) -> None:
        signals = tuple(dict.fromkeys(self._places[name] for name in operator.input if name in self._places))
        matrix = next((self._matrices[name] for name in operator.input if len(self._matrices.get(name, ())) > 1), None)
        kind = self._kind(operator, len(signals), matrix)
        node = Node(kind, operator.name or operator.output[0], operator.op_type, signals)
        node.shape = self._shapes.get(operator.output[0])
        if kind in ("function", "addition", "product"):
            node.compute = computed(operator.op_type, told, [self._argument(name) for name in operator.input], signals)
        elif kind == "activation":
            node.activation = canonical_name({"LogSoftmax": "log_softmax"}.get(operator.op_type, operator.op_type))
        elif kind == "recurrent":
            _cell(node, told)
        elif kind in ("dense", "conv") and matrix is not None:
            node.fan_in, node.units = _sizes(operator.op_type, matrix, told)
        elif kind == "embedding" and matrix is not None:
            node.units = matrix[-1]
        elif kind == "normalization" and operator.op_type in ("Div", "Mul"):
            centred = node.inputs and node.inputs[0] >= 0 and self._nodes[node.inputs[0]].type == "Sub"
            node.type = "LayerNormalization" if centred else "RMSNormalization"
        elif kind == "normalization" and node.shape:
            sizes = self._matrices.get(operator.input[1] if len(operator.input) > 1 else "", ())
            node.units = prod(sizes) if len(sizes) == 1 else None
        self._nodes.append(node)
        self._places |= dict.fromkeys(operator.output, len(self._nodes) - 1)

    def _kind(self, operator: NodeProto, signals: int, matrix: tuple[int, ...] | None) -> Kind:
        if operator.op_type == "Gather" and matrix is not None and operator.input[0] in self._matrices:
            return "embedding" if len(matrix) == 2 else "silent"
        if _normalizes(self._nodes, self._places, operator):
            return "normalization"
        return kind_of(operator.op_type, signals, matrix is not None)

    def _argument(self, name: str) -> int | float | None:
        """The place that gives an input, its value where it is one constant number, NaN where it is many."""
        if not name:
            return None
        if name in self._places:
            return self._places[name]
        tensor = self._tensors.get(name)
        if tensor is None or prod(tensor.dims) != 1 or tensor.data_location == TensorProto.EXTERNAL:
            return nan
        return float(numpy_helper.to_array(tensor).reshape(()))


def _normalizes(nodes: Sequence[Node], places: Mapping[str, int], operator: NodeProto) -> bool:
    """Whether an operator is the division by a root mean square with which older exporters write normalisation."""
    if operator.op_type not in ("Div", "Mul") or len(operator.input) != 2:
        return False
    wanted = ("Reciprocal", "Sqrt") if operator.op_type == "Mul" else ("Sqrt",)
    place = places.get(operator.input[1], -1)
    for type_ in (*wanted, "Add"):
        if place < 0 or nodes[place].type != type_:
            return False
        place = nodes[place].inputs[0] if nodes[place].inputs else -1
    return place >= 0 and nodes[place].type in ("ReduceMean", "GlobalAveragePool")


def _cell(node: Node, told: Mapping[str, Any]) -> None:
    cell, function, gate = _CELLS[node.type]
    named = [
        one.decode(errors="replace") if isinstance(one, bytes) else str(one) for one in told.get("activations", ())
    ]
    at = {"lstm": 1, "gru": 1, "rnn": 0}[cell]
    node.activation = canonical_name(named[at] if len(named) > at else function)
    node.gate = canonical_name(named[0]) if named and gate else "sigmoid" if gate else None
    node.units, node.type = int(told["hidden_size"]) if "hidden_size" in told else None, cell
    node.parameters = {"bidirectional": told.get("direction") == b"bidirectional"}


def _sizes(type_: str, matrix: tuple[int, ...], told: Mapping[str, Any]) -> tuple[int, int]:
    """(features or channels that come in, that go out) of a layer with this matrix."""
    if type_ == "ConvTranspose":
        return matrix[0], matrix[1] * int(told.get("group", 1))
    if "Conv" in type_:
        return matrix[1] * int(told.get("group", 1)), matrix[0]
    if type_ == "Gemm" and told.get("transB"):
        return matrix[1], matrix[0]
    return matrix[-2], matrix[-1]


def _shapes(model: ModelProto) -> dict[str, tuple[int, ...]]:
    """Shapes of tensors as far as they follow from the file; -1 for a size that is left open."""
    try:
        inferred = shape_inference.infer_shapes(model)
    except Exception:  # an operator that the library does not know ends it: shapes are not needed
        inferred = model
    found = {}
    for one in (*inferred.graph.input, *inferred.graph.value_info, *inferred.graph.output):
        if one.type.HasField("tensor_type"):
            found[one.name] = tuple(size.dim_value or -1 for size in one.type.tensor_type.shape.dim)
    return found


def feeds(model: ModelProto) -> list[tuple[str, int, tuple[int, ...]]]:
    """(name, type of its numbers, shape) of each input that is no constant; -1 for a size that is left open."""
    constants = {one.name for one in model.graph.initializer}
    return [
        (
            one.name,
            one.type.tensor_type.elem_type,
            tuple(size.dim_value or -1 for size in one.type.tensor_type.shape.dim),
        )
        for one in model.graph.input
        if one.name not in constants
    ]

"""A Keras model as a graph: layers, operations on tensors, and the activations inside layers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import keras
from keras import layers as kl

from actwise.contract.diagnosis import Parameter
from actwise.contract.faults import ContractError, Fault
from actwise.integrations.graph import Graph, Node
from actwise.integrations.keras.kinds import CELLS, LEARNED_LAYERS, TOLD, evaluate, function_name, kind_of, plain_name
from actwise.integrations.recognition import gather_attention, name_functions

_NOT_A_GRAPH = Fault(
    pointer="/model",
    code="not_allowed",
    message=(
        "only functional and Sequential models show how their layers are connected; for a subclass, build one around "
        "it: inputs = keras.Input(shape); keras.Model(inputs, model.call(inputs))"
    ),
)
_NOT_BUILT = Fault(
    pointer="/model", code="missing", message="the model has no shapes yet: call it once, or give keras.Input first"
)


def read(model: keras.Model) -> Graph:
    """The graph of a model, of models inside it too.

    Raises ContractError for a model that is neither functional nor Sequential, and for one that was never built.
    """
    reader = _Reader()
    reader.model(_functional(model), {})
    graph = Graph(reader.nodes)
    name_functions(graph, evaluate, lambda members: _owner(reader.nodes, members))
    gather_attention(graph)
    return graph


def _functional(model: keras.Model) -> Any:
    if isinstance(model, keras.Sequential):
        # The graph behind a Sequential model has no public name; a test fails when it moves.
        if getattr(model, "_functional", None) is None:
            raise ContractError((_NOT_BUILT,))
        return model._functional
    if not hasattr(model, "_nodes_by_depth"):
        raise ContractError((_NOT_A_GRAPH,))
    return model


class _Reader:
    """Makes nodes from the calls of layers and operations."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []

    def model(self, model: Any, known: dict[int, int]) -> dict[int, int]:
        """Add the nodes of a model; `known` says which node gave each of its inputs. Gives the same for its outputs."""
        places = {id(tensor): known.get(id(tensor), -1) for tensor in model.inputs}
        for depth in sorted(model._nodes_by_depth, reverse=True):
            for call in model._nodes_by_depth[depth]:
                if not call.is_input:
                    self._call(call, places)
        return places

    def _call(self, call: Any, places: dict[int, int]) -> None:
        operation = call.operation
        before = [places[id(tensor)] for tensor in call.input_tensors if id(tensor) in places]
        if isinstance(operation, keras.Model) and _is_graph(operation):
            inner = _functional(operation)
            given = dict(zip(map(id, inner.inputs), before, strict=False))
            ends = self.model(inner, given)
            for outer, tensor in zip(call.outputs, inner.outputs, strict=False):
                places[id(outer)] = ends[id(tensor)]
            return
        for node in _nodes(operation, call, tuple(dict.fromkeys(before))):
            self.nodes.append(node)
            node.shape = tuple(-1 if size is None else size for size in call.outputs[0].shape)
            if node.kind == "activation" and node.slot is not None:
                node.inputs = (len(self.nodes) - 2,)
        for tensor in call.outputs:
            places[id(tensor)] = len(self.nodes) - 1


def _is_graph(model: keras.Model) -> bool:
    return getattr(model, "_functional", None) is not None or hasattr(model, "_nodes_by_depth")


def _nodes(operation: Any, call: Any, inputs: tuple[int, ...]) -> Iterator[Node]:
    """The node of a call, and that of the activation which the layer has inside."""
    layer = _unwrapped(operation)
    kind = kind_of(layer, len(inputs))
    node = Node(kind, operation.name, type(layer).__name__, inputs, owner=operation, parameters=_parameters(layer))
    node.initialization = _scheme(getattr(layer, "kernel_initializer", None))
    node.units, node.fan_in = _units(layer, call), _last(call.input_tensors[0]) if call.input_tensors else None
    if kind in ("function", "product", "addition") and inputs:
        node.compute = _computed(operation, call)
        node.type = plain_name(str(getattr(getattr(layer, "activation", None), "__name__", type(layer).__name__)))
        node.owner = operation if isinstance(operation, keras.layers.Layer) else None
    if kind == "activation":
        node.activation = LEARNED_LAYERS.get(type(layer)) or function_name(
            getattr(layer, "activation", None) or "softmax"
        )
    if kind == "recurrent":
        node.type = CELLS.get(type(layer).__name__, "rnn")
        node.activation, node.gate = function_name(layer.activation), _gate(layer)
        node.slot = "activation"
    yield node
    own = getattr(layer, "activation", None)
    if kind in ("dense", "conv") and own is not None and function_name(own) != "identity":
        name = function_name(own)
        kind = "activation" if name else "other"
        inside = Node(kind, f"{operation.name}.activation", "activation", (), name)
        inside.owner, inside.slot = operation, "activation"
        yield inside


def _unwrapped(operation: Any) -> Any:
    """The layer inside a wrapper."""
    if isinstance(operation, kl.Bidirectional):
        return operation.forward_layer
    return operation.layer if isinstance(operation, (kl.TimeDistributed, kl.SpectralNormalization)) else operation


def _computed(operation: Any, call: Any) -> Callable[[Sequence[Any]], Any]:
    """The call again, with other values for its inputs."""
    tensors = list(dict.fromkeys(id(tensor) for tensor in call.input_tensors))

    def compute(values: Sequence[Any]) -> Any:
        if len(tensors) != len(values):
            raise ValueError("an input is a constant")
        args, kwargs = call.arguments.fill_in(dict(zip(tensors, values, strict=True)))
        return operation(*args, **kwargs)

    return compute


def _gate(layer: Any) -> str | None:
    return function_name(layer.recurrent_activation) if hasattr(layer, "recurrent_activation") else None


def _units(layer: Any, call: Any) -> int | None:
    numbers = (getattr(layer, name, None) for name in ("units", "filters", "output_dim"))
    told = next((number for number in numbers if isinstance(number, int)), None)
    return told if told is not None else _last(call.outputs[0])


def _last(tensor: Any) -> int | None:
    size = tensor.shape[-1] if len(tensor.shape) else None
    return int(size) if size else None


def _parameters(layer: Any) -> dict[str, Parameter]:
    found = {name: getattr(layer, name, None) for name in TOLD}
    return {name: value for name, value in found.items() if isinstance(value, (bool, int, float, str))}


def _scheme(initializer: Any) -> str | None:
    return plain_name(type(initializer).__name__) if initializer is not None else None


def _owner(nodes: list[Node], members: set[int]) -> Any:
    """The layer that does these operations: only one that does all of them alone."""
    return nodes[max(members)].owner if len(members) == 1 else None

"""An answer put into a copy of a Keras model: activations exchanged, and the weights in front of them drawn anew."""

from __future__ import annotations

from types import FunctionType
from typing import Any

import keras
from keras import ops

from actwise.contract.answer import BlockRanking, HiddenChoice, Recommendation
from actwise.integrations.blocks import Anatomy, FoundBlock
from actwise.integrations.choices import Start, first_possible, ranking_for, ranking_of, start_of
from actwise.integrations.keras.activations import FUNCTIONS, LEARNED, NAMES, activation
from actwise.integrations.keras.kinds import KNOWN
from actwise.integrations.keras.reading import read
from actwise.integrations.recognition import gated_partner
from actwise.integrations.report import Changes


def apply(
    model: keras.Model,
    answer: Recommendation,
    block: str | None = None,
    reinitialize: bool = True,
    *,
    seed: int | None = None,
) -> Changes:
    """Put the first choices of an answer into a copy of a model; it is `model` of what is returned.

    The model itself stays as it is, and the copy has its weights, but for the layers that are drawn anew and the
    numbers that activations learn. It has to be compiled again.

    block: the answer's block to apply; all of them unless said, each to the layers of its kind.
    reinitialize: draw the weights that feed the activations as the choice says; output layers and layers that feed no
        activation stay as they are, and are told.
    seed: of the new weights; Keras's own random state unless given.

    Operations such as keras.ops.relu have no layer to exchange: `Changes.not_swapped` names them. Raises ContractError
    for a block that the answer does not have, and for a model that cannot be read.
    """
    work = _Work(Anatomy(read(model)), reinitialize)
    named = ranking_of(answer, block) if block is not None else None
    for found in work.anatomy.blocks:
        ranking = ranking_for(answer, found.kind)
        if ranking is None:
            work.changes.left.append(f"the {found.kind} layers: the answer has no ranking for them")
        elif named is None or ranking is named:
            work.block(found, ranking)
    work.changes.model = _copied(model, work.wanted)
    _draw(work, {layer.name: layer for layer in _layers(work.changes.model)}, keras.random.SeedGenerator(seed))
    return work.changes


class _Work:
    """What is to be changed, collected before the copy is made. Layers are known by their names."""

    def __init__(self, anatomy: Anatomy, anew: bool) -> None:
        self.anatomy = anatomy
        self.nodes = anatomy.graph.nodes
        self.anew = anew
        self.changes = Changes()
        self.wanted: dict[int, str] = {}
        self.starts: dict[str, Start] = {}

    def block(self, found: FoundBlock, ranking: BlockRanking) -> None:
        """One block of hidden layers."""
        passed: set[str] = set()
        for place in found.activations:
            gated = gated_partner(self.anatomy.graph, place) is not None
            fitting = first_possible(ranking.ranking, NAMES, gated)
            if fitting is not None:
                passed |= set(fitting[2])
                self._activation(place, fitting[0], fitting[1])
        for place in (one for one in found.layers if self.nodes[one].kind == "recurrent"):
            fitting = first_possible(ranking.ranking, FUNCTIONS, gated=False)
            if fitting is not None:
                passed |= set(fitting[2])
                self._want(place, fitting[1])
                self._start(place, fitting[0])
        if passed:
            self.changes.left.append(
                f"{', '.join(sorted(passed))}: better ranked, but nothing that these layers can have"
            )

    def _activation(self, place: int, choice: HiddenChoice, function: str) -> None:
        node = self.nodes[place]
        if node.owner is None and (node.activation != function or node.by_name):
            told = f"{node.activation} at {node.name}: an operation, no layer; write {function} there"
            self.changes.not_swapped.append(told)
            return
        if node.owner is not None:
            self._want(place, function)
        for front in sorted(self.anatomy.fronts(place)):
            self._start(front, choice)

    def _want(self, place: int, function: str) -> None:
        node = self.nodes[place]
        if (node.activation != function or node.by_name) and id(node.owner) not in self.wanted:
            self.wanted[id(node.owner)] = function
            self.changes.swapped.append((node.owner.name, str(node.activation), function))

    def _start(self, place: int, choice: HiddenChoice) -> None:
        node, graph = self.nodes[place], self.anatomy.graph
        start = start_of(choice, first=not any(graph.is_before(one, place) for one in graph.weighted()))
        if self.anew and start is not None and place not in self.anatomy.outputs and node.owner is not None:
            self.starts.setdefault(node.owner.name, start)


def _copied(model: keras.Model, wanted: dict[int, str]) -> keras.Model:
    """The model again, with other activations and the same weights."""
    made: dict[int, Any] = {}

    def copy(layer: Any) -> Any:
        if id(layer) not in made:
            made[id(layer)] = _changed(layer, wanted.get(id(layer)))
        return made[id(layer)]

    new = keras.models.clone_model(model, clone_function=copy, recursive=True)
    for old, copied in zip(_layers(model), _layers(new), strict=True):
        if type(old) is type(copied):
            # Numbers that a new activation learns come last, and keep their start.
            for given, taken in zip(old.weights, copied.weights, strict=False):
                taken.assign(given.value)
    return new


def _layers(model: keras.Model) -> list[Any]:
    """All layers, those of models inside too."""
    found: list[Any] = []
    for layer in model.layers:
        found += _layers(layer) if isinstance(layer, keras.Model) else [layer]
    return found


def _changed(layer: Any, function: str | None) -> Any:
    """A copy of a layer, with another activation when one is wanted."""
    if function is None:
        return _again(layer)
    axis = 1 if getattr(layer, "data_format", None) == "channels_first" else -1
    if not hasattr(layer, "activation") or isinstance(layer, keras.layers.Activation):
        if function in LEARNED:
            return LEARNED[function](axis=axis, name=layer.name)
        return keras.layers.Activation(FUNCTIONS[function], name=layer.name)
    new = _again(layer)
    inside = activation(function, axis)
    if function in LEARNED:
        inside.build(tuple(layer.output.shape))
    getattr(new, "cell", new).activation = inside if function in LEARNED else keras.activations.get(inside)
    return new


def _again(layer: Any) -> Any:
    """A layer with the same settings. What acts inside is handed on where a configuration cannot hold it."""
    inside = vars(layer).get("activation")
    if isinstance(inside, keras.layers.Layer):
        new = _without(layer)
        new.activation = type(inside).from_config(inside.get_config())
        new.activation.build(tuple(layer.output.shape))
        return new
    if isinstance(inside, FunctionType) and inside not in KNOWN:
        new = _without(layer)
        new.activation = inside
        return new
    return type(layer).from_config(layer.get_config())


def _without(layer: Any) -> Any:
    """A layer with the same settings but for its activation."""
    kept = layer.activation
    layer.activation = keras.activations.linear
    try:
        return type(layer).from_config(layer.get_config())
    finally:
        layer.activation = kept


def _draw(work: _Work, layers: dict[str, Any], seed: keras.random.SeedGenerator) -> None:
    for name, start in work.starts.items():
        kernel = getattr(getattr(layers[name], "cell", layers[name]), "kernel", None)
        if kernel is None or not layers[name].trainable:
            reason = "its weights are frozen" if kernel is not None else "it has no kernel of its own"
            work.changes.left.append(f"weights of {name}: {reason}")
            continue
        kernel.assign(_kernel(layers[name], tuple(kernel.shape), start, seed))
        bias = getattr(layers[name], "bias", None)
        if bias is not None and hasattr(bias, "assign"):
            bias.assign(ops.zeros(bias.shape))
        work.changes.started.append((name, start.gain, start.scheme))


def _kernel(layer: Any, shape: tuple[int, ...], start: Start, seed: keras.random.SeedGenerator) -> Any:
    """A normal kernel of deviation gain / sqrt(fan_in); the last axis holds the units, but for two kinds of layers."""
    kind = type(layer).__name__
    units = {"DepthwiseConv2D": 2, "DepthwiseConv1D": 1}.get(
        kind, len(shape) - 2 if "Transpose" in kind else len(shape) - 1
    )
    kept = (units, len(shape) - 1) if "Depthwise" in kind else (units,)
    inputs = [axis for axis in range(len(shape)) if axis not in kept]
    fan_in = 1
    for axis in inputs:
        fan_in *= shape[axis]
    drawn = keras.random.normal(shape, stddev=start.gain / fan_in**0.5, seed=seed)
    return drawn - ops.mean(drawn, axis=tuple(inputs), keepdims=True) if start.centred else drawn

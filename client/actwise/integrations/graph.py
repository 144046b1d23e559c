"""A network as a graph of what happens to the data, whatever library it is written in.

Each integration makes the nodes, in the order of execution; what they mean together is found out here and beside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from actwise.contract.diagnosis import Layer, LayerKind, Parameter

Kind = LayerKind | Literal["function", "product", "matmul", "silent"]
"""What a node does: a kind of layer; or an elementwise function not yet named, a product of two signals, a matrix
product of two signals, or something that changes no value that matters (reshaping, constants)."""

WEIGHTED = frozenset({"dense", "conv", "recurrent", "attention", "graph"})
NOT_ELEMENTWISE = frozenset({"softmax", "log_softmax"})
_LAYER_KINDS = WEIGHTED | {
    "embedding",
    "normalization",
    "activation",
    "dropout",
    "pooling",
    "reshape",
    "addition",
    "other",
}
_LARGEST = 10**9
_LONGEST = {"name": 200, "type": 100}


@dataclass
class Node:
    """One step. `inputs` are places of earlier nodes; -1 stands for the network's own input.

    owner       the library's object that can be exchanged for another one (a module, a layer), if there is one
    compute     the elementwise function of the values of `inputs`, in the library's own arrays
    hidden_by   why the node is no layer of its own ("attention": it is inside one)
    by_name     the activation is known by what it is called, not by its values: its settings may be others
    """

    kind: Kind
    name: str
    type: str
    inputs: tuple[int, ...]
    activation: str | None = None
    gate: str | None = None
    units: int | None = None
    fan_in: int | None = None
    shape: tuple[int, ...] | None = None
    depth: int = 1
    owner: Any = None
    slot: str | None = None
    compute: Callable[[Sequence[Any]], Any] | None = None
    parameters: dict[str, Parameter] = field(default_factory=dict)
    initialization: str | None = None
    hidden_by: str | None = None
    by_name: bool = False

    @property
    def weighted(self) -> bool:
        """Whether it multiplies by weights and counts as a layer."""
        return self.kind in WEIGHTED and self.hidden_by is None


class Graph:
    """Nodes with who feeds whom.

    `connected` is False for a mere list of layers: then each feeds the next one. `whole` is False where the way to the
    outputs was lost on the way.
    """

    def __init__(self, nodes: Sequence[Node], connected: bool = True) -> None:
        self.nodes = list(nodes)
        self.connected = connected
        self.whole = True
        self.consumers: list[list[int]] = [[] for _ in self.nodes]
        self._before: list[int] = []
        for place, node in enumerate(self.nodes):
            known = 0
            for one in node.inputs:
                if one >= 0:
                    known |= self._before[one] | 1 << one
                    self.consumers[one].append(place)
            self._before.append(known)

    def before(self, place: int) -> int:
        """All nodes that the node at `place` depends on, as a bit mask."""
        return self._before[place] if place >= 0 else 0

    def is_before(self, early: int, late: int) -> bool:
        """Whether `late` depends on `early`; -1 is before everything."""
        return early < 0 or bool(self._before[late] >> early & 1)

    def weighted(self) -> list[int]:
        """Places of the layers with weights."""
        return [place for place, node in enumerate(self.nodes) if node.weighted]

    def activations(self) -> list[int]:
        """Places of the activations."""
        return [place for place, node in enumerate(self.nodes) if node.kind == "activation" and not node.hidden_by]

    def back(self, place: int, stop: Callable[[Node], bool]) -> tuple[set[int], set[int]]:
        """(where the ways back from `place` end, the nodes between): a way ends at the first node that `stop` is
        true of, or at the network's input, which is left out."""
        ends: set[int] = set()
        between: set[int] = set()
        waiting = [one for one in self.nodes[place].inputs if one >= 0]
        while waiting:
            one = waiting.pop()
            if one in ends or one in between:
                continue
            if stop(self.nodes[one]):
                ends.add(one)
            else:
                between.add(one)
                waiting += [earlier for earlier in self.nodes[one].inputs if earlier >= 0]
        return ends, between

    def forth(self, place: int, stop: Callable[[Node], bool]) -> set[int]:
        """Where the ways on from `place` end: at the first nodes that `stop` is true of."""
        ends: set[int] = set()
        seen: set[int] = set()
        waiting = list(self.consumers[place])
        while waiting:
            one = waiting.pop()
            if one in seen:
                continue
            seen.add(one)
            if stop(self.nodes[one]):
                ends.add(one)
            else:
                waiting += self.consumers[one]
        return ends

    def layers(self) -> tuple[Layer, ...]:
        """The form in which the doctor takes a network; what is no layer of its own is left out."""
        kept = [place for place, node in enumerate(self.nodes) if node.kind in _LAYER_KINDS and node.hidden_by is None]
        return tuple(_layer(self.nodes[place], self._multiplied(place)) for place in kept)

    def _multiplied(self, place: int) -> bool:
        """Whether another signal multiplies what a layer gives: then something acts behind it that is no layer."""
        behind = self.forth(place, lambda node: node.kind not in ("silent", "reshape", "dropout"))
        return any(self.nodes[one].kind == "product" for one in behind)


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


def chain(nodes: Iterable[Node]) -> Graph:
    """The graph of a list of layers of which it is not known how they are connected."""
    found = list(nodes)
    for place, node in enumerate(found):
        node.inputs = (place - 1,)
    return Graph(found, connected=False)


def size(number: Any) -> int | None:
    """A number of features or units, None when it can be none."""
    return int(number) if isinstance(number, int) and 1 <= number <= _LARGEST else None


def _layer(node: Node, multiplied: bool) -> Layer:
    own = "identity" if node.kind in ("dense", "conv", "graph") and not multiplied else None
    return Layer.model_validate(
        {
            "kind": node.kind,
            "name": node.name[-_LONGEST["name"] :] or None,
            "type": node.type[: _LONGEST["type"]] or None,
            "activation": node.activation or own,
            "inputs": size(node.fan_in),
            "units": size(node.units),
            "gate_activation": node.gate,
            "initialization": node.initialization,
            "parameters": node.parameters,
        }
    )

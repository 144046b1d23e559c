"""What a graph of single operations amounts to: functions by their values, attention, residual paths, gates."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from actwise.contract.names import canonical_name
from actwise.integrations.functions import name_of
from actwise.integrations.graph import NOT_ELEMENTWISE, Graph, Node, words

Evaluate = Callable[[Callable[[Any], Any]], Sequence[float]]
"""Gives GRID, as the library's array, to a function, and returns its values as numbers."""

Owner = Callable[[set[int]], Any]

_MOST_TOGETHER = 14
"""No function of ours is written in more operations than that."""

_ARITHMETIC = words(
    "add sub rsub mul multiply div divide true_divide pow square sqrt rsqrt neg negative abs reciprocal "
    "subtract maximum minimum clamp clip clamp_min clamp_max where sign log log1p expm1 erf power absolute"
)
"""Steps that are no activation by themselves."""

_GATING = frozenset({"sigmoid", "hard_sigmoid", "tanh", "hard_tanh", "softmax"})


def name_functions(graph: Graph, evaluate: Evaluate, owner: Owner) -> None:
    """Turn elementwise operations into activations: alone or several together, the longest that have a name."""
    taken: set[int] = set()
    for place in reversed(range(len(graph.nodes))):
        node = graph.nodes[place]
        if node.compute is not None and place not in taken and not _composite(graph, place, evaluate, owner, taken):
            _alone(graph, place, owner)


def _composite(graph: Graph, place: int, evaluate: Evaluate, owner: Owner, taken: set[int]) -> bool:
    for source, members in _regions(graph, place, taken):
        name = _value_name(graph, place, source, members, evaluate)
        if name is not None and name != "identity":
            node = graph.nodes[place]
            node.kind, node.activation, node.inputs = "activation", name, (source,)
            node.owner = owner(members)
            node.slot = node.slot if len(members) == 1 else None
            for one in members - {place}:
                graph.nodes[one].kind, graph.nodes[one].hidden_by = "silent", "activation"
            taken |= members
            return True
    return False


def _regions(graph: Graph, place: int, taken: set[int]) -> Iterator[tuple[int, set[int]]]:
    """(source, members): elementwise operations up to `place` that all come from one signal; the most first."""
    reach: set[int] = set()
    waiting = [place]
    while waiting and len(reach) < _MOST_TOGETHER:
        one = waiting.pop(0)
        if one in reach or one < 0 or graph.nodes[one].compute is None or one in taken:
            continue
        reach.add(one)
        waiting += graph.nodes[one].inputs
    sources = sorted({one for member in reach for one in graph.nodes[member].inputs})
    for source in sources:
        members = _members(graph, place, source, reach)
        if members and not _used_outside(graph, place, members):
            yield source, members


def _members(graph: Graph, place: int, source: int, reach: set[int]) -> set[int]:
    """The operations between a signal and `place`; empty when another signal comes in."""
    members: set[int] = set()
    waiting = [place]
    while waiting:
        one = waiting.pop()
        if one == source or one in members:
            continue
        if one not in reach:
            return set()
        members.add(one)
        waiting += graph.nodes[one].inputs
    return members


def _used_outside(graph: Graph, place: int, members: set[int]) -> bool:
    return any(user not in members for one in members - {place} for user in graph.consumers[one])


def _value_name(graph: Graph, place: int, source: int, members: set[int], evaluate: Evaluate) -> str | None:
    def run(grid: Any) -> Any:
        known = {source: grid}
        for one in sorted(members):
            node = graph.nodes[one]
            assert node.compute is not None, "members of a region are computed"
            known[one] = node.compute([known[earlier] for earlier in node.inputs])
        return known[place]

    try:
        return name_of(evaluate(run))
    except Exception:  # the operation refuses such numbers: it is none of our functions
        return None


def _alone(graph: Graph, place: int, owner: Owner) -> None:
    """An operation that no values name: a function with settings of its own is known by its name."""
    node = graph.nodes[place]
    if node.kind != "function":
        return
    name = None if node.type in _ARITHMETIC else canonical_name(node.type)
    if name not in (None, "identity"):
        node.kind, node.activation, node.owner, node.by_name = "activation", name, owner({place}), True
    else:
        node.kind = "silent" if node.type in _ARITHMETIC else "other"


def gather_attention(graph: Graph) -> None:
    """Attention that is written out: matrix products of signals, weighted by softmax, and their projections.

    The last product becomes the attention layer; projections, softmax and all between become parts of it.
    """
    for place, node in enumerate(graph.nodes):
        if node.kind == "matmul":
            weights = [one for one in graph.back(place, _is_softmax_or_layer)[0] if _is_softmax(graph.nodes[one])]
            node.kind = "attention" if weights else "silent"
            for one in weights:
                graph.nodes[one].hidden_by = "attention"
        if node.kind == "attention" and node.owner is None and node.hidden_by is None:
            _take_projections(graph, place)


def _take_projections(graph: Graph, place: int) -> None:
    core = graph.nodes[place]
    ends, between = graph.back(place, lambda node: node.kind in ("dense", "conv", "embedding", "recurrent"))
    projections = [one for one in ends if graph.nodes[one].kind in ("dense", "conv")]
    if projections:
        oldest = min(projections)
        for one in between:
            if one > oldest and graph.nodes[one].kind != "addition":
                graph.nodes[one].hidden_by = "attention"
    out = {one for one in graph.forth(place, _ends_attention) if graph.nodes[one].kind == "dense"}
    for one in {*projections, *out}:
        graph.nodes[one].hidden_by = "attention"
    # One matrix may hold queries, keys and values together: the width of the model is what comes in, or goes out.
    width = [graph.nodes[one].units for one in out] + [graph.nodes[one].fan_in for one in projections]
    core.units = core.fan_in = next((size for size in width if size), core.units)
    core.name = graph.nodes[min(projections)].name.rpartition(".")[0] or core.name if projections else core.name


def _ends_attention(node: Node) -> bool:
    return node.kind not in ("silent", "reshape", "dropout")


def _is_softmax(node: Node) -> bool:
    return node.activation in NOT_ELEMENTWISE


def _is_softmax_or_layer(node: Node) -> bool:
    return _is_softmax(node) or node.kind in ("dense", "conv", "embedding", "recurrent", "attention", "normalization")


def residual_branches(graph: Graph) -> list[tuple[int, tuple[int, int]]]:
    """(place, (longer branch, shorter branch)) of every addition of two ways that part from one signal.

    Branches are bit masks of the nodes that only one way passes.
    """
    found = []
    for place, node in enumerate(graph.nodes):
        if node.kind == "addition" and len(node.inputs) >= 2 and graph.connected:
            one, other = (graph.before(way) | (1 << way if way >= 0 else 0) for way in node.inputs[:2])
            branches = (one & ~other, other & ~one)
            longer, shorter = sorted(
                branches, key=lambda mask: (_weights_in(graph, mask), mask.bit_count()), reverse=True
            )
            if (one & other or -1 in node.inputs) and _weights_in(graph, longer):
                found.append((place, (longer, shorter)))
    return found


def _weights_in(graph: Graph, mask: int) -> int:
    return sum(
        graph.nodes[place].kind in ("dense", "conv", "recurrent", "attention", "graph") for place in members(mask)
    )


def members(mask: int) -> Iterator[int]:
    """The places in a bit mask, ascending."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def is_gate(graph: Graph, place: int) -> bool:
    """Whether an activation only scales another signal, as in squeeze-and-excitation or a cell written by hand."""
    return graph.nodes[place].activation in _GATING and bool(_products(graph, place))


def gate_branch(graph: Graph, place: int) -> int:
    """The nodes that only serve to compute a gate, as a bit mask."""
    mine = graph.before(place) | 1 << place
    others = [
        graph.before(one) | 1 << one
        for product in _products(graph, place)
        for one in graph.nodes[product].inputs
        if one >= 0 and one != place and not graph.is_before(place, one)
    ]
    for other in others:
        mine &= ~other
    return mine if others else 0


def gated_partner(graph: Graph, place: int) -> int | None:
    """The second projection of a gated unit whose gate is the activation at `place`; None where it is no such gate.

    Both come from dense layers, with nothing behind the second, and have the same units.
    """
    for product in _products(graph, place):
        others = [
            one for one in graph.nodes[product].inputs if one >= 0 and one != place and not graph.is_before(place, one)
        ]
        for one in others:
            ends = {one} if graph.nodes[one].kind == "dense" else graph.back(one, _is_layer)[0]
            own = graph.back(place, _is_layer)[0]
            if len(ends) == len(own) == 1 and all(graph.nodes[end].kind == "dense" for end in ends | own):
                return ends.pop()
    return None


def _products(graph: Graph, place: int) -> set[int]:
    ends = graph.forth(place, lambda node: node.kind not in ("silent", "reshape", "dropout"))
    return {one for one in ends if graph.nodes[one].kind == "product"}


def _is_layer(node: Node) -> bool:
    return node.kind in ("dense", "conv", "recurrent", "attention", "graph", "activation", "embedding")

"""The hidden blocks of a graph: which layers are hidden, of what kind, and which weights feed which activation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from statistics import median_low

from actwise.integrations.graph import NOT_ELEMENTWISE, Graph, Node
from actwise.integrations.recognition import gate_branch, gated_partner, is_gate, members, residual_branches

_OF_OUTPUTS = NOT_ELEMENTWISE | {"sigmoid", "tanh", "softplus", "exp", "log_sigmoid", "squareplus", "identity"}
"""Functions that may follow the output layer."""

_NORMALIZATIONS = (
    ("rms", "rms"),
    ("batch", "batch"),
    ("group", "group"),
    ("instance", "instance"),
    ("weight", "weight"),
    ("layer", "layer"),
    ("norm", "layer"),
)
_LEAST_NORMALIZED = 4
"""A block counts as normalised when at least every so many layers have a normalisation."""


@dataclass(frozen=True)
class FoundBlock:
    """The hidden layers of one kind: where they stand, and the activations behind them."""

    kind: str
    layers: tuple[int, ...]
    activations: tuple[int, ...]
    depth: int
    width: int | None
    normalization: str | None
    residual: bool | None
    gated_ffn: bool | None
    cell: str | None


class Anatomy:
    """What the parts of a graph are there for."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    @cached_property
    def outputs(self) -> frozenset[int]:
        """Places of the output layers: nothing with weights, no addition and no hidden activation follows them."""
        return frozenset(place for place in self.graph.weighted() if self._is_output(place))

    def _is_output(self, place: int) -> bool:
        if self.graph.nodes[place].kind not in ("dense", "conv"):
            return False
        behind = [one for one, node in enumerate(self.graph.nodes) if self.graph.is_before(place, one) and one > place]
        additions = {one for one, _ in self.additions}
        return not any(
            self.graph.nodes[one].weighted
            or one in additions
            or (self.graph.nodes[one].kind == "activation" and self.graph.nodes[one].activation not in _OF_OUTPUTS)
            for one in behind
        )

    @cached_property
    def additions(self) -> list[tuple[int, tuple[int, int]]]:
        """Additions of residual paths, with their branches."""
        return residual_branches(self.graph)

    @cached_property
    def shortcuts(self) -> frozenset[int]:
        """Layers that only bring a residual path to size: alone in the branch with fewer layers."""
        found = set()
        for _, (longer, shorter) in self.additions:
            light = [one for one in members(shorter) if self.graph.nodes[one].weighted]
            heavy = [one for one in members(longer) if self.graph.nodes[one].weighted]
            if len(light) == 1 < len(heavy):
                found.add(light[0])
        return frozenset(found)

    @cached_property
    def beside(self) -> frozenset[int]:
        """Layers that do not count as depth: they bring a residual path to size, or compute a gate."""
        gating = {one for gate in self.gates for one in members(gate_branch(self.graph, gate))}
        return self.shortcuts | gating

    def fronts(self, place: int) -> frozenset[int]:
        """The layers whose weights feed the activation at `place`, whatever normalises or adds between."""
        ends, _ = self.graph.back(place, lambda node: node.weighted or node.kind == "activation")
        found = {one for one in ends if self.graph.nodes[one].weighted}
        partner = gated_partner(self.graph, place)
        return frozenset(found | ({partner} if partner is not None else set()))

    @cached_property
    def hidden_activations(self) -> dict[int, frozenset[int]]:
        """Each activation of hidden layers, with the layers that feed it; gates and softmax are none."""
        found = {}
        for place in self.graph.activations():
            fronts = self.fronts(place)
            if self.graph.nodes[place].activation not in NOT_ELEMENTWISE and fronts and not fronts <= self.outputs:
                found[place] = fronts
        return {place: fronts for place, fronts in found.items() if not is_gate(self.graph, place)}

    @cached_property
    def gates(self) -> tuple[int, ...]:
        """Activations that only scale another signal."""
        return tuple(place for place in self.graph.activations() if is_gate(self.graph, place))

    @cached_property
    def blocks(self) -> tuple[FoundBlock, ...]:
        """The hidden layers by kind, in the order in which the kinds come first."""
        hidden = [place for place in self.graph.weighted() if place not in self.outputs]
        kinds = dict.fromkeys(self.kind_of(place) for place in hidden)
        groups = {kind: [place for place in hidden if self.kind_of(place) == kind] for kind in kinds}
        if len(groups) > 1:
            groups = {kind: places for kind, places in groups.items() if self._acts(kind, places)} or groups
        return tuple(self._block(kind, places) for kind, places in groups.items())

    def kind_of(self, place: int) -> str:
        """The kind of block that a layer belongs to: dense layers in the blocks of transformers are one with attention,
        and those in residual blocks of convolutions with these."""
        node = self.graph.nodes[place]
        if node.kind == "dense" and place in self._feed_forward:
            return "attention"
        return "conv" if node.kind == "dense" and place in self._among_convolutions else node.kind

    @cached_property
    def _feed_forward(self) -> frozenset[int]:
        attention = [place for place in self.graph.weighted() if self.graph.nodes[place].kind == "attention"]
        if not attention:
            return frozenset()
        branched = {one for _, (longer, _) in self.additions for one in members(longer)}
        dense = [place for place in self.graph.weighted() if self.graph.nodes[place].kind == "dense"]
        return frozenset(
            place
            for place in dense
            if any(self.graph.is_before(one, place) for one in attention)
            and (place in branched or any(self.graph.is_before(place, one) for one in attention))
        )

    @cached_property
    def _among_convolutions(self) -> frozenset[int]:
        found: set[int] = set()
        for _, (longer, _) in self.additions:
            kinds = {self.graph.nodes[one].kind for one in members(longer)}
            if "conv" in kinds and not kinds & {"attention", "recurrent"}:
                found |= set(members(longer))
        return frozenset(found)

    def _acts(self, kind: str, places: Iterable[int]) -> bool:
        """Whether a function acts behind one of these layers; a mere embedding of patches or inputs has none."""
        fed = {one for fronts in self.hidden_activations.values() for one in fronts}
        return kind in ("recurrent", "attention") or any(place in fed for place in places)

    def _block(self, kind: str, places: list[int]) -> FoundBlock:
        counted = [place for place in places if place not in self.beside] or places
        if kind == "attention":
            counted = [place for place in counted if self.graph.nodes[place].kind == "attention"]
        nodes = [self.graph.nodes[place] for place in counted]
        depth = sum(node.depth for node in nodes) or 1
        acting = [place for place, fronts in self.hidden_activations.items() if any(one in fronts for one in places)]
        owned = [place for place in acting if self._home(place) == kind]
        return FoundBlock(
            kind=kind,
            layers=tuple(places),
            activations=tuple(owned),
            depth=depth,
            width=_middle(nodes),
            normalization=self._normalization(kind, depth),
            residual=self._residual(places),
            gated_ffn=True if any(gated_partner(self.graph, place) is not None for place in owned) else None,
            cell=_commonest(node.type for node in nodes if kind == "recurrent"),
        )

    def _home(self, place: int) -> str:
        """The kind of block that an activation belongs to: that of the last layer in front of it."""
        return self.kind_of(max(one for one in self.hidden_activations[place] if one not in self.outputs))

    def _normalization(self, kind: str, depth: int) -> str:
        found = [
            word
            for place, node in enumerate(self.graph.nodes)
            if node.kind == "normalization" and self._beside(place) == kind and (word := _norm_word(node.type))
        ]
        parametrized = [
            "weight"
            for place in self.graph.weighted()
            if self.kind_of(place) == kind
            and "weight_norm" in str(self.graph.nodes[place].parameters.get("parametrization"))
        ]
        words = [*found, *parametrized]
        return (_commonest(words) or "none") if len(words) * _LEAST_NORMALIZED >= depth else "none"

    def _beside(self, place: int) -> str | None:
        """The kind of block that a normalisation belongs to: of the layer before it, or of the first one behind."""
        before, _ = self.graph.back(place, lambda node: node.weighted)
        if before:
            return self.kind_of(max(before))
        behind = self.graph.forth(place, lambda node: node.weighted)
        return self.kind_of(min(behind)) if behind else None

    def _residual(self, places: Iterable[int]) -> bool | None:
        if not self.graph.connected:
            return None
        return any(place in set(members(longer)) for _, (longer, _) in self.additions for place in places)


def _norm_word(type_: str) -> str | None:
    return next((word for part, word in _NORMALIZATIONS if part in type_.lower()), None)


def _middle(nodes: list[Node]) -> int | None:
    units = [node.units for node in nodes if node.units]
    return median_low(units) if units else None


def _commonest(words: Iterable[str]) -> str | None:
    found = Counter(words).most_common(1)
    return found[0][0] if found else None

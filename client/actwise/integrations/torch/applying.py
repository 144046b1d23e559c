"""An answer put into a module: activations exchanged, and the weights in front of them drawn anew."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import nn

from actwise.contract.answer import BlockRanking, HiddenChoice, Recommendation
from actwise.integrations.blocks import Anatomy, FoundBlock
from actwise.integrations.choices import Start, first_possible, ranking_for, ranking_of, start_of
from actwise.integrations.recognition import gated_partner
from actwise.integrations.report import Changes
from actwise.integrations.torch.activations import MODULES
from actwise.integrations.torch.starting import start_layer, start_projections, start_recurrent, why_left
from actwise.integrations.torch.static import listed
from actwise.integrations.torch.swapping import channels_of, made, put_at, put_in_place, set_nonlinearity
from actwise.integrations.torch.tracing import plain, trace

_CELL = {"lstm": ("tanh",), "gru": ("tanh",), "rnn": ("tanh", "relu")}
"""The functions that PyTorch's recurrent layers can have."""


def apply(
    module: nn.Module,
    answer: Recommendation,
    block: str | None = None,
    reinitialize: bool = True,
    *,
    example: Any = None,
    generator: torch.Generator | None = None,
) -> Changes:
    """Put the first choices of an answer into a module, in place.

    block: the answer's block to apply; all of them unless said, each to the layers of its kind.
    reinitialize: draw the weights that feed the activations as the choice says; output layers, layers that feed no
        activation, and frozen or shared weights stay as they are, and are told.
    example: as for `describe`. With it the module is watched, so that functions and ways are known; without it layers
        are taken in the order in which they were registered.
    generator: where the new weights come from; PyTorch's own unless given.

    Functions called in the code, and the cells of LSTM and GRU, cannot be exchanged: `Changes.not_swapped` names them.
    Raises ContractError for a block that the answer does not have.
    """
    module = plain(module)
    graph = listed(module) if example is None else trace(module, example)
    work = _Work(module, Anatomy(graph), Changes(model=module), reinitialize, generator)
    named = ranking_of(answer, block) if block is not None else None
    for found in work.anatomy.blocks:
        ranking = ranking_for(answer, found.kind)
        if ranking is None:
            work.changes.left.append(f"the {found.kind} layers: the answer has no ranking for them")
        elif named is None or ranking is named:
            work.block(found, ranking)
    work.rest()
    return work.changes


class _Put(NamedTuple):
    """What goes where one activation is."""

    choice: HiddenChoice
    function: str


class _Work:
    """The changes of one module, on their way."""

    def __init__(
        self, module: nn.Module, anatomy: Anatomy, changes: Changes, anew: bool, generator: torch.Generator | None
    ) -> None:
        self.module = module
        self.anatomy = anatomy
        self.nodes = anatomy.graph.nodes
        self.changes = changes
        self.anew = anew
        self.generator = generator
        self._seen: set[tuple[int, str | None]] = set()
        self._started: set[int] = set()

    def block(self, found: FoundBlock, ranking: BlockRanking) -> None:
        """One block of hidden layers."""
        passed: set[str] = set()
        for place in found.activations:
            gated = gated_partner(self.anatomy.graph, place) is not None
            fitting = first_possible(ranking.ranking, MODULES, gated)
            if fitting is not None:
                passed |= set(fitting[2])
                self._activation(place, _Put(fitting[0], fitting[1]))
        if passed:
            self.changes.left.append(f"{', '.join(sorted(passed))}: better ranked, but needs a second projection")
        for place in found.layers:
            if self.nodes[place].kind == "recurrent":
                self._cell(place, ranking)
            elif self.nodes[place].kind == "attention":
                self._projections(place)

    def _activation(self, place: int, put: _Put) -> None:
        node = self.nodes[place]
        swapped = True
        if node.owner is None:
            swapped = node.activation == put.function and not node.by_name
            if not swapped:
                told = f"{node.activation} at {node.name}: a function called in the code; write {put.function} there"
                self.changes.not_swapped.append(told)
        elif (id(node.owner), node.slot) not in self._seen:
            self._seen.add((id(node.owner), node.slot))
            swapped = self._swap(place, put)
        if swapped and self.anew:
            for front in sorted(self.anatomy.fronts(place)):
                self._start(front, put.choice)

    def _swap(self, place: int, put: _Put) -> bool:
        node = self.nodes[place]
        if node.activation == put.function and not node.by_name:
            return True
        graph = self.anatomy.graph
        uses = [one for one in self.anatomy.hidden_activations if self.nodes[one].owner is node.owner]
        fronts = {front for one in uses for front in self.anatomy.fronts(one)}
        channels, axis = channels_of(graph, uses, fronts) if put.function in _LEARNING else (1, 1)
        like = next((self.nodes[one].owner for one in sorted(fronts) if self.nodes[one].owner is not None), None)
        new = made(put.function, channels, axis, like, node.owner.training)
        if node.slot is not None:
            put_at(node.owner, node.slot, new, put.function)
        elif not put_in_place(self.module, node.owner, new, put.function):
            self.changes.not_swapped.append(f"{node.activation} at {node.name}: it is the module itself")
            return False
        self.changes.swapped.append((node.name, str(node.activation), put.function))
        return True

    def _cell(self, place: int, ranking: BlockRanking) -> None:
        node = self.nodes[place]
        fitting = first_possible(ranking.ranking, _CELL.get(node.type, ()), gated=False)
        if fitting is None:
            return
        choice, function, passed = fitting
        if passed:
            only = " or ".join(_CELL[node.type])
            told = (
                f"{node.name}: {type(node.owner).__name__} can have {only} only; {passed[0]} needs a cell of your own"
            )
            self.changes.not_swapped.append(told)
        if function != node.activation:
            set_nonlinearity(node.owner, function)
            self.changes.swapped.append((node.name, str(node.activation), function))
        start = start_of(choice, first=not self._behind_weights(place))
        if self.anew and start is not None and not self._frozen(place):
            start_recurrent(node.owner, start, self.generator)
            self._told(node.name, start)
            self._started.add(place)

    def _frozen(self, place: int) -> bool:
        """Whether the weights of a layer are not to be trained, which is then told."""
        node = self.nodes[place]
        frozen = any(not weight.requires_grad for weight in node.owner.parameters(recurse=False))
        if frozen:
            self.changes.left.append(f"weights of {node.name}: they are frozen")
        return frozen

    def _projections(self, place: int) -> None:
        if not self.anew:
            return
        whole = self.nodes[place].owner is not None
        parts = [place] if whole else [one for one in range(place) if self._projects(one, place)]
        for one in parts:
            if not self._frozen(one):
                start_projections(self.nodes[one].owner, self.generator)
                self.changes.started.append((f"{self.nodes[one].name} (projections)", 1.0, "glorot_uniform"))

    def _projects(self, one: int, attention: int) -> bool:
        """Whether a layer is a projection of queries, keys or values of this attention."""
        node = self.nodes[one]
        if node.hidden_by != "attention" or node.kind != "dense" or node.owner is None:
            return False
        ends = self.anatomy.graph.forth(one, lambda other: other.kind == "attention" and other.hidden_by is None)
        return bool(ends) and min(ends) == attention

    def _start(self, place: int, choice: HiddenChoice) -> None:
        node = self.nodes[place]
        if place in self._started or place in self.anatomy.outputs or node.kind not in ("dense", "conv"):
            return
        self._started.add(place)
        start = start_of(choice, first=not self._behind_weights(place))
        if start is None or any(self.nodes[one].owner is node.owner for one in self._started - {place}):
            return
        reason = "it is a function called in the code" if node.owner is None else why_left(node.owner, self.module)
        if reason is not None:
            self.changes.left.append(f"weights of {node.name}: {reason}")
            return
        start_layer(node.owner, start, self.generator)
        self._told(node.name, start)

    def _told(self, name: str, start: Start) -> None:
        self.changes.started.append((name, start.gain, start.scheme))

    def _behind_weights(self, place: int) -> bool:
        graph = self.anatomy.graph
        return any(graph.is_before(one, place) for one in graph.weighted())

    def rest(self) -> None:
        """Tell what stays as it was."""
        if self.anew:
            quiet = [one for one in self.anatomy.graph.weighted() if one not in self._started]
            silent = [self.nodes[one].name for one in quiet if self.nodes[one].kind in ("dense", "conv", "graph")]
            if silent:
                self.changes.left.append(
                    f"weights that feed no exchanged activation, and of outputs: {', '.join(silent)}"
                )
        for place in self.anatomy.gates:
            self.changes.left.append(
                f"{self.nodes[place].activation} at {self.nodes[place].name}: it only scales a signal"
            )


_LEARNING = frozenset({"prelu", "swish", "snake"})

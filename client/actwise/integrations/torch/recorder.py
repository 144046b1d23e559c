"""The record of a forward pass: every function called, what it takes and gives, and the module that calls it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from actwise.integrations.graph import Node
from actwise.integrations.torch.operations import kind_of_call, plain_name
from actwise.integrations.torch.units import kind_of, node_of

_LIBRARY = os.path.dirname(torch.__file__)
_HERE = os.path.dirname(__file__)


class _Earlier:
    """Stands in a recorded call for the tensor that an earlier node gave."""

    def __init__(self, place: int) -> None:
        self.place = place


class Recorder(TorchFunctionMode):  # type: ignore[misc]  # the library's classes are not typed here
    """Writes down every call of a function, and every module that is one layer as one step."""

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.root = module
        self.names = {id(one): name or type(one).__name__ for name, one in module.named_modules()}
        self.nodes: list[Node] = []
        self.spans: list[tuple[nn.Module, int, int]] = []
        self.holders: dict[int, nn.Module] = {}
        self.stack: list[tuple[nn.Module, int, tuple[int, ...]]] = []
        self._places: dict[int, int] = {}
        self._kept: list[Any] = []
        self._inside = 0
        self._taken: list[int] = []

    def __torch_function__(
        self, function: Any, _types: Any, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        named = dict(kwargs or {})
        inputs = self._known(args, named)
        if self._inside:
            self._taken += inputs
            return function(*args, **named)
        earlier = [self._placeholder(one) for one in args], {key: self._placeholder(one) for key, one in named.items()}
        given = function(*args, **named)
        made = args[0] if plain_name(function) == "setitem" else given
        if inputs and any(True for _ in _tensors(made)):
            self._record(function, inputs, earlier, (args, named), made)
        return given

    def begin(self, *examples: Any) -> None:
        """Mark the network's own inputs."""
        for one in _tensors(examples):
            self._mark(one, -1)

    def enter(self, module: nn.Module, args: Any) -> None:
        """A module is called."""
        if id(module) not in self.names:
            return
        known = self._known(args, {})
        self.stack.append((module, len(self.nodes), known))
        if kind_of(module) is not None:
            self._taken = [*(self._taken if self._inside else ()), *known]
            self._inside += 1

    def leave(self, module: nn.Module, _args: Any, given: Any) -> None:
        """A module has given its output."""
        if id(module) not in self.names:
            return
        _, start, inputs = self.stack.pop()
        kind = kind_of(module)
        if kind is not None:
            self._inside -= 1
            if not self._inside and self._taken:
                self._add(node_of(module, kind, self.names[id(module)], tuple(dict.fromkeys(self._taken))), given)
        elif not self._inside and module is not self.root:
            if inputs and not self._known(given, {}):
                self._unseen(module, inputs, given)
            if len(self.nodes) > start:
                self.spans.append((module, start, len(self.nodes)))

    def _unseen(self, module: nn.Module, inputs: tuple[int, ...], given: Any) -> None:
        """A module that computes what PyTorch tells nobody of: code of another library, a scripted function."""
        learned = any(True for _ in module.parameters())
        node = Node("other" if learned else "function", self.names[id(module)], type(module).__name__, inputs[:1])
        if not learned:
            node.compute = lambda values: module(values[0].clone())
        self._add(node, given)

    def seen(self, given: Any) -> bool:
        """Whether it is known where one of these tensors comes from."""
        return bool(self._known(given, {}))

    def _record(self, function: Any, inputs: tuple[int, ...], earlier: Any, sent: Any, given: Any) -> None:
        name = plain_name(function)
        top = self.stack[-1][0] if self.stack else self.root
        weights = [one for one in _tensors(sent) if isinstance(one, nn.Parameter)]
        kind = kind_of_call(name, len(inputs), len(weights))
        node = Node(kind, self._where(top, name), name, inputs)
        if kind in ("function", "addition", "product"):
            node.compute = _replayed(function, earlier, inputs)
            node.slot = _slot(top, function)
        if kind == "activation":
            node.activation = name
        if kind in ("dense", "conv") and weights:
            node.units, node.fan_in = weights[0].shape[0], weights[0][0].numel() if weights[0].dim() > 1 else None
        self._add(node, given)
        if node.slot is not None:
            self.holders[len(self.nodes) - 1] = top

    def _add(self, node: Node, given: Any) -> None:
        first = next((one for one in _tensors(given) if isinstance(one, torch.Tensor)), None)
        node.shape = tuple(first.shape) if first is not None else None
        self.nodes.append(node)
        for one in _tensors(given):
            self._mark(one, len(self.nodes) - 1)

    def _mark(self, tensor: Any, place: int) -> None:
        self._kept.append(tensor)  # while it lives, its id is its own
        self._places[id(tensor)] = place

    def _known(self, args: Any, kwargs: Mapping[str, Any]) -> tuple[int, ...]:
        found = (self._places.get(id(one)) for one in _tensors((args, kwargs)))
        return tuple(dict.fromkeys(place for place in found if place is not None))

    def _placeholder(self, value: Any) -> Any:
        if isinstance(value, torch.Tensor) and id(value) in self._places:
            return _Earlier(self._places[id(value)])
        return value

    def _where(self, top: nn.Module, name: str) -> str:
        own = self.names[id(top)]
        if top is not self.root and not any(True for _ in top.children()):
            return own
        called = f"{own}: {name}"
        return f"{called} in {where}" if (where := _caller()) else called


def _slot(top: nn.Module, function: Any) -> str | None:
    """The attribute of a module that holds this very function, so that another one can be put there."""
    return next((name for name, value in vars(top).items() if value is function), None)


def _caller() -> str:
    """File and line of the code that called a function, the library's and ours left out."""
    frame = sys._getframe(1)
    while frame is not None:
        file = frame.f_code.co_filename
        if not file.startswith((_LIBRARY, _HERE)):
            return f"{os.path.basename(file)}:{frame.f_lineno}"
        frame = frame.f_back  # type: ignore[assignment]  # None ends the loop
    return ""


def _replayed(function: Any, earlier: Any, inputs: tuple[int, ...]) -> Callable[[Sequence[Any]], Any]:
    """The call again, with other values for what earlier nodes gave."""

    def compute(values: Sequence[Any]) -> Any:
        known = dict(zip(inputs, values, strict=True))
        args = [known[one.place].clone() if isinstance(one, _Earlier) else _constant(one) for one in earlier[0]]
        named = {k: known[v.place].clone() if isinstance(v, _Earlier) else _constant(v) for k, v in earlier[1].items()}
        return function(*args, **named)

    return compute


def _constant(value: Any) -> Any:
    return value.to(torch.float64) if isinstance(value, torch.Tensor) and value.is_floating_point() else value


def _tensors(values: Any) -> Iterator[torch.Tensor]:
    if isinstance(values, torch.Tensor):
        yield values
    elif isinstance(values, Mapping):
        for one in values.values():
            yield from _tensors(one)
    elif isinstance(values, (list, tuple)):
        for one in values:
            yield from _tensors(one)

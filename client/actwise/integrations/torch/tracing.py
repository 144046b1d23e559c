"""One forward pass, watched, and what came of it as a graph.

Nothing of the module is changed: the hooks are PyTorch's global ones, and they are gone afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn
from torch.nn.modules.module import register_module_forward_hook, register_module_forward_pre_hook

from actwise.integrations.functions import GRID
from actwise.integrations.graph import Graph
from actwise.integrations.recognition import gather_attention, name_functions
from actwise.integrations.torch.recorder import Recorder
from actwise.integrations.torch.units import parameters_of


def _evaluate(run: Callable[[Any], Any]) -> list[float]:
    values = run(torch.tensor(GRID, dtype=torch.float64))
    return [float(one) for one in values] if values.shape == (len(GRID),) else []


@contextmanager
def _watching(recorder: Recorder) -> Iterator[None]:
    hooks = [
        register_module_forward_pre_hook(recorder.enter),
        register_module_forward_hook(recorder.leave, always_call=False),
    ]
    fast = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        with recorder:
            yield
    finally:
        torch.backends.mha.set_fastpath_enabled(fast)
        for one in hooks:
            one.remove()


def trace(module: nn.Module, example: Any) -> Graph:
    """The graph of one forward pass in evaluation mode, without gradients.

    example: what the module is called with: one tensor, a tuple of arguments, or a mapping of named ones. Whatever
    the module raises is raised; training flags are put back in every case.
    """
    flags = {one: one.training for one in module.modules()}
    recorder = Recorder(module)
    module.eval()
    try:
        with torch.no_grad():
            recorder.begin(example)
            with _watching(recorder):
                given = call(module, example)
            graph = Graph(recorder.nodes)
            graph.whole = recorder.seen(given)
            name_functions(graph, _evaluate, lambda members: _owner(recorder, members))
            gather_attention(graph)
    finally:
        for one, flag in flags.items():
            one.training = flag
    _finish(recorder)
    return graph


def plain(module: nn.Module) -> nn.Module:
    """The module inside what torch.compile and DataParallel make of it."""
    while (inside := getattr(module, "_orig_mod", None)) is not None or isinstance(module, nn.DataParallel):
        module = inside if inside is not None else module.module
    return module


def call(module: nn.Module, example: Any) -> Any:
    """The module's output for an example: a tensor, a tuple of arguments or a mapping of named ones."""
    if isinstance(example, Mapping):
        return module(**example)
    return module(*example) if isinstance(example, (tuple, list)) else module(example)


def _owner(recorder: Recorder, members: set[int]) -> nn.Module | None:
    """The module that does these operations and nothing else."""
    first, last = min(members), max(members)
    return next(
        (
            one
            for one, start, end in recorder.spans
            if end - 1 == last and 0 <= start <= first and end - start == len(members)
        ),
        None,
    )


def _finish(recorder: Recorder) -> None:
    """Names and settings of activations that are modules; holders of functions that are attributes."""
    for place, node in enumerate(recorder.nodes):
        if node.kind != "activation":
            continue
        if node.slot is not None and node.owner is None:
            node.owner = recorder.holders[place]
            node.name = f"{recorder.names[id(node.owner)]}.{node.slot}"
            continue
        node.owner, node.slot = node.owner or _owner(recorder, {place}), None
        if node.owner is not None:
            node.name, node.type = recorder.names[id(node.owner)], type(node.owner).__name__
            node.parameters = parameters_of(node.owner)

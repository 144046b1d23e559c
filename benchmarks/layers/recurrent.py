"""Network-steps per second of recurrent layers: the population trainer and PyTorch.

Run: PYTHONPATH=client:. python -m benchmarks.layers.recurrent [--cells lstm,rnn,gru --hidden 32 --length 30 ...]

Every contestant trains one recurrent layer on sequences of 8 channels, read after the last step, with Adam and
cross-entropy on one thread. PyTorch's peer is its fused module where it has one for the candidate: nn.LSTM and nn.GRU
with a tanh, nn.RNN with a tanh or ReLU; else a loop over the steps, which is what a user would write. Its batched form
is that loop over all members, as batched products.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from typing import Any

from benchmarks.layers.common import (
    CANDIDATES,
    CLASSES,
    Rows,
    normal_rows,
    peak_megabytes,
    population,
    products,
    report,
    stepping,
    take_turns,
    torch_stepping,
)
from benchmarks.trainer import Contestant
from models.networks.recurrent.parts import ANATOMIES
from models.networks.shapes import RecurrentShape

CHANNELS, ROWS = 8, 1024
FUSED = {("lstm", "tanh"), ("gru", "tanh"), ("rnn", "tanh"), ("rnn", "relu")}
DEFAULTS = {"hidden": 32, "length": 30, "batch": 64, "members": 12, "rounds": 11}


def main() -> None:
    """Measure and print."""
    sizes = _arguments()
    for cell in sizes.cells.split(","):
        _compare(cell, sizes)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Compare the training speed of recurrent layers on one core.")
    for name, default in DEFAULTS.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--cells", default="lstm,rnn,gru")
    parser.add_argument("--candidates", default=",".join(CANDIDATES))
    return parser.parse_args()


def _compare(cell: str, sizes: argparse.Namespace) -> None:
    shape = RecurrentShape(
        features=sizes.length * CHANNELS,
        outputs=CLASSES,
        depth=1,
        width=sizes.hidden,
        sizes=(sizes.length, CHANNELS),
        cell=cell,
    )
    rows = normal_rows(ROWS, shape.features, sizes.batch)
    candidates = sizes.candidates.split(",")
    ours = [
        Contestant("actwise", name, stepping(population(shape, name, sizes.members, rows)), sizes.members)
        for name in candidates
    ]
    height = ANATOMIES[cell].blocks * sizes.hidden
    columns = sizes.hidden + CHANNELS + 1
    limit = products(height, columns, sizes.batch, sizes.members)
    contestants = [*ours, *_torch(shape, rows, candidates, sizes.members)]
    take_turns([limit, *contestants], sizes.rounds)
    rate = limit.rate * 2 * height * columns * sizes.batch
    memory = peak_megabytes(partial(population, shape, candidates[0], sizes.members, rows))
    print(f"\n{cell}, hidden {sizes.hidden}, length {sizes.length}, batch {sizes.batch}; population of {sizes.members}")
    print(f"matrix products at these sizes: {rate / 1e9:.1f} GFLOP/s; peak memory of the population {memory:.0f} MB")
    report(contestants, sizes.length * 2.0 * height * (2 * columns + sizes.hidden) * sizes.batch, rate)


def _torch(shape: RecurrentShape, rows: Rows, candidates: list[str], members: int) -> Iterator[Contestant]:
    if find_spec("torch") is None:
        return
    import torch

    torch.set_num_threads(1)
    for name in candidates:
        if (shape.cell, name) in FUSED:
            yield Contestant("torch, fused module", name, _fused(shape, name, rows))
        else:
            yield Contestant("torch, loop", name, _looped(shape, name, rows, None))
    yield Contestant("torch, loop, batched", candidates[-1], _looped(shape, candidates[-1], rows, members), members)


def _fused(shape: RecurrentShape, name: str, rows: Rows) -> Callable[[int], None]:
    from torch import nn

    options = {"nonlinearity": name} if shape.cell == "rnn" else {}
    layer = getattr(nn, shape.cell.upper())(CHANNELS, shape.width, batch_first=True, **options)
    output = nn.Linear(shape.width, CLASSES)

    def model(x: Any) -> Any:
        return output(layer(x.view(len(x), -1, CHANNELS))[0][:, -1])

    return torch_stepping(model, [*layer.parameters(), *output.parameters()], rows)


def _looped(shape: RecurrentShape, name: str, rows: Rows, members: int | None) -> Callable[[int], None]:
    """A cell in a loop, its inputs' products made for all steps at once; over stacked parameters for many members."""
    import torch
    from torch import nn

    many = () if members is None else (members,)
    blocks = {"rnn": 1, "lstm": 4, "gru": 3}[shape.cell]
    width = shape.width
    sizes = [(CHANNELS, blocks * width), (1, blocks * width), (width, blocks * width), (width, CLASSES), (1, CLASSES)]
    weights = [nn.Parameter(torch.randn(*many, *size) * size[0] ** -0.5 * 0.5) for size in sizes]
    function = getattr(nn.functional, name) if name != "tanh" else torch.tanh
    advance = {"rnn": _rnn_step, "lstm": _lstm_step, "gru": _gru_step}[shape.cell]

    def model(x: Any) -> Any:
        into, bias, recurrent, kernel, shift = weights
        steps = x.view(len(x), -1, CHANNELS).transpose(0, 1)
        seen = steps.reshape(-1, CHANNELS) @ into + bias
        seen = seen.view(*many, len(steps), len(x), -1).unbind(len(many))
        memory = (torch.zeros(*many, len(x), width),) * 2
        for at in seen:
            memory = advance(at, memory, recurrent, function)
        return memory[0] @ kernel + shift

    return torch_stepping(model, weights, rows, members or 1)


def _rnn_step(at: Any, memory: tuple[Any, Any], recurrent: Any, function: Callable[[Any], Any]) -> tuple[Any, Any]:
    return function(at + memory[0] @ recurrent), memory[1]


def _lstm_step(at: Any, memory: tuple[Any, Any], recurrent: Any, function: Callable[[Any], Any]) -> tuple[Any, Any]:
    z = at + memory[0] @ recurrent
    width = memory[0].shape[-1]
    let_in, keep, let_out = z[..., : 3 * width].sigmoid().chunk(3, -1)
    kept = keep * memory[1] + let_in * function(z[..., 3 * width :])
    return let_out * function(kept), kept


def _gru_step(at: Any, memory: tuple[Any, Any], recurrent: Any, function: Callable[[Any], Any]) -> tuple[Any, Any]:
    state, width = memory[0], memory[0].shape[-1]
    recalled = state @ recurrent
    reset, update = (at + recalled)[..., : 2 * width].sigmoid().chunk(2, -1)
    candidate = function(at[..., 2 * width :] + reset * recalled[..., 2 * width :])
    return candidate + update * (state - candidate), memory[1]


if __name__ == "__main__":
    main()

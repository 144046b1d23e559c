"""Network-steps per second of convolutional networks: the population trainer and PyTorch.

Run: PYTHONPATH=client:. python -m benchmarks.layers.conv [--size 8 --channels 16 --inputs 1 --depth 4 --batch 64 ...]

Every contestant trains `depth` padded 3 x 3 convolutions of `channels` channels on images of size x size x inputs, a
global average and a linear layer, with Adam and cross-entropy on one thread. PyTorch runs one network at a time as it
comes and with channels last, and all members at once by torch.func.vmap over stacked parameters. With --length the rows
are signals, and the kernel has 3 places.
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
from benchmarks.trainer import TORCH_MODULES, Contestant
from models.networks.shapes import ConvShape

ROWS = 1024
DEFAULTS = {
    "size": 8,
    "length": 0,
    "channels": 16,
    "inputs": 1,
    "depth": 4,
    "batch": 64,
    "members": 3,
    "rounds": 11,
}


def main() -> None:
    """Measure and print."""
    given = _arguments()
    plane = (given.length,) if given.length else (given.size, given.size)
    places = given.length or given.size**2
    shape = ConvShape(
        features=places * given.inputs,
        outputs=CLASSES,
        depth=given.depth,
        width=given.channels,
        sizes=(*plane, given.inputs),
        normalization=given.normalization,
    )
    rows = normal_rows(ROWS, shape.features, given.batch)
    candidates = given.candidates.split(",")
    ours = [
        Contestant("actwise", name, stepping(population(shape, name, given.members, rows)), given.members)
        for name in candidates
    ]
    side = 3 * given.channels
    limit = products(side, side, places * given.batch, 1)
    contestants = [*ours, *_torch(shape, rows, candidates, given.members)]
    take_turns([limit, *contestants], given.rounds)
    rate = limit.rate * 2 * side * side * places * given.batch
    memory = peak_megabytes(partial(population, shape, candidates[0], given.members, rows))
    print(
        f"conv {'x'.join(map(str, shape.sizes))}, {given.channels} channels, depth {given.depth}, batch {given.batch}; "
    )
    print(f"normalisation {given.normalization}; population of {given.members}, peak memory {memory:.0f} MB")
    print(f"matrix products [{side}, {side}] x [{side}, {places * given.batch}]: {rate / 1e9:.1f} GFLOP/s")
    report(contestants, _step_flops(shape, given.batch), rate)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Compare the training speed of convolutional networks on one core.")
    for name, default in DEFAULTS.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--candidates", default=",".join(CANDIDATES))
    parser.add_argument("--normalization", default="none", choices=["none", "batch"])
    return parser.parse_args()


def _step_flops(shape: ConvShape, batch: int) -> float:
    """Multiplications and additions of one step: forward, weight gradients, and input gradients but of the first."""
    places = shape.features // shape.channels
    kernel: int = 3 ** (len(shape.sizes) - 1)
    first, inner = (places * kernel * channels * shape.width for channels in (shape.channels, shape.width))
    return 2.0 * batch * (2 * first + 3 * inner * (shape.depth - 1) + 3 * shape.width * CLASSES)


def _torch(shape: ConvShape, rows: Rows, candidates: list[str], members: int) -> Iterator[Contestant]:
    if find_spec("torch") is None:
        return
    import torch

    torch.set_num_threads(1)
    for name in candidates:
        yield Contestant("torch", name, _alone(shape, name, rows, channels_last=False))
    if len(shape.sizes) == 3:
        for name in candidates:
            yield Contestant("torch, channels last", name, _alone(shape, name, rows, channels_last=True))
    yield Contestant("torch, vmap", candidates[0], _together(shape, candidates[0], rows, members), members)


def _model(shape: ConvShape, name: str) -> Any:
    from torch import nn

    image = len(shape.sizes) == 3
    convolution, normal = (nn.Conv2d, nn.BatchNorm2d) if image else (nn.Conv1d, nn.BatchNorm1d)
    parts: list[Any] = []
    for index in range(shape.depth):
        parts.append(convolution(shape.width if index else shape.channels, shape.width, 3, padding=1))
        if shape.normalization == "batch":
            parts.append(normal(shape.width))
        parts.append(getattr(nn, TORCH_MODULES[name])())
    mean = nn.AdaptiveAvgPool2d(1) if image else nn.AdaptiveAvgPool1d(1)
    return nn.Sequential(*parts, mean, nn.Flatten(), nn.Linear(shape.width, CLASSES))


def _alone(shape: ConvShape, name: str, rows: Rows, *, channels_last: bool) -> Callable[[int], None]:
    import torch

    form = torch.channels_last if channels_last else torch.contiguous_format
    model = _model(shape, name).to(memory_format=form)

    def run(x: Any) -> Any:
        return model(x.view(len(x), shape.channels, *shape.sizes[:-1]).contiguous(memory_format=form))

    return torch_stepping(run, list(model.parameters()), rows)


def _together(shape: ConvShape, name: str, rows: Rows, members: int) -> Callable[[int], None]:
    import torch
    from torch.func import functional_call, stack_module_state

    models = [_model(shape, name) for _ in range(members)]
    parameters, buffers = stack_module_state(models)
    leaves = {key: value.detach().requires_grad_() for key, value in parameters.items()}

    def one(own: Any, kept: Any, x: Any) -> Any:
        return functional_call(models[0], (own, kept), (x,))

    def run(x: Any) -> Any:
        seen = x.view(len(x), shape.channels, *shape.sizes[:-1])
        return torch.vmap(one, in_dims=(0, 0, None))(leaves, buffers, seen)

    return torch_stepping(run, list(leaves.values()), rows, members)


if __name__ == "__main__":
    main()

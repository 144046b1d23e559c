"""Network-steps per second of transformer blocks: the population trainer and PyTorch.

Run: PYTHONPATH=client:. python -m benchmarks.layers.attention [--depth 2 --width 32 --heads 4 --length 30 ...]

Every contestant trains pre-norm blocks on sequences of 8 channels, read by the mean over the steps, with Adam and
cross-entropy on one thread. PyTorch's peers are nn.TransformerEncoderLayer, a module written by hand around
scaled_dot_product_attention, and that module for all members at once by torch.func (vmap over stacked parameters).
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
from models.networks.attention.inputs import positions
from models.networks.shapes import AttentionShape

CHANNELS, ROWS = 8, 1024
DEFAULTS = {"depth": 2, "width": 32, "heads": 4, "length": 30, "batch": 32, "members": 3, "rounds": 11}


def main() -> None:
    """Measure and print."""
    sizes = _arguments()
    shape = AttentionShape(
        features=sizes.length * CHANNELS,
        outputs=CLASSES,
        depth=sizes.depth,
        width=sizes.width,
        sizes=(sizes.length, CHANNELS),
        heads=sizes.heads,
    )
    rows = normal_rows(ROWS, shape.features, sizes.batch)
    candidates = sizes.candidates.split(",")
    limit = products(shape.expansion * shape.width, shape.width, sizes.batch * sizes.length, 1)
    ours = [
        Contestant("actwise", name, stepping(population(shape, name, sizes.members, rows)), sizes.members)
        for name in candidates
    ]
    contestants = [*ours, *_torch(shape, rows, candidates, sizes.members)]
    take_turns([limit, *contestants], sizes.rounds)
    _report(shape, sizes, limit, contestants, peak_megabytes(partial(population, shape, "relu", sizes.members, rows)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Compare the training speed of transformer blocks on one core.")
    for name, default in DEFAULTS.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--candidates", default=",".join(CANDIDATES))
    return parser.parse_args()


def _report(
    shape: AttentionShape, sizes: argparse.Namespace, limit: Contestant, contestants: list[Contestant], memory: float
) -> None:
    width, places = shape.width, sizes.batch * sizes.length
    rate = limit.rate * 2 * shape.expansion * width**2 * places
    block = (4 + 2 * shape.expansion) * width**2 + 2 * sizes.length * width
    flops = 6.0 * places * (shape.depth * block + CHANNELS * width)
    sizing = f"{shape.depth} blocks, width {width}, {shape.heads} heads, length {sizes.length}, batch {sizes.batch}"
    print(f"\nattention, {sizing}; population of {sizes.members}")
    print(f"matrix products at these sizes: {rate / 1e9:.1f} GFLOP/s; peak memory of the population {memory:.0f} MB")
    report(contestants, flops, rate)


def _torch(shape: AttentionShape, rows: Rows, candidates: list[str], members: int) -> Iterator[Contestant]:
    if find_spec("torch") is None:
        return
    import torch

    torch.set_num_threads(1)
    for name in candidates:
        function = torch.tanh if name == "tanh" else getattr(torch.nn.functional, name)
        for peer, block in (("encoder layer", _encoder_layer), ("by hand", _by_hand)):
            model = _model(shape, partial(block, shape, function))
            yield Contestant(f"torch, {peer}", name, torch_stepping(model, list(model.parameters()), rows))
        model = _model(shape, partial(_by_hand, shape, function))
        yield Contestant("torch, by hand, vmap", name, _stacked(model, rows, members), members)


def _encoder_layer(shape: AttentionShape, function: Callable[[Any], Any]) -> Any:
    from torch import nn

    width = shape.width
    return nn.TransformerEncoderLayer(
        width, shape.heads, shape.expansion * width, 0.0, function, batch_first=True, norm_first=shape.norm_first
    )


def _by_hand(shape: AttentionShape, function: Callable[[Any], Any]) -> Any:
    """One pre-norm block."""
    from torch import nn

    width, heads = shape.width, shape.heads

    class Block(nn.Module):  # type: ignore[misc]  # PyTorch is not there where types are checked
        def __init__(self) -> None:
            super().__init__()
            self.before_heads, self.before_widening = nn.LayerNorm(width), nn.LayerNorm(width)
            self.heads, self.mixing = nn.Linear(width, 3 * width), nn.Linear(width, width)
            self.widening = nn.Linear(width, shape.expansion * width)
            self.narrowing = nn.Linear(shape.expansion * width, width)

        def forward(self, x: Any) -> Any:
            split = self.heads(self.before_heads(x)).view(*x.shape[:2], 3, heads, width // heads)
            query, key, value = split.permute(2, 0, 3, 1, 4)
            attended = nn.functional.scaled_dot_product_attention(query, key, value)
            x = x + self.mixing(attended.transpose(1, 2).reshape(x.shape))
            return x + self.narrowing(function(self.widening(self.before_widening(x))))

    return Block()


def _model(shape: AttentionShape, block: Callable[[], Any]) -> Any:
    """Blocks between the embedding of values and the linear layer."""
    import torch
    from torch import nn

    class Model(nn.Module):  # type: ignore[misc]  # PyTorch is not there where types are checked
        def __init__(self) -> None:
            super().__init__()
            self.embedding = nn.Linear(CHANNELS, shape.width)
            waves = torch.from_numpy(positions(shape.width, shape.sizes[0]).T.copy()).float()
            self.register_buffer("positions", waves)
            self.blocks = nn.Sequential(*(block() for _ in range(shape.depth)))
            self.last, self.output = nn.LayerNorm(shape.width), nn.Linear(shape.width, CLASSES)

        def forward(self, x: Any) -> Any:
            stream = self.blocks(self.embedding(x.view(len(x), -1, CHANNELS)) + self.positions)
            return self.output(self.last(stream).mean(1))

    return Model()


def _stacked(model: Any, rows: Rows, members: int) -> Callable[[int], None]:
    """All members at once, each with a copy of the model's parameters."""
    import torch
    from torch.func import functional_call, vmap

    names = [name for name, _ in model.named_parameters()]
    stacked = [torch.nn.Parameter(p.detach().repeat(members, *[1] * p.ndim)) for p in model.parameters()]

    def one(parameters: list[Any], x: Any) -> Any:
        return functional_call(model, dict(zip(names, parameters, strict=True)), x)

    return torch_stepping(partial(vmap(one, in_dims=(0, None)), stacked), stacked, rows, members)


if __name__ == "__main__":
    main()

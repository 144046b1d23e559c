"""One transformer block: attention, then a feed-forward part, each with its normalisation and its residual path.

    norm_first      x' = x + part(norm(x))          else            x' = norm(x + part(x))

without "x +" where there is no residual path, and without "norm" where there is no normalisation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from models.activations.base import Activation, Array
from models.networks.attention.feedforward import FeedForward, See, feed_forward_parts
from models.networks.attention.heads import head_parts, make_heads
from models.networks.attention.normalization import Kept as NormalizationKept
from models.networks.attention.normalization import StreamNormalization, normalization_parts
from models.networks.attention.sight import Sight
from models.networks.parts import Part
from models.networks.shapes import AttentionShape


def block_parts(prefix: str, shape: AttentionShape, activation: Activation) -> list[Part]:
    """The parts of one block.

    With residual paths, what the two parts of each block begin by adding has variance 1 / (2 depth) of what goes in,
    as in GPT-2 [Radford et al. 2019], so that the stream keeps its size at any depth.
    """
    factor = (2 * shape.depth) ** -0.5 if shape.residual else 1.0
    return [
        *head_parts(prefix, shape, factor),
        *normalization_parts(f"{prefix}.attention", shape.normalization, shape.width),
        *feed_forward_parts(prefix, shape, activation, factor),
        *normalization_parts(f"{prefix}.feed forward", shape.normalization, shape.width),
    ]


class PathKept:
    """What one pass leaves around one part: what the part saw, and the stream behind it, with their rows of ones."""

    def __init__(self, members: int, width: int, places: int, dtype: np.dtype[Any]) -> None:
        self.stream = np.ones((members, width + 1, places), dtype)
        self.seen = self.stream
        self.normalization: NormalizationKept | None = None


class Path:
    """The normalisation and the residual path around one part."""

    def __init__(self, shape: AttentionShape, normalization: StreamNormalization | None) -> None:
        self._first = normalization if shape.norm_first else None
        self._last = None if shape.norm_first else normalization
        self._width, self._residual = shape.width, shape.residual

    def kept(self, members: int, places: int, dtype: np.dtype[Any]) -> PathKept:
        """Arrays for a pass over so many places."""
        made = PathKept(members, self._width, places, dtype)
        normalization = self._first or self._last
        if normalization is not None:
            made.normalization = normalization.kept(places)
        if self._first is not None:
            made.seen = np.ones_like(made.stream)
        return made

    def forward(self, x: Array, kept: PathKept, part: Callable[[Array, Array], None]) -> Array:
        """The stream behind the part [M, width + 1, places]; `part` writes its second argument from its first."""
        out = kept.stream[:, :-1]
        if self._first is None:
            kept.seen = x
        else:
            assert kept.normalization is not None
            self._first.forward(x[:, :-1], kept.seen[:, :-1], kept.normalization)
        part(kept.seen, out)
        if self._residual:
            np.add(out, x[:, :-1], out=out)
        if self._last is not None:
            assert kept.normalization is not None
            self._last.forward(out, out, kept.normalization)
        return kept.stream

    def backward(
        self, delta: Array, spares: tuple[Array, Array], kept: PathKept, part: Callable[[Array, Array, Array], None]
    ) -> tuple[Array, tuple[Array, Array]]:
        """(gradient at the inputs, two free arrays) from the gradient at the stream; all [M, width, places].

        `part` writes its third argument, the gradient at what it saw, from what it saw and the gradient at its output.
        """
        inner, spare = spares
        if self._last is not None:
            assert kept.normalization is not None
            self._last.backward(delta, inner, kept.normalization)
        part(kept.seen, delta, inner)
        if self._first is not None:
            assert kept.normalization is not None
            self._first.backward(inner, spare, kept.normalization)
        if not self._residual:
            return inner, (delta, spare)
        np.add(delta, inner, out=delta)
        return delta, spares


class BlockKept:
    """What one pass through a block leaves."""

    def __init__(self, block: Block, members: int, places: int, dtype: np.dtype[Any]) -> None:
        self.heads, self.feed_forward = block.heads.kept(places), block.feed_forward.kept(places)
        self.paths = tuple(path.kept(members, places, dtype) for path in block.paths)


class BlockScratch:
    """Arrays of the backward pass, which all blocks share."""

    def __init__(self, block: Block, places: int) -> None:
        self.heads, self.feed_forward = block.heads.scratch(places), block.feed_forward.scratch(places)


class Block:
    """One block of all members."""

    def __init__(
        self,
        shape: AttentionShape,
        activation: Activation,
        values: Mapping[str, Array],
        gradients: Mapping[str, Array],
        prefix: str,
    ) -> None:
        self.heads = make_heads(shape, values, gradients, prefix)
        self.feed_forward = FeedForward(activation, values, gradients, prefix)
        places = (f"{prefix}.attention", f"{prefix}.feed forward")
        normalized = shape.normalization != "none"
        self.paths = tuple(
            Path(shape, StreamNormalization(values, gradients, place) if normalized else None) for place in places
        )

    def kept(self, places: int) -> BlockKept:
        """Arrays for a pass over so many places."""
        weights = self.heads.weights
        return BlockKept(self, len(weights), places, weights.dtype)

    def scratch(self, places: int) -> BlockScratch:
        """Arrays for a backward pass over so many places."""
        return BlockScratch(self, places)

    def forward(self, x: Array, kept: BlockKept, sight: Sight, observe: See = None, alter: See = None) -> Array:
        """The stream behind the block, from the one before it; both [M, width + 1, places] with a row of ones."""
        attention, feed_forward = kept.paths
        x = self.paths[0].forward(x, attention, partial(self.heads.forward, kept=kept.heads, sight=sight))
        return self.paths[1].forward(
            x,
            feed_forward,
            partial(self.feed_forward.forward, kept=kept.feed_forward, observe=observe, alter=alter),
        )

    def backward(
        self,
        delta: Array,
        spares: tuple[Array, Array],
        kept: BlockKept,
        scratch: BlockScratch,
        observe: See = None,
    ) -> tuple[Array, tuple[Array, Array]]:
        """As `Path.backward`, through both parts."""
        widen = partial(
            self.feed_forward.backward, kept=kept.feed_forward, scratch=scratch.feed_forward, observe=observe
        )
        delta, spares = self.paths[1].backward(delta, spares, kept.paths[1], widen)
        attend = partial(self.heads.backward, kept=kept.heads, scratch=scratch.heads)
        return self.paths[0].backward(delta, spares, kept.paths[0], attend)

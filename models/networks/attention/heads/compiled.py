"""Multi-head attention by compiled kernels, in float32: one head of one row at a time.

The pairs of steps are kept for the way back; they never leave the first cache on the way forward.
"""

from __future__ import annotations

import numpy as np

from models.activations.base import Array
from models.kernels.attention import Attending
from models.kernels.products import multiply, multiply_transposed
from models.networks.attention.heads.base import Heads, Kept, Scratch
from models.networks.attention.sight import Sight


class CompiledKept(Kept):
    """What one pass leaves: q, k and v [M, 3 width, places], and the kernels' own."""

    def __init__(self, attending: Attending, members: int, width: int, places: int) -> None:
        super().__init__(members, width, places, np.dtype(np.float32))
        self.attending = attending
        self.projected = np.empty((members, 3 * width, places), np.float32)
        self.pairs = attending.pairs()


class CompiledScratch(Scratch):
    """The gradient at q, k and v too."""

    def __init__(self, members: int, width: int, places: int) -> None:
        super().__init__(members, width, places, np.dtype(np.float32))
        self.projected = np.empty((members, 3 * width, places), np.float32)


class CompiledHeads(Heads):
    """The attention of one block."""

    def kept(self, places: int) -> CompiledKept:
        attending = Attending(len(self.weights), places // self.steps, self.heads, self.width // self.heads, self.steps)
        return CompiledKept(attending, len(self.weights), self.width, places)

    def scratch(self, places: int) -> CompiledScratch:
        return CompiledScratch(len(self.weights), self.width, places)

    def _attend(self, x: Array, kept: Kept, sight: Sight) -> None:
        assert isinstance(kept, CompiledKept)
        multiply(self.weights, x, out=kept.projected)
        kept.attending.forward(kept.projected, sight.allowed, kept.pairs, kept.attended)

    def _attend_backward(self, x: Array, out: Array, kept: Kept, scratch: Scratch) -> None:
        assert isinstance(kept, CompiledKept)
        assert isinstance(scratch, CompiledScratch)
        kept.attending.backward(kept.projected, kept.pairs, kept.attended, scratch.attended, scratch.projected)
        multiply_transposed(scratch.projected, x, out=self.gradient)
        multiply(self.weights[:, :, :-1].swapaxes(1, 2), scratch.projected, out=out)

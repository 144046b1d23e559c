"""Moving planes by a few places: which part of a convolution's inputs meets which part of its outputs.

Planes are [M, channels, height, width, rows]. With the rows last, a moved plane is a few long runs of memory; where
the planes before and after have one size it is even a single run, once what would go over an edge is set to zero. NumPy
adds single runs two to three times as fast.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from models.activations.base import Array
from models.networks.conv.geometry import LayerSizes, Pair

Cut = tuple[slice, slice]
_ALL = slice(None)


@dataclass(frozen=True)
class Move:
    """source[start] goes to target[end], and the rest of the source nowhere.

    `plane` is the size of source and target where they have one and the places move as a block, else None.
    """

    start: Cut
    end: Cut
    plane: Pair | None

    def __post_init__(self) -> None:
        lost = [] if self.plane is None else _outside(self.start, self.plane)
        object.__setattr__(self, "_lost", lost)

    @property
    def back(self) -> Move:
        """From the target to the source."""
        return Move(self.end, self.start, self.plane)

    @property
    def places(self) -> int | None:
        """How far a plane moves when it is read as one run; None when it does not move as a block."""
        if self.plane is None:
            return None
        down, right = (end.start - start.start for start, end in zip(self.start, self.end, strict=True))
        return down * self.plane[1] + right

"""Moving planes by a few places: which part of the inputs meets which part of the outputs.

Planes are [..., height, width, rows]. With the rows last, a moved plane is a few long runs of memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from models.activations.base import Array
from models.networks.conv.geometry import LayerSizes

Cut = tuple[slice, slice]


@dataclass(frozen=True)
class Slab:
    """For one place of the kernel: outputs[outer] see inputs[inner]; elsewhere they see padding.

    `whole` says that every output sees the input at its own place.
    """

    outer: Cut
    inner: Cut
    whole: bool

    def take(self, plane: Array, slab: Array) -> None:
        """Put what the outputs see of `plane` into `slab`; what they see of the padding is left alone."""
        np.copyto(slab[(..., *self.outer, slice(None))], plane[(..., *self.inner, slice(None))])

    def put_back(self, slab: Array, plane: Array) -> None:
        """Put into each place of `plane` what the output that sees it holds in `slab`; leave alone what none sees."""
        np.copyto(plane[(..., *self.inner, slice(None))], slab[(..., *self.outer, slice(None))])

    def add_back(self, slab: Array, plane: Array) -> None:
        """Add to each place of `plane` what the outputs that see it hold in `slab`."""
        seen = plane[(..., *self.inner, slice(None))]
        np.add(seen, slab[(..., *self.outer, slice(None))], out=seen)

    def add(self, plane: Array, slab: Array) -> None:
        """Add what the outputs see of `plane` to `slab`."""
        held = slab[(..., *self.outer, slice(None))]
        np.add(held, plane[(..., *self.inner, slice(None))], out=held)


def kernel_slabs(sizes: LayerSizes) -> list[Slab]:
    """One slab for every place of the kernel, in C order."""
    return [_slab(sizes, place, (True, True)) for place in product(range(sizes.kernel[0]), range(sizes.kernel[1]))]


def column_slabs(sizes: LayerSizes) -> list[Slab]:
    """One slab for every column of the kernel: moves along the width alone."""
    return [_slab(sizes, (0, column), (False, True)) for column in range(sizes.kernel[1])]


def row_slabs(sizes: LayerSizes) -> list[Slab]:
    """One slab for every row of the kernel: moves along the height alone."""
    return [_slab(sizes, (row, 0), (True, False)) for row in range(sizes.kernel[0])]


def _slab(sizes: LayerSizes, place: tuple[int, int], moves: tuple[bool, bool]) -> Slab:
    cuts = []
    for axis in (0, 1):
        shift = place[axis] - sizes.padding[axis]
        moved = _overlap(shift, sizes.stride[axis], sizes.inputs[axis], sizes.outputs[axis])
        cuts.append(moved if moves[axis] else (slice(None), slice(None)))
    (height_outer, height_inner), (width_outer, width_inner) = cuts
    centred = all(not moves[axis] or place[axis] == sizes.padding[axis] for axis in (0, 1))
    return Slab((height_outer, width_outer), (height_inner, width_inner), centred and sizes.aligned)


def _overlap(shift: int, stride: int, inputs: int, outputs: int) -> tuple[slice, slice]:
    """The outputs o whose input o * stride + shift exists, and those inputs."""
    start = max(0, -(shift // stride))
    stop = min(outputs, (inputs - 1 - shift) // stride + 1)
    if stop <= start:
        return slice(0, 0), slice(0, 0)
    return slice(start, stop), slice(start * stride + shift, (stop - 1) * stride + shift + 1, stride)

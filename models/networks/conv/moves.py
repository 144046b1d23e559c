"""Moving planes by a few places: which part of a convolution's inputs meets which part of its outputs.

Planes are [M, channels, height, width, rows]. With the rows last, a moved plane is a few long runs of memory; where
the planes before and after have one size it is even a single run, once what would go over an edge is set to zero. NumPy
adds single runs two to three times as fast.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

from models.activations.base import Array
from models.networks.conv.geometry import LayerSizes, Pair

Cut = tuple[slice, slice]
_ALL = slice(None)


class Move:
    """source[start] goes to target[end], and the rest of the source nowhere.

    `plane` is the size of source and target where they have one and move as a block, else None. A move that `stays`
    moves all of it by nothing; one that is `void` moves nothing at all.
    """

    def __init__(self, start: Cut, end: Cut, plane: Pair | None) -> None:
        self.start, self.end, self.plane = start, end, plane
        self.void = any(cut.start == cut.stop for cut in start)
        self.stays = plane is not None and all(cut == slice(0, size, 1) for cut, size in zip(start, plane, strict=True))
        self._lost = [] if plane is None else _outside(start, plane)

    @property
    def back(self) -> Move:
        """From the target to the source."""
        return Move(self.end, self.start, self.plane)

    def copy(self, source: Array, target: Array) -> None:
        """Put what moves into the target, and leave the rest of it alone."""
        np.copyto(target[(..., *self.end, _ALL)], source[(..., *self.start, _ALL)])

    def add(self, base: Array, source: Array, target: Array) -> None:
        """Set the target to the base, which may be the target, plus what moves there. The source is used up."""
        if self.plane is None or self.void:
            if base is not target:
                np.copyto(target, base)
            seen = target[(..., *self.end, _ALL)]
            np.add(seen, source[(..., *self.start, _ALL)], out=seen)
            return
        for strip in self._lost:
            source[(..., *strip, _ALL)] = 0
        self._add_runs(base, source, target, self.plane[1] * source.shape[-1])

    def _add_runs(self, base: Array, source: Array, target: Array, line: int) -> None:
        """Add planes, lines of `line` numbers each, as one run per member."""
        down, right = (end.start - start.start for start, end in zip(self.start, self.end, strict=True))
        shift = down * line + right * source.shape[-1]
        into, held, moving = (array.reshape(len(array), -1) for array in (target, base, source))
        start, stop = max(0, shift), into.shape[1] + min(0, shift)
        np.add(held[:, start:stop], moving[:, start - shift : stop - shift], out=into[:, start:stop])
        if base is not target:
            np.copyto(into[:, :start], held[:, :start])
            np.copyto(into[:, stop:], held[:, stop:])


def kernel_moves(sizes: LayerSizes) -> list[Move]:
    """From the inputs to the outputs, for each place of the kernel in C order."""
    return [_move(sizes, place, (True, True)) for place in product(range(sizes.kernel[0]), range(sizes.kernel[1]))]


def column_moves(sizes: LayerSizes) -> list[Move]:
    """From the inputs to planes of their height and the outputs' width, for each column of the kernel."""
    return [_move(sizes, (0, column), (False, True)) for column in range(sizes.kernel[1])]


def line_moves(sizes: LayerSizes) -> list[Move]:
    """From planes of the inputs' height and the outputs' width to the outputs, for each line of the kernel."""
    return [_move(sizes, (line, 0), (True, False)) for line in range(sizes.kernel[0])]


def copy_all(moves: Sequence[Move], plane: Array, moved: Array, but: int | None) -> None:
    """Fill moved [M, moves, channels, ...] with what each move makes of a plane; number `but` is left alone."""
    for place, move in enumerate(moves):
        if place != but:
            move.copy(plane, moved[:, place])


def add_all(moves: Sequence[Move], moved: Array, plane: Array, base: Array | None = None) -> None:
    """Set a plane to the sum of what each move makes of its part of moved [M, moves, ...], and of a base.

    The parts are used up. The base may be the plane itself.
    """
    home = staying(moves) if base is None else None
    if base is None and home is None:
        plane[...] = 0
    held = plane if base is None else base
    held = held if home is None else moved[:, home]
    for place, move in enumerate(moves):
        if place != home:
            move.add(held, moved[:, place], plane)
            held = plane
    if held is not plane:
        np.copyto(plane, held)


def staying(moves: Sequence[Move]) -> int | None:
    """The move that moves all of a plane by nothing."""
    return next((place for place, move in enumerate(moves) if move.stays), None)


def _move(sizes: LayerSizes, place: Pair, moves: tuple[bool, bool]) -> Move:
    still = (sizes.inputs[0], sizes.outputs[1])
    (top, upper), (left, right) = (
        _overlap(place[axis] - sizes.padding[axis], sizes.stride[axis], sizes.inputs[axis], sizes.outputs[axis])
        if moves[axis]
        else (slice(0, still[axis], 1), slice(0, still[axis], 1))
        for axis in (0, 1)
    )
    return Move((top, left), (upper, right), sizes.inputs if sizes.aligned else None)


def _overlap(shift: int, stride: int, inputs: int, outputs: int) -> tuple[slice, slice]:
    """The inputs that outputs see `shift` places on from o * stride, and those outputs o."""
    start = max(0, -(shift // stride))
    stop = min(outputs, (inputs - 1 - shift) // stride + 1)
    if stop <= start:
        return slice(0, 0, 1), slice(0, 0, 1)
    first = start * stride + shift
    return slice(first, first + (stop - 1 - start) * stride + 1, stride), slice(start, stop, 1)


def _outside(cut: Cut, plane: Pair) -> list[Cut]:
    """The strips of a plane that a cut leaves out."""
    along_height = [(strip, _ALL) for strip in _ends(cut[0], plane[0])]
    return along_height + [(_ALL, strip) for strip in _ends(cut[1], plane[1])]


def _ends(kept: slice, size: int) -> list[slice]:
    return [strip for strip in (slice(0, kept.start), slice(kept.stop, size)) if strip.start < strip.stop]

"""Rows that have ended: their state stays, and gradients pass them by."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.activations.base import Array
from models.kernels.library import compiles
from models.kernels.recurrent import step, step_from, strided
from models.networks.recurrent.inputs import Ended

Carried = Sequence[Sequence[tuple[Array, Array]]]
"""For every step, (after, before) [M, units, rows] of each array that a layer remembers."""


class Ending:
    """What a layer does for rows that have ended by a step. `ended` [steps, M, 1, rows] is filled before a pass."""

    def __init__(self, carried: Carried) -> None:
        after, _ = carried[0][0]
        self.ended: Ended = np.zeros((len(carried), len(after), 1, after.shape[2]), np.bool_)
        self._carried = carried
        self._passing = [np.zeros(after.shape, after.dtype) for _ in carried[0]]

    def keep(self, step: int) -> None:
        """What is remembered after a step <- what was before it, in rows that have ended."""
        for after, before in self._carried[step]:
            np.copyto(after, before, where=self.ended[step])

    def part(self, step: int, which: int, delta: Array) -> Array:
        """Take the gradient at one of the things remembered out of delta, in rows that have ended.

        What is returned has zeros in the other rows, and lasts until the next call for the same thing.
        """
        passing, ended = self._passing[which], self.ended[step]
        np.multiply(delta, ended, out=passing)
        np.multiply(delta, ~ended, out=delta)
        return passing


class CompiledEnding(Ending):
    """The same in float32."""

    def __init__(self, carried: Carried) -> None:
        super().__init__(carried)
        sizes = self._passing[0].shape
        self._keep = [
            [step("keep_ended", *sizes, ended, *strided(after), *strided(before)) for after, before in pairs]
            for ended, pairs in zip(self.ended, carried, strict=True)
        ]
        self._part = [
            [step_from("part_ended", *sizes, ended, passing) for passing in self._passing] for ended in self.ended
        ]

    def keep(self, step: int) -> None:
        for keep in self._keep[step]:
            keep()

    def part(self, step: int, which: int, delta: Array) -> Array:
        self._part[step][which](delta)
        return self._passing[which]


def make_ending(carried: Carried) -> Ending:
    """The faster of both for numbers of this kind."""
    return (CompiledEnding if compiles(carried[0][0][0].dtype) else Ending)(carried)

"""What recurrent layers have in common: one product per step, and the way back through time.

A layer keeps, for every step t, the column (h, x, 1) of each row that step t sees: `joined` [steps + 1, M, units +
inputs + 1, rows], whose part h of step t + 1 is where step t writes its state. So nothing is copied between steps, and
the input and recurrent products, the biases and all their gradients are one product each. Rows come last in memory.

Rows that end early keep their state: what a step gives is replaced by the state before it, and gradients pass by.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from models.activations.base import Array
from models.kernels.library import compiles
from models.networks.base import Observer
from models.networks.recurrent.apart import apart
from models.networks.recurrent.compiled_products import CompiledProducts
from models.networks.recurrent.ending import make_ending
from models.networks.recurrent.functions import Function
from models.networks.recurrent.inputs import Ended
from models.networks.recurrent.parts import ANATOMIES, Placed, gather, scatter
from models.networks.recurrent.products import Products
from models.networks.recurrent.use import Use


@dataclass(frozen=True)
class Sizes:
    """Sizes of one layer's arrays."""

    steps: int
    members: int
    units: int
    inputs: int
    rows: int
    dtype: np.dtype[Any]

    @property
    def state(self) -> tuple[int, int, int]:
        """Shape of all members' state after one step."""
        return (self.members, self.units, self.rows)

    @property
    def run(self) -> tuple[int, int]:
        """Members, and the numbers of each one's state."""
        return self.members, self.units * self.rows

    @property
    def joined(self) -> int:
        """Numbers that one step sees: state, inputs and a one."""
        return self.units + self.inputs + 1


class Layer(ABC):
    """One layer of M members; a subclass computes its cell's step forward, its step back and its step in use.

    `gates` and `candidate` are the cell's functions. `inputs` [steps, M, inputs, rows] is filled before `forward`;
    `state` [steps + 1, M, units, rows] begins with zeros; `input_gradient` [steps, M, inputs, rows] is filled by
    `backward` where it was asked for.

    Factors that the cell wants at z or leaves in its gradient cost nothing where they are part of the matrices:
    `_scales` multiplies z on the way forward, `_delta_scales` turns what `_retreat` gives into the gradient at z.
    """

    cell: ClassVar[str]
    memories: ClassVar[int] = 1
    """Arrays that the cell remembers between steps."""

    def __init__(
        self,
        index: int,
        sizes: Sizes,
        placed: Sequence[Placed],
        values: dict[str, Array],
        gradients: dict[str, Array],
        *,
        functions: dict[str, Function],
        raced: str,
        passes_back: bool,
    ) -> None:
        self.index, self.sizes, self.raced = index, sizes, raced
        self.functions = functions
        self.candidate, self.gates = functions["cell"], functions.get("gates", functions["cell"])
        self._placed, self._values, self._gradients = placed, values, gradients
        self._make_matrices()
        self._make_columns()
        self._make_way_back(passes_back)
        self.landing: Sequence[Array] | Array = ()
        self._make_steps()
        self._ending = make_ending([self._carried(step) for step in range(sizes.steps)])
        make = CompiledProducts if compiles(sizes.dtype) else Products
        self._products = make(self._scaled, self._joined, self.landing, self._back.shape[2])

    @abstractmethod
    def _make_steps(self) -> None:
        """Make the cell's own buffers, and `landing`: where the product of each step goes.

        Views of each step are made here once, since making them takes longer than a small pass does.
        """

    @abstractmethod
    def _advance(self, step: int) -> None:
        """Write `state[step + 1]` from the product of a step."""

    @abstractmethod
    def _retreat(self, step: int, delta: Array, ended: Ended | None) -> tuple[Array, Array | None]:
        """(gradient at z over `_delta_scales`, gradient that reaches the state before past z, or None), from that at
        the state after.

        `delta` may be written to; it is 0 in rows that have ended.
        """

    @abstractmethod
    def use(self, z: Array, before: Sequence[Array], use: Use) -> tuple[Array, ...]:
        """What the cell remembers after a step, the state first, from z [M, rows of the matrix, n]."""

    def forward(self, ended: Ended | None) -> None:
        """Take all steps."""
        gather(self._placed, self._values, self._weights)
        np.multiply(self._weights, self._scales, out=self._scaled)
        if ended is not None:
            np.copyto(self._ending.ended, ended)
        for step in range(self.sizes.steps):
            self._products.forward(step)
            self._advance(step)
            if ended is not None:
                self._ending.keep(step)

    def backward(self, last: Array, above: Array | None, ended: Ended | None, observe: Observer | None) -> None:
        """Write the parameters' gradients from those at the state after the last step, and, `above`, after the others.

        `last` may be written to.
        """
        self._begin_backward()
        seen: list[Array] = []
        delta = last
        for step in range(self.sizes.steps - 1, -1, -1):
            delta = self._step_back(step, delta, None if ended is None else ended[step], seen if observe else None)
            if above is not None and step:
                np.add(delta, above[step - 1], out=delta)
        gradient = self._products.gradient
        np.multiply(gradient, self._delta_scales, out=gradient)
        scatter(self._placed, gradient, self._gradients)
        if observe is not None:
            observe(self.index, np.concatenate(seen, axis=2))

    def infer(self, inputs: Array, ended: NDArray[np.bool_] | None, use: Use) -> Array:
        """States [steps, M, units, n] for inputs [steps, M or 1, inputs, n]; `ended` [steps, n]."""
        gather(self._placed, self._values, self._weights)
        sizes, n = self.sizes, inputs.shape[-1]
        joined = np.ones((sizes.members, sizes.joined, n), sizes.dtype)
        memory: Sequence[Array] = [np.zeros((sizes.members, sizes.units, n), sizes.dtype) for _ in range(self.memories)]
        states = np.empty((sizes.steps, *memory[0].shape), sizes.dtype)
        for step in range(sizes.steps):
            joined[:, : sizes.units], joined[:, sizes.units : -1] = memory[0], inputs[step]
            use.ended = None if ended is None else ended[step]
            after = self.use(np.matmul(self._weights, joined), memory, use)
            memory = [use.keep(new, old) for new, old in zip(after, memory, strict=True)]
            states[step] = memory[0]
        return states

    def _carried(self, step: int) -> list[tuple[Array, Array]]:
        """(after, before) of every array that rows keep when they have ended."""
        return [(self.state[step + 1], self.state[step])]

    def _begin_backward(self) -> None:
        np.multiply(self._weights, self._delta_scales, out=self._scaled)

    def _step_back(self, step: int, delta: Array, ended: Ended | None, seen: list[Array] | None) -> Array:
        """The gradient at the state before a step, from that at the state after it."""
        passing: Array | None = None
        if ended is not None:
            passing = self._ending.part(step, 0, delta)
        delta, past = self._retreat(step, delta, ended)
        if seen is not None:
            seen.append((delta * self._delta_scales)[:, self._raced_rows])
        back = self._back[step % len(self._back)]
        self._products.back(step, delta, back)
        before: Array = back[:, : self.sizes.units]
        for more in (past, passing):
            if more is not None:
                np.add(before, more, out=before)
        return before

    def _room(self, steps: int, place: int = 0) -> Array:
        """Room for the products of steps [steps, M, blocks * units, rows]."""
        sizes = self.sizes
        return apart(place, (steps, sizes.members, self._weights.shape[1], sizes.rows), sizes.dtype)

    def _blocks(self, z: Array) -> list[Array]:
        """Views of z [M, blocks * units, n], block by block."""
        return [z[:, start : start + self.sizes.units] for start in range(0, z.shape[1], self.sizes.units)]

    def _make_matrices(self) -> None:
        anatomy, sizes = ANATOMIES[self.cell], self.sizes
        shape = (sizes.members, anatomy.blocks * sizes.units, sizes.joined)
        self._weights = np.zeros(shape, sizes.dtype)
        self._scaled = np.empty(shape, sizes.dtype)
        self._gated = slice(0, anatomy.gates * sizes.units)
        candidate = slice(anatomy.candidate.start * sizes.units, anatomy.candidate.stop * sizes.units)
        self._raced_rows = candidate if self.raced == "cell" else self._gated
        self._scales = np.ones((shape[1], 1), sizes.dtype)
        self._delta_scales = np.ones_like(self._scales)

    def _make_columns(self) -> None:
        sizes = self.sizes
        self._joined = np.ones((sizes.steps + 1, sizes.members, sizes.joined, sizes.rows), sizes.dtype)
        self.state = self._joined[:, :, : sizes.units]
        self.state[0] = 0
        self.inputs = self._joined[:-1, :, sizes.units : -1]

    def _make_way_back(self, passes_back: bool) -> None:
        sizes = self.sizes
        height = sizes.joined - 1 if passes_back else sizes.units
        self._back = apart(6, (sizes.steps if passes_back else 2, sizes.members, height, sizes.rows), sizes.dtype)
        self.input_gradient = self._back[:, :, sizes.units :]

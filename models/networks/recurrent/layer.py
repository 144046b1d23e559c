"""What recurrent layers have in common: one product per step, and the way back through time.

A layer keeps, for every step t, the column (h, x, 1) of each row that step t sees: `joined` [steps + 1, M, units +
inputs + 1, rows], whose part h of step t + 1 is where step t writes its state. So nothing is copied between steps, and
the input and recurrent products, the biases and all their gradients are one product each. Rows come last in memory.

Rows that end early keep their state: what a step gives is replaced by the state before it, and gradients pass by.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from models.activations.base import Array
from models.networks.base import Alteration, Observer
from models.networks.recurrent.functions import Function
from models.networks.recurrent.parts import ANATOMIES, Anatomy, Placed, gather, scatter

Ended = NDArray[np.bool_]
"""[steps, M or 1, 1, rows]: whether a row has ended before a step, or the step is missing."""


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
        """Shape of the state of all members at one step."""
        return (self.members, self.units, self.rows)


@dataclass(frozen=True)
class InUse:
    """One layer's call of `infer`: its functions, and who looks at the raced one's inputs and changes its values."""

    layer: int
    raced: str
    functions: dict[str, Function]
    observe: Observer | None
    alter: Alteration | None

    def apply(self, place: str, z: Array, ended: NDArray[np.bool_] | None) -> None:
        """Replace z [M, units, n], at the place "gates" or "cell", by the function's values."""
        raced = place == self.raced
        if raced and self.observe is not None:
            self.observe(self.layer, z if ended is None else z[..., ~ended])
        self.functions[place].evaluate(z, out=z, work=self.functions[place].work_like(z))
        if raced and self.alter is not None:
            self.alter(self.layer, z)


class Layer(ABC):
    """One layer of M members. A cell computes one step forward, one step back, and one step in use."""

    cell: ClassVar[str]

    def __init__(
        self,
        sizes: Sizes,
        placed: list[Placed],
        values: dict[str, Array],
        gradients: dict[str, Array],
        functions: dict[str, Function],
        *,
        passes_back: bool,
    ) -> None:
        """`passes_back`: whether the inputs' gradients are wanted; then they are in `input_gradient` after backward."""
        self.sizes, self.functions = sizes, functions
        self._placed, self._values, self._gradients = placed, values, gradients
        self._make_matrices()
        self._make_states(passes_back)
        self._make_steps()

    @property
    def anatomy(self) -> Anatomy:
        """How the blocks lie in the matrix."""
        return ANATOMIES[self.cell]

    @abstractmethod
    def _make_steps(self) -> None:
        """Make the buffers of the cell, and the views of each step, which are worth their making."""

    @abstractmethod
    def _advance(self, step: int) -> None:
        """From `self.z[step]` to the state `self.state[step + 1]`."""

    @abstractmethod
    def _retreat(self, step: int, delta: Array, ended: Array | None) -> tuple[Array, Array | None]:
        """(gradient at z, gradient that reaches the state before directly or None), from that at the state after.

        `delta` may be written to, and is 0 where a row has ended.
        """

    @abstractmethod
    def step_in_use(self, z: Array, before: tuple[Array, ...], apply: Callable[[str, Array], None]) -> tuple[Array, ...]:
        """What the cell remembers after a step, its state first, from z [M, rows of the matrix, n]."""

    def states_in_use(self) -> int:
        """How many arrays a cell remembers between steps."""
        return 1

    def carried(self, step: int) -> list[tuple[Array, Array]]:
        """(after, before) of every array that rows keep when they have ended."""
        return [(self.state[step + 1], self.state[step])]

    def forward(self, ended: Ended | None) -> None:
        """Take all steps on the inputs in `self.inputs`."""
        self._gather()
        for step in range(self.sizes.steps):
            np.matmul(self._scaled, self.joined[step], out=self.z[step])
            self._advance(step)
            if ended is not None:
                for after, before in self.carried(step):
                    np.copyto(after, before, where=ended[step])

    def backward(self, last: Array | None, above: Array | None, ended: Ended | None, observe: Observer | None) -> None:
        """Write the parameters' gradients, from those at the last state, or at all states `above` [steps, ...]."""
        steps = self.sizes.steps
        self._begin_backward()
        delta = self._back[steps % len(self._back)][:, : self.sizes.units]
        np.copyto(delta, above[-1] if above is not None else last)  # type: ignore[arg-type]
        seen: list[Array] = []
        for step in range(steps - 1, -1, -1):
            if above is not None and step < steps - 1:
                np.add(delta, above[step], out=delta)
            delta = self._step_back(step, delta, None if ended is None else ended[step], seen if observe else None)
        self._scatter()

    def infer(self, inputs: Array, ended: NDArray[np.bool_] | None, use: InUse) -> Array:
        """States [steps, M, units, n] for inputs [steps, M or 1, inputs, n] and `ended` [steps, n]."""
        raise NotImplementedError

"""Optimisers over one flat array of parameters [members, P], in place.

    adam    m <- 0.9 m + g;  v <- 0.999 v + g^2;  p <- p - rate c1 m / (sqrt(c2 v) + 1e-8)   [Kingma and Ba 2015]
    sgd     m <- 0.9 m + g;  p <- p - rate m                                               [Polyak 1964]

An update is ten passes over several arrays. They are made block by block, so that all but the first pass find their
numbers in the cache.

Adam's moments lack their usual factors 0.1 and 0.001: c1 = 0.1 / (1 - 0.9^t) and c2 = 0.001 / (1 - 0.999^t) hold them
together with the bias corrections, and all of these enter through one number per member and step.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import ClassVar

import numpy as np

from models.activations.base import Array
from models.kernels.adam import adam
from models.kernels.library import compiles

FIRST_DECAY = 0.9
SECOND_DECAY = 0.999
EPSILON = 1e-8
FLUSH_EVERY = 100
NEGLIGIBLE = 1e-30
"""The momentum of a parameter without gradient would shrink to a denormal number and stay one, which is slow."""


BLOCK = 2**14
"""Numbers of each array in one block: five arrays of them fit into half a megabyte of cache."""


@dataclass(frozen=True)
class _Block:
    """Views of some members' parameters, or of a part of one member's; `rates` [members, 1]."""

    parameters: Array
    gradients: Array
    momentum: Array
    square: Array
    rates: Array
    scratch: Array


class Optimizer(ABC):
    """Steps all members at once, each with its own highest learning rate."""

    def __init__(self, parameters: Array, gradients: Array, learning_rates: Sequence[float]) -> None:
        dtype = parameters.dtype
        self.parameters, self.gradients = parameters, gradients
        self.learning_rates = np.asarray(learning_rates, dtype=dtype)[:, None]
        self._rates = np.empty_like(self.learning_rates)
        self._momentum = np.zeros_like(parameters)
        self._square = np.zeros_like(parameters) if self.squares else parameters
        self._decay = dtype.type(FIRST_DECAY)
        self._steps = 0
        self._blocks = tuple(self._cut())

    squares: ClassVar[bool] = False
    """Whether squared gradients are remembered."""

    def step(self, factor: float) -> None:
        """Update the parameters with learning rates times `factor`. The gradients are used up."""
        self._steps += 1
        if self._steps % FLUSH_EVERY == 0:
            self._momentum[np.abs(self._momentum) < NEGLIGIBLE] = 0
        np.multiply(self.learning_rates, factor * self._scale(), out=self._rates)
        self._move()

    def freeze(self, member: int) -> None:
        """Forget a member: its parameters become 0 and stay so."""
        for array in (self.parameters, self.gradients, self._momentum, self._square):
            array[member] = 0
        self.learning_rates[member] = 0

    def clip(self, norm: float) -> None:
        """Scale each member's gradient down to Euclidean length `norm` where it is longer."""
        lengths = np.sqrt(np.vecdot(self.gradients, self.gradients))
        shrink = np.minimum(1, norm / np.maximum(lengths, norm)).astype(lengths.dtype, copy=False)
        np.multiply(self.gradients, shrink[:, None], out=self.gradients)

    @abstractmethod
    def _scale(self) -> float:
        """What the learning rates are multiplied by at this step, and whatever else depends on its number."""

    def _move(self) -> None:
        for block in self._blocks:
            np.multiply(block.momentum, self._decay, out=block.momentum)
            np.add(block.momentum, block.gradients, out=block.momentum)
            self._update(block)

    @abstractmethod
    def _update(self, block: _Block) -> None:
        """Move one block's parameters, whose momentum is up to date."""

    def _cut(self) -> Iterator[_Block]:
        members, size = self.parameters.shape
        together = max(1, BLOCK // size)
        scratch = np.empty(BLOCK, self.parameters.dtype)
        for first in range(0, members, together):
            rows = slice(first, min(first + together, members))
            for start in range(0, size, BLOCK):
                yield self._block(rows, slice(start, min(start + BLOCK, size)), scratch)

    def _block(self, rows: slice, columns: slice, scratch: Array) -> _Block:
        place = rows, columns
        parameters = self.parameters[place]
        return _Block(
            parameters=parameters,
            gradients=self.gradients[place],
            momentum=self._momentum[place],
            square=self._square[place],
            rates=self._rates[rows],
            scratch=scratch[: parameters.size].reshape(parameters.shape),
        )


class Adam(Optimizer):
    """Adam with decays 0.9 and 0.999."""

    squares = True

    def __init__(self, parameters: Array, gradients: Array, learning_rates: Sequence[float]) -> None:
        super().__init__(parameters, gradients, learning_rates)
        self._square_decay = parameters.dtype.type(SECOND_DECAY)
        self._epsilon = parameters.dtype.type(EPSILON)
        self._compiled = compiles(parameters.dtype) and parameters.flags.c_contiguous

    def _scale(self) -> float:
        first = (1 - FIRST_DECAY) / (1 - FIRST_DECAY**self._steps)
        second = sqrt((1 - SECOND_DECAY) / (1 - SECOND_DECAY**self._steps))
        self._epsilon = self.parameters.dtype.type(EPSILON / second)
        return first / second

    def _move(self) -> None:
        if not self._compiled:
            super()._move()
            return
        arrays = self.parameters, self.gradients, self._momentum, self._square, self._rates
        adam(*arrays, decays=(FIRST_DECAY, SECOND_DECAY), epsilon=float(self._epsilon))

    def _update(self, block: _Block) -> None:
        square, gradients, scratch = block.square, block.gradients, block.scratch
        np.multiply(square, self._square_decay, out=square)
        np.square(gradients, out=gradients)
        np.add(square, gradients, out=square)
        np.sqrt(square, out=scratch)
        np.add(scratch, self._epsilon, out=scratch)
        np.divide(block.momentum, scratch, out=scratch)
        np.multiply(scratch, block.rates, out=scratch)
        np.subtract(block.parameters, scratch, out=block.parameters)


class Momentum(Optimizer):
    """Stochastic gradient descent with momentum 0.9."""

    def _scale(self) -> float:
        return 1.0

    def _update(self, block: _Block) -> None:
        np.multiply(block.momentum, block.rates, out=block.scratch)
        np.subtract(block.parameters, block.scratch, out=block.parameters)


OPTIMIZERS: dict[str, type[Optimizer]] = {"adam": Adam, "sgd": Momentum}

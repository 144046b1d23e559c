"""Optimisers over one flat array of parameters [members, P], in place.

    adam    m <- 0.9 m + g;  v <- 0.999 v + g^2;  p <- p - rate c1 m / (sqrt(c2 v) + 1e-8)   [Kingma and Ba 2015]
    sgd     m <- 0.9 m + g;  p <- p - rate m                                               [Polyak 1964]

Adam's moments lack their usual factors 0.1 and 0.001: c1 = 0.1 / (1 - 0.9^t) and c2 = 0.001 / (1 - 0.999^t) hold them
together with the bias corrections, and all of these enter through one number per member and step.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from math import sqrt

import numpy as np

from models.activations.base import Array

FIRST_DECAY = 0.9
SECOND_DECAY = 0.999
EPSILON = 1e-8
FLUSH_EVERY = 100
NEGLIGIBLE = 1e-30
"""The momentum of a parameter without gradient would shrink to a denormal number and stay one, which is slow."""


class Optimizer(ABC):
    """Steps all members at once, each with its own highest learning rate."""

    def __init__(self, parameters: Array, gradients: Array, learning_rates: Sequence[float]) -> None:
        dtype = parameters.dtype
        self.parameters, self.gradients = parameters, gradients
        self.learning_rates = np.asarray(learning_rates, dtype=dtype)[:, None]
        self._rates = np.empty_like(self.learning_rates)
        self._momentum = np.zeros_like(parameters)
        self._decay = dtype.type(FIRST_DECAY)
        self._scratch = np.empty_like(parameters)
        self._steps = 0

    @abstractmethod
    def step(self, factor: float) -> None:
        """Update the parameters with learning rates times `factor`. The gradients are used up."""

    def freeze(self, member: int) -> None:
        """Forget a member: its parameters become 0 and stay so."""
        for array in (self.parameters, self.gradients, self._momentum):
            array[member] = 0
        self.learning_rates[member] = 0

    def clip(self, norm: float) -> None:
        """Scale each member's gradient down to Euclidean length `norm` where it is longer."""
        lengths = np.sqrt(np.vecdot(self.gradients, self.gradients))
        shrink = np.minimum(1, norm / np.maximum(lengths, norm)).astype(lengths.dtype, copy=False)
        np.multiply(self.gradients, shrink[:, None], out=self.gradients)

    def _accumulate(self) -> None:
        self._steps += 1
        if self._steps % FLUSH_EVERY == 0:
            self._momentum[np.abs(self._momentum) < NEGLIGIBLE] = 0
        np.multiply(self._momentum, self._decay, out=self._momentum)
        np.add(self._momentum, self.gradients, out=self._momentum)


class Adam(Optimizer):
    """Adam with decays 0.9 and 0.999."""

    def __init__(self, parameters: Array, gradients: Array, learning_rates: Sequence[float]) -> None:
        super().__init__(parameters, gradients, learning_rates)
        self._square = np.zeros_like(parameters)
        self._square_decay = parameters.dtype.type(SECOND_DECAY)

    def step(self, factor: float) -> None:
        self._accumulate()
        first = (1 - FIRST_DECAY) / (1 - FIRST_DECAY**self._steps)
        second = sqrt((1 - SECOND_DECAY) / (1 - SECOND_DECAY**self._steps))
        scratch, dtype = self._scratch, self.parameters.dtype
        np.multiply(self._square, self._square_decay, out=self._square)
        np.square(self.gradients, out=self.gradients)
        np.add(self._square, self.gradients, out=self._square)
        np.sqrt(self._square, out=scratch)
        np.add(scratch, dtype.type(EPSILON / second), out=scratch)
        np.divide(self._momentum, scratch, out=scratch)
        np.multiply(self.learning_rates, factor * first / second, out=self._rates)
        np.multiply(scratch, self._rates, out=scratch)
        np.subtract(self.parameters, scratch, out=self.parameters)

    def freeze(self, member: int) -> None:
        super().freeze(member)
        self._square[member] = 0


class Momentum(Optimizer):
    """Stochastic gradient descent with momentum 0.9."""

    def step(self, factor: float) -> None:
        self._accumulate()
        np.multiply(self.learning_rates, factor, out=self._rates)
        np.multiply(self._momentum, self._rates, out=self._scratch)
        np.subtract(self.parameters, self._scratch, out=self.parameters)


OPTIMIZERS: dict[str, type[Optimizer]] = {"adam": Adam, "sgd": Momentum}

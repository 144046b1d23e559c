"""What every population of networks can do, whatever its layers are."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np

from models.activations.base import Activation, Array
from models.data.rows import Graph
from models.kernels.activations import fastest
from models.networks.parts import WeightStart
from models.networks.shapes import Shape

Observer = Callable[[int, Array], None]
"""Called with the index of a hidden layer and an array [M, units, n], which is only lent: n counts every place at
which a unit's function is applied, rows times pixels or steps. The units of different layers may differ in number."""

Alteration = Callable[[int, Array], None]
"""Called with the index of a hidden layer and what its function returned, which it may change in place."""


@dataclass(frozen=True)
class Workload:
    """What one step of one member costs, from sizes alone.

    parameters      numbers learned
    products        multiplications and additions, in pairs, of one forward pass of one row
    elements        numbers kept for the backward pass, per row
    calls           calls of NumPy in a whole step, shared by all members side by side
    activated       numbers that the raced function is applied to, per row
    fixed_products  products of one forward pass whatever the number of rows; the other two alike
    """

    parameters: int
    products: int
    elements: int
    calls: int
    activated: int
    fixed_products: int = 0
    fixed_elements: int = 0
    fixed_activated: int = 0

    def products_of(self, rows: int) -> int:
        """Products of one forward pass of so many rows."""
        return self.fixed_products + rows * self.products

    def elements_of(self, rows: int) -> int:
        """Numbers kept for the backward pass of so many rows."""
        return self.fixed_elements + rows * self.elements

    def activated_of(self, rows: int) -> int:
        """Numbers that the raced function is applied to, in so many rows."""
        return self.fixed_activated + rows * self.activated


class Lengths(Protocol):
    """How many parameters a member has."""

    @property
    def size(self) -> int:
        """P."""


class PopulationNetwork(ABC):
    """M networks of one shape and one raced activation, trained side by side on batches of `rows` rows.

    Member i trains on batch i % shares, so that members which differ in their learning rate alone share one.
    `parameters` and `gradients` are flat [M, P]. `raw` [M, rows, outputs] holds the outputs of the last `forward`; make
    arrays like it with np.empty_like, since its rows need not be contiguous.
    """

    family: ClassVar[str]
    working_set: ClassVar[int] = 32 * 2**20
    """Bytes of parameters, moments and activations that may be trained side by side: small networks gain most from
    company, which spares calls; large ones lose when they push each other out of the cache."""

    network: Shape
    layout: Lengths
    raw: Array

    def __init__(
        self,
        network: Shape,
        activation: Activation,
        *,
        members: int,
        rows: int,
        shares: int = 1,
        dtype: type[np.float32] | type[np.float64] = np.float32,
        graph: Graph | None = None,
    ) -> None:
        """Networks whose parameters are all 0 until `begin`.

        `graph` is what the rows of a graph network are nodes of. Raises ValueError for a shape or an activation that
        the family does not have, and when the members cannot share the batches evenly.
        """
        self.network, self.shares = network, shares
        self.activation = fastest(activation, np.dtype(dtype))
        self._check()
        if members % shares:
            raise ValueError(f"{members} members cannot share {shares} batches evenly")
        self.layout = self._lay_out()
        self.parameters: Array = np.zeros((members, self.layout.size), dtype)
        self.gradients: Array = np.zeros_like(self.parameters)
        self._build(rows, graph)

    def _check(self) -> None:
        """Raise ValueError where there is no such network."""
        if "hidden" not in self.activation.roles:
            roles = sorted(self.activation.roles)
            raise ValueError(f"{self.activation.name} serves as {roles}, not in hidden layers of this kind")

    @abstractmethod
    def _lay_out(self) -> Lengths:
        """The order of the parameters, from `network` and `activation`."""

    @abstractmethod
    def _build(self, rows: int, graph: Graph | None) -> None:
        """Make layers and buffers, as views of `parameters` and `gradients`."""

    @property
    def members(self) -> int:
        """M."""
        return len(self.parameters)

    @staticmethod
    def prepared(x: Array) -> Array:
        """Rows [n, features] as `forward` and `infer` take them."""
        return x

    @abstractmethod
    def begin(
        self, start: WeightStart, *, root: int, seeds: Sequence[int], output_bias: Sequence[float] | Array
    ) -> None:
        """Set all parameters to their first values, one seed for each member; seeds repeat as batches do."""

    @abstractmethod
    def forward(self, x: Array) -> Array:
        """Raw outputs [M, rows, outputs] of networks in training, for prepared batches x [shares, rows, ...].

        The array is `raw`, and lasts until the next call.
        """

    @abstractmethod
    def backward(self, x: Array, raw_gradient: Array, observe: Observer | None = None) -> None:
        """Fill `gradients` from the gradient at the raw outputs [M, rows, outputs], after `forward` of the same x.

        `observe` sees the gradient at the input of each hidden layer's function, once per layer.
        """

    @abstractmethod
    def infer(self, x: Array, observe: Observer | None = None, alter: Alteration | None = None) -> Array:
        """Raw outputs [M, n, outputs] of networks in use, for any n prepared rows x that all members see.

        Nothing is recorded or left out at random. `observe` sees the input of each hidden layer's function.
        """

    @abstractmethod
    def slopes(self, layer: int) -> tuple[Array, ...]:
        """The activation's own parameters in one hidden layer, to be broadcast against what an observer sees."""

    @abstractmethod
    def keep_in_bounds(self) -> None:
        """Clip the activation's own parameters to their limits, in place."""

    @abstractmethod
    def weights(self) -> dict[str, Array]:
        """Every weight matrix or filter bank by name, as views [M, ...] of `parameters`: what a device would quantise.

        Axis 1 runs over the output channels.
        """

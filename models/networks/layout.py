"""Where each parameter of a dense network lies in its member's row of one flat array.

One array [members, P] holds everything that is learned, so that the optimiser is a handful of passes over it. The
parts of a layer are views into it: matrix products write weight gradients straight into the flat gradient array.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import prod

import numpy as np

from models.activations.base import Array, Parameter
from models.networks.shapes import DenseShape


@dataclass(frozen=True)
class LayerViews:
    """One layer's part of a flat array [M, P].

    weights     [M, outputs, inputs], with one more column, the bias, where `has_bias`
    scale       [M, outputs, 1] of the normalisation, or None; `shift` alike
    slopes      the activation's own parameters, [M, outputs, 1] or [M, 1, 1] each
    """

    weights: Array
    has_bias: bool
    scale: Array | None = None
    shift: Array | None = None
    slopes: tuple[Array, ...] = ()

    @property
    def kernel(self) -> Array:
        """The weights without the bias."""
        return self.weights[:, :, :-1] if self.has_bias else self.weights

    @property
    def bias(self) -> Array:
        """[M, outputs]; only for a layer that has one."""
        return self.weights[:, :, -1]


class Layout:
    """The order of the parts: hidden layers, output layer, normalisations, tables of categories, then the activations'
    own parameters.

    A hidden layer that is normalised has no bias: the normalisation's shift takes its place.
    """

    def __init__(self, network: DenseShape, learned: Sequence[Parameter] = ()) -> None:
        self.network = network
        self.learned = tuple(learned)
        self.normalized = network.normalization != "none"
        shapes = [*self._weight_shapes(), *self._normalization_shapes(), *self._table_shapes()]
        self.tail = sum(map(prod, shapes))
        """Where the activations' own parameters start."""
        self._shapes = shapes + self._slope_shapes()
        self._ends = tuple(accumulate(map(prod, self._shapes)))
        self._low, self._high = (self._limits(side) for side in ("low", "high"))
        self._bounded = bool(np.isfinite([self._low, self._high]).any())

    @property
    def size(self) -> int:
        """P, the number of parameters of one member."""
        return self._ends[-1]

    def views(self, flat: Array) -> tuple[LayerViews, ...]:
        """Views of `flat` [M, P]: one for each hidden layer, then the output layer's."""
        parts = iter(self._parts(flat))
        depth = self.network.depth
        weights = [next(parts) for _ in range(depth + 1)]
        scales = [self._pair(parts) for _ in range(depth)]
        for _ in self.network.categories:
            next(parts)
        slopes = [tuple(next(parts) for _ in self.learned) for _ in range(depth)]
        hidden = (
            LayerViews(weights[index], not self.normalized, *scales[index], slopes[index]) for index in range(depth)
        )
        return (*hidden, LayerViews(weights[depth], has_bias=True))

    def tables(self, flat: Array) -> tuple[Array, ...]:
        """Views [M, levels, embedding] of `flat`: one for each category."""
        before = len(self._weight_shapes()) + len(self._normalization_shapes())
        return tuple(self._parts(flat)[before : before + len(self.network.categories)])

    def keep_in_bounds(self, flat: Array) -> None:
        """Clip the activations' own parameters to their limits, in place."""
        if self._bounded:
            np.clip(flat[:, self.tail :], self._low, self._high, out=flat[:, self.tail :])

    def _pair(self, parts: Iterator[Array]) -> tuple[Array | None, Array | None]:
        return (next(parts), next(parts)) if self.normalized else (None, None)

    def _parts(self, flat: Array) -> list[Array]:
        starts = (0, *self._ends)
        return [
            flat[:, start:end].reshape(-1, *shape)
            for start, end, shape in zip(starts, self._ends, self._shapes, strict=False)
        ]

    def _weight_shapes(self) -> list[tuple[int, int]]:
        network = self.network
        bias = 0 if self.normalized else 1
        inputs = [network.inputs] + [network.width] * (network.depth - 1)
        return [(network.width, count + bias) for count in inputs] + [(network.outputs, network.width + 1)]

    def _normalization_shapes(self) -> list[tuple[int, int]]:
        return [(self.network.width, 1)] * (2 * self.network.depth if self.normalized else 0)

    def _table_shapes(self) -> list[tuple[int, int]]:
        return [(levels, self.network.embedding) for levels in self.network.categories]

    def _limits(self, side: str) -> Array:
        """`low` or `high` of each of the activations' own parameters, in their order."""
        sizes = [prod(shape) for shape in self._slope_shapes()]
        limits = [getattr(parameter, side) for parameter in self.learned] * self.network.depth
        return np.repeat(np.array(limits, dtype=np.float32), sizes)

    def _slope_shapes(self) -> list[tuple[int, int]]:
        one_layer = [(self.network.width if parameter.per == "channel" else 1, 1) for parameter in self.learned]
        return one_layer * self.network.depth

"""The contract of an activation: what each one states about itself, and how it is computed.

An activation works in place on arrays of any shape in float32 or float64. `apply` turns pre-activations z into f(z);
`pull` turns the gradient with respect to f(z) into the gradient with respect to z. Both are the trainer's hot loops, so
they write through `out=` and avoid temporaries.

Inputs up to |x| = 1e4 give finite results in float32 without a floating-point warning. NaN passes through to the
result; infinite inputs may warn or give NaN, so a trainer freezes a diverged member before that, or ignores warnings.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isinf
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.floating[Any]]
Saturation = Literal["no", "left", "right", "both"]
CostClass = Literal["A", "B", "C", "D"]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Mathematical properties of one activation at its initial parameters; the conformance suite computes every one.

    range           infimum and supremum of f over the reals
    smoothness      0: continuous with kinks; 1: continuously differentiable once; inf: infinitely often
    joints          where the formula's pieces meet, ascending; empty for one piece
    monotone        f never decreases
    zero_centred    |E f(z)| <= 0.01 for z ~ N(0, 1)
    mean            E f(z) for z ~ N(0, 1)
    saturates       ends at which f stays bounded while f' goes to zero
    exact_zeros     f(x) = 0 on an interval
    zero_gradient   hull of the intervals where f' = 0, or None
    lipschitz       sup |f'|, inf when unbounded
    homogeneous     f(a x) = a f(x) for every a > 0
    odd             f(-x) = -f(x)
    periodic        f(x + period) = f(x)
    """

    range: tuple[float, float]
    smoothness: float
    joints: tuple[float, ...] = ()
    monotone: bool
    zero_centred: bool
    mean: float
    saturates: Saturation
    exact_zeros: bool = False
    zero_gradient: tuple[float, float] | None = None
    lipschitz: float
    homogeneous: bool = False
    odd: bool = False
    periodic: bool = False
    piecewise_linear: bool = False

    @property
    def bounded_below(self) -> bool:
        """Whether the infimum is finite."""
        return not isinf(self.range[0])

    @property
    def bounded_above(self) -> bool:
        """Whether the supremum is finite."""
        return not isinf(self.range[1])

    @property
    def bounded(self) -> bool:
        """Whether both ends are finite."""
        return self.bounded_below and self.bounded_above

    @property
    def smooth(self) -> bool:
        """Whether the second derivative is continuous, as losses with input derivatives need."""
        return self.smoothness >= 2

    @property
    def kinked(self) -> bool:
        """Whether the first derivative jumps somewhere."""
        return self.smoothness < 1


@dataclass(frozen=True)
class Parameter:
    """A number that training learns: one per channel (unit) or one per layer, kept within [low, high]."""

    name: str
    initial: float
    per: Literal["channel", "layer"] = "channel"
    low: float = -inf
    high: float = inf


@dataclass(frozen=True)
class Frameworks:
    """An expression to paste for each framework, or None where the framework has none.

    pytorch: a module, or a function where PyTorch has no module; keras: what `activation=` takes, or a layer; jax: a
    function of an array; sklearn: the value of MLPClassifier's `activation`. Gated units are functions of
    (gate, linear) unless the framework splits one array itself. Slopes are explicit wherever defaults differ.
    """

    pytorch: str | None = None
    keras: str | None = None
    jax: str | None = None
    sklearn: str | None = None


class Activation(ABC):
    """One activation function: its computation, and everything the rest of the project says about it.

    relative_cost is the measured time of apply and pull together, divided by that of relu (benchmarks/activations.py);
    cost_class sorts frameworks' typical forward-and-backward cost: A up to 1.4 times relu, B to 3.3, C to 6, D above.
    `wavelength` is the period of f, or of its slope, when it oscillates for ever, else None.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    formula: ClassVar[str]
    derivative: ClassVar[str]
    facts: ClassVar[Facts]
    frameworks: ClassVar[Frameworks]
    scheme: ClassVar[str]
    sources: ClassVar[tuple[str, ...]]
    cost_class: ClassVar[CostClass]
    relative_cost: ClassVar[float]
    roles: ClassVar[frozenset[str]]
    parameters: ClassVar[tuple[Parameter, ...]] = ()
    elementwise: ClassVar[bool] = True
    work_buffers: ClassVar[int] = 1
    wavelength: ClassVar[float | None] = None

    @abstractmethod
    def apply(self, z: Array, work: Array, parameters: Sequence[Array] = ()) -> None:
        """Replace z by f(z) in place, and leave in `work` what `pull` needs.

        z has at least one dimension. `work` has z's shape and dtype, with a leading axis of `work_buffers` when that
        is above one. Each parameter array broadcasts against z: (members, 1, units) for one number per channel,
        (members, 1, 1) for one per layer.
        """

    @abstractmethod
    def pull(
        self,
        delta: Array,
        value: Array,
        work: Array,
        parameters: Sequence[Array] = (),
        gradients: Sequence[Array] = (),
    ) -> None:
        """Replace delta by delta * f'(z) in place, given value = f(z) and what `apply` left in `work`.

        `value` is only read; `work` is used up. Parameter gradients are added into `gradients`, each summed over the
        axes along which the parameter has size one; with no gradients given they are not computed.
        """

    def work_like(self, z: Array) -> Array:
        """A new work array for z: z's dtype, z's shape, and a leading axis when more than one buffer is needed."""
        shape = z.shape if self.work_buffers == 1 else (self.work_buffers, *z.shape)
        return np.zeros(shape, dtype=z.dtype)

    def initial_parameters(self, dtype: np.dtype[Any]) -> tuple[Array, ...]:
        """The learnable parameters at their initial values, as arrays of no dimension."""
        return tuple(np.asarray(parameter.initial, dtype=dtype) for parameter in self.parameters)

    def value_and_slope(self, x: ArrayLike, parameters: Sequence[Array] | None = None) -> tuple[Array, Array]:
        """f(x) and f'(x) as two new arrays of x's shape. Floats keep their dtype; other numbers become float64."""
        value = np.atleast_1d(floating_copy(x))
        chosen = self.initial_parameters(value.dtype) if parameters is None else parameters
        work = self.work_like(value)
        self.apply(value, work, chosen)
        slope = np.ones_like(value)
        self.pull(slope, value, work, chosen)
        shape = np.shape(x)
        return value.reshape(shape), slope.reshape(shape)

    def value(self, x: ArrayLike, parameters: Sequence[Array] | None = None) -> Array:
        """f(x) as a new array of x's shape; at the initial parameters unless others are given."""
        result = np.atleast_1d(floating_copy(x))
        chosen = self.initial_parameters(result.dtype) if parameters is None else parameters
        self.apply(result, self.work_like(result), chosen)
        return result.reshape(np.shape(x))

    def slope(self, x: ArrayLike, parameters: Sequence[Array] | None = None) -> Array:
        """f'(x) as a new array of x's shape; at a kink, one of the two one-sided derivatives."""
        return self.value_and_slope(x, parameters)[1]


def floating_copy(x: ArrayLike) -> Array:
    """A copy of x as float32 when it is float32, and as float64 otherwise."""
    given = np.asarray(x)
    return np.array(given, dtype=given.dtype if given.dtype == np.float32 else np.float64, order="C")


def add_product(gradient: Array, left: Array, right: Array) -> None:
    """Add left * right to `gradient`, summed over every axis that `gradient` lacks or has as size one."""
    axes = list(range(left.ndim))
    extra = left.ndim - gradient.ndim
    kept = [axis for axis in axes[extra:] if gradient.shape[axis - extra] != 1]
    summed: Array = np.einsum(left, axes, right, axes, kept)  # type: ignore[arg-type]  # sublists are not in the stubs
    gradient += summed.reshape(gradient.shape)

"""Activations whose value and slope are computed in one pass by a compiled kernel.

Each is the activation of the catalogue in every other respect. Arrays that no kernel can take (float64, or strides
within a member) go the catalogue's way; `value` and `work` decide, which `apply` and `pull` both see.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from functools import cache
from math import prod
from typing import Any, ClassVar

import numpy as np

from models.activations.base import Activation, Array
from models.activations.exponential_units import Elu, Selu
from models.activations.gated import GeGlu, Glu, ReGlu, SwiGlu
from models.activations.rectifiers import Relu
from models.activations.self_gated import Gelu, GeluTanh, Mish, QuickGelu, Silu
from models.activations.sigmoids import Sigmoid, Tanh
from models.kernels.library import address, compiles, kernel

_SIZES = (ctypes.c_long, ctypes.c_long)
_ARRAY = (ctypes.c_void_p, ctypes.c_long)
_FLOAT = 4


def fastest(activation: Activation, dtype: np.dtype[Any]) -> Activation:
    """The activation by its kernel where there is one, else itself."""
    return _COMPILED.get(activation.name, activation) if compiles(dtype) else activation


def runs(array: Array) -> tuple[int, int, int] | None:
    """(runs, numbers of each, distance of their beginnings) of a float32 array whose first axis alone may have gaps.

    None for other arrays.
    """
    if array.dtype != np.float32:
        return None
    if array.flags.c_contiguous:
        return 1, array.size, array.size
    inner, expected = prod(array.shape[1:]), _FLOAT
    for size, stride in zip(array.shape[:0:-1], array.strides[:0:-1], strict=True):
        if size > 1 and stride != expected:
            return None
        expected *= size
    return len(array), inner, array.strides[0] // _FLOAT


@cache
def _one(name: str) -> Any:
    return kernel(name, *_SIZES, *_ARRAY)


@cache
def _two(name: str) -> Any:
    return kernel(name, *_SIZES, *_ARRAY, *_ARRAY)


def _both(name: str, first: Array, second: Array) -> bool:
    """Run a kernel over two arrays of one shape; False, and nothing done, where they are not made of runs."""
    one, two = runs(first), runs(second)
    if one is None or two is None:
        return False
    if one[:2] != two[:2]:
        one, two = (made if made[0] > 1 else _cut(array) for array, made in ((first, one), (second, two)))
    _two(name)(one[0], one[1], address(first), one[2], address(second), two[2])
    return True


def _cut(array: Array) -> tuple[int, int, int]:
    """A contiguous array in runs along its first axis."""
    inner = array.size // max(1, len(array))
    return len(array), inner, inner


def _pull(name: str, delta: Array, kept: Array) -> None:
    if not _both(name, delta, kept):
        copied = np.ascontiguousarray(delta)
        _both(name, copied, kept)
        delta[...] = copied


class _WithSlope(Activation):
    """By a kernel that leaves the slope in `work`."""

    compiled: ClassVar[str]

    def apply(self, z: Array, work: Array, parameters: Sequence[Array] = ()) -> None:
        """z <- f(z); work <- f'(z)."""
        if not _both(self.compiled, z, work):
            super().apply(z, work, parameters)  # type: ignore[safe-super]  # the catalogue's class comes next

    def pull(
        self, delta: Array, value: Array, work: Array, parameters: Sequence[Array] = (), gradients: Sequence[Array] = ()
    ) -> None:
        """delta <- delta * f'(x)."""
        if runs(value) is None or runs(work) is None:
            super().pull(delta, value, work, parameters, gradients)  # type: ignore[safe-super]
        else:
            np.multiply(delta, work, out=delta)


class _ByValue(Activation):
    """By one kernel for the value, and one that has the slope from the value."""

    compiled: ClassVar[str]
    compiled_pull: ClassVar[str]

    def apply(self, z: Array, work: Array, parameters: Sequence[Array] = ()) -> None:
        """z <- f(z)."""
        found = runs(z)
        if found is None:
            super().apply(z, work, parameters)  # type: ignore[safe-super]
        else:
            _one(self.compiled)(found[0], found[1], address(z), found[2])

    def pull(
        self, delta: Array, value: Array, work: Array, parameters: Sequence[Array] = (), gradients: Sequence[Array] = ()
    ) -> None:
        """delta <- delta * f'(x)."""
        if runs(value) is None:
            super().pull(delta, value, work, parameters, gradients)  # type: ignore[safe-super]
        else:
            _pull(self.compiled_pull, delta, value)


class _Relu(_ByValue, Relu):
    compiled, compiled_pull = "relu", "relu_pull"


class _Sigmoid(_ByValue, Sigmoid):
    compiled, compiled_pull = "sigmoid", "sigmoid_pull"


class _Tanh(_ByValue, Tanh):
    compiled, compiled_pull = "tanh_", "tanh_pull"


class _Silu(_WithSlope, Silu):
    compiled = "silu"


class _QuickGelu(_WithSlope, QuickGelu):
    compiled = "quick_gelu"


class _Gelu(_WithSlope, Gelu):
    compiled = "gelu"


class _GeluTanh(_WithSlope, GeluTanh):
    compiled = "gelu_tanh"


class _Mish(_WithSlope, Mish):
    compiled = "mish"


class _Elu(_WithSlope, Elu):
    compiled = "elu"


class _Selu(_WithSlope, Selu):
    compiled = "selu"


class _Glu(Glu):
    inner = _Sigmoid()


class _ReGlu(ReGlu):
    inner = _Relu()


class _GeGlu(GeGlu):
    inner = _Gelu()


class _SwiGlu(SwiGlu):
    inner = _Silu()


_PLAIN = (_Relu(), _Sigmoid(), _Tanh(), _Silu(), _QuickGelu(), _Gelu(), _GeluTanh(), _Mish(), _Elu(), _Selu())
_GATED = (_Glu(), _ReGlu(), _GeGlu(), _SwiGlu())
_COMPILED: dict[str, Activation] = {made.name: made for made in (*_PLAIN, *_GATED)}

"""What the tests of kernels share: they are skipped where no library was built, and arrays stand between guards."""

from __future__ import annotations

import numpy as np
import pytest

from models.activations.base import Array
from models.kernels.library import library

needs_kernels = pytest.mark.skipif(
    library() is None, reason="the kernels were not built: no C compiler, or switched off"
)
GUARD = 7.5


def guarded(*shape: int, gap: int = 3) -> tuple[Array, Array]:
    """(everything, an array [M, ...] of NaN within it): members lie `gap` numbers apart, and all around is GUARD."""
    size = int(np.prod(shape[1:]))
    everything = np.full((shape[0] + 2, size + gap), GUARD, np.float32)
    inner = everything[1:-1, :size].reshape(shape)
    assert np.shares_memory(inner, everything)
    inner[...] = np.nan
    return everything, inner


def is_guarded(everything: Array, inner: Array) -> bool:
    """Whether all around the inner array is as it was."""
    size = int(np.prod(inner.shape[1:]))
    around = everything.copy()
    around[1:-1, :size] = GUARD
    return bool((around == GUARD).all())

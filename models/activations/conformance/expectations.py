"""What a check raises, and how numbers are compared."""

from __future__ import annotations

from math import isinf
from typing import Any

import numpy as np

from ..base import Array


class ConformanceError(AssertionError):
    """A claim that the computation refutes."""


def expect(holds: Any, what: str, claimed: object, computed: object) -> None:
    """Raise ConformanceError unless `holds`."""
    if not holds:
        raise ConformanceError(f"{what}: claimed {claimed}, computed {computed}")


def close(claimed: float, computed: float, tolerance: float = 1e-6) -> bool:
    """Whether two numbers agree to `tolerance` relative to max(1, |claim|), or are the same infinity."""
    if isinf(claimed) or isinf(computed):
        return claimed == computed
    return abs(claimed - computed) <= tolerance * max(1.0, abs(claimed))


def expect_close(what: str, claimed: Array, computed: Array, tolerance: float) -> None:
    """Raise ConformanceError unless the arrays agree to `tolerance` relative to max(1, |claimed|)."""
    error = np.abs(claimed - computed) / np.maximum(1, np.abs(claimed))
    worst = int(np.argmax(error)) if error.size else 0
    expect(
        not error.size or error.flat[worst] <= tolerance,
        what,
        claimed.flat[worst] if error.size else None,
        computed.flat[worst] if error.size else None,
    )


def strict() -> np.errstate:
    """Overflow, division by zero and invalid operations raise; underflow to zero is harmless."""
    return np.errstate(over="raise", divide="raise", invalid="raise", under="ignore")

"""What all proofs share: seeded draws, rounding, and a minimiser for losses on a toy batch."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from actwise.contract.diagnosis import Proof
from models.activations import Activation, get

Floats = NDArray[np.float64]

SEED = 0
BATCH = 64
_DIGITS = 6
_MOST_CLASSES = 128


def normal(*shape: int, seed: int = SEED) -> Floats:
    """Standard normal draws of one seed."""
    return np.random.default_rng(seed).standard_normal(shape)


def proof(sentence: str, setting: str, **numbers: float) -> Proof:
    """A proof with its numbers rounded to six digits, so that machines agree on the last bit."""
    return Proof(sentence=sentence, numbers={key: rounded(value) for key, value in numbers.items()}, setting=setting)


def rounded(value: float) -> float:
    """Six significant digits."""
    return float(f"{float(value):.{_DIGITS}g}")


def class_count(classes: int) -> int:
    """Classes to compute with: the caller's, at least 2 and at most 128, so that a proof stays fast."""
    return min(max(classes, 2), _MOST_CLASSES)


def function(name: str) -> Activation:
    """The activation of the catalogue."""
    return get(name)


def value(name: str, z: Floats) -> Floats:
    """f(z), row by row for softmax."""
    return np.asarray(get(name).value(z), dtype=np.float64)


def descend(
    loss_and_gradient: Callable[[Floats], tuple[float, Floats]], z: Floats, steps: int, rate: float
) -> tuple[float, Floats]:
    """Gradient descent by sign with a falling rate, for losses whose gradients vanish: the last loss and point."""
    best = float("inf")
    for step in range(steps):
        loss, gradient = loss_and_gradient(z)
        best = min(best, loss)
        z = z - rate * (1 - step / steps) * np.sign(gradient)
    return best, z


def pulled(name: str, z: Floats, delta: Floats) -> Floats:
    """The gradient by z of something whose gradient by f(z) is `delta`."""
    activation = get(name)
    values = np.array(z, dtype=np.float64, order="C")
    work = activation.work_like(values)
    activation.apply(values, work)
    back = np.array(delta, dtype=np.float64, order="C")
    activation.pull(back, values, work)
    return back


def noise_free(gap: float) -> float:
    """A difference that ought to be zero, without the rounding noise in which machines differ."""
    return round(gap, 12)


def at_most(gap: float) -> str:
    """Such a difference in words."""
    return "less than 1e-12" if noise_free(gap) == 0 else f"{gap:.0e}"


def plural(count: int, word: str) -> str:
    """ "1 layer", "2 layers"."""
    return f"{count} {word}{'' if count == 1 else 's'}"

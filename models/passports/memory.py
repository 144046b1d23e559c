"""What an activation keeps between its forward and its backward pass, found by spoiling each array in turn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.activations.base import Activation, Array

_ROWS, _UNITS = 64, 8
FLOAT32 = 4
"""Bytes of a number."""


@dataclass(frozen=True)
class Kept:
    """What `pull` reads.

    value          whether it reads f(z), which the next layer keeps anyway for its weights' gradient
    buffers        further arrays of z's size that it reads
    """

    value: bool
    buffers: int

    @property
    def bytes_per_element(self) -> int:
        """Bytes per element beside the value, in float32."""
        return FLOAT32 * self.buffers


def kept_for_backward(activation: Activation) -> Kept:
    """What an elementwise activation keeps: an array counts when the gradient changes with its content."""
    z = np.random.default_rng(0).normal(0, 2, (_ROWS, _UNITS))
    value, work = z.copy(), activation.work_like(z)
    parameters = activation.initial_parameters(z.dtype)
    activation.apply(value, work, parameters)
    buffers = work if activation.work_buffers > 1 else work[None]
    read = [_changes(activation, value, buffers, place) for place in range(len(buffers))]
    return Kept(_changes(activation, value, buffers, None), sum(read))


def _changes(activation: Activation, value: Array, buffers: Array, place: int | None) -> bool:
    """Whether the gradient changes when the value (None) or one buffer holds something else."""
    right = _pulled(activation, value, buffers)
    other = np.random.default_rng(1).normal(0, 3, value.shape)
    spoilt = buffers.copy()
    if place is not None:
        spoilt[place] = other
    with np.errstate(all="ignore"):
        found = _pulled(activation, other if place is None else value, spoilt)
    return not np.array_equal(right, found)


def _pulled(activation: Activation, value: Array, buffers: Array) -> Array:
    delta = np.ones_like(value)
    work = buffers.copy() if activation.work_buffers > 1 else buffers[0].copy()
    activation.pull(delta, value, work, activation.initial_parameters(value.dtype))
    return delta

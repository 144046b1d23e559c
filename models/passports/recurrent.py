"""The signal passport of recurrent networks in time: what each step does to the state, and to the gradient on its way
back, in the untrained networks that a probe would train."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.activations.base import Array
from models.formulas import resolve
from models.networks.parts import WeightStart
from models.networks.recurrent import Recurrent
from models.networks.shapes import RecurrentShape
from models.theory.passport import SATURATED

Measure = NDArray[np.float64]
ROWS = 64


@dataclass(frozen=True)
class StepPassport:
    """Measurements at every time step; arrays [seeds, depth, steps], the first step first.

    Signals that overflow have infinite or NaN figures from there on.
    """

    name: str
    start: WeightStart
    state: Measure
    """log10 of the RMS of the state after the step; -inf where it is zero"""
    gradient: Measure
    """log10 of the RMS gradient of a random linear output at the raced function's inputs, relative to the same layer's
    at the last step; -inf where none arrives, NaN where none was there at the last step"""
    dead_share: Measure
    """share of units whose slope is zero on every row"""
    saturated_share: Measure
    """share of (row, unit) pairs with |slope| < `SATURATED`"""

    @property
    def decades_per_step(self) -> Measure:
        """Mean growth of log10 of the gradient per step back in time, [seeds, depth]; 0 for a single step."""
        steps = self.gradient.shape[2]
        return np.asarray(self.gradient[:, :, 0] / max(1, steps - 1))


def step_passport(
    name: str, network: RecurrentShape, start: WeightStart, seeds: Sequence[int] = (0, 1, 2)
) -> StepPassport:
    """Measure one activation at the raced place of a recurrent network, once for each seed, in float64.

    The 64 rows are standard normal, or uniformly drawn tokens, and as long as the shape allows. Raises ValueError for
    no seeds, and for an activation that cannot stand in such a network; UnknownActivation for an unknown name.
    """
    if not seeds:
        raise ValueError("a passport needs at least one seed")
    built = Recurrent(network, resolve(name), members=len(seeds), rows=ROWS, dtype=np.float64)
    built.begin(start, root=0, seeds=seeds, output_bias=[0.0] * network.outputs)
    rows = _rows(network)
    with np.errstate(all="ignore"):
        state, gradient = _signals(built, rows[None])
        dead, saturated = _slopes(built, rows)
    return StepPassport(name, start, state, gradient, dead, saturated)


def _rows(network: RecurrentShape) -> Array:
    rng = np.random.default_rng(0)
    if network.vocabulary is None:
        return rng.standard_normal((ROWS, network.features))
    return rng.integers(0, network.vocabulary, (ROWS, network.features)).astype(np.float64)


def _signals(built: Recurrent, x: Array) -> tuple[Measure, Measure]:
    """Decades of the states, and of the gradients relative to the last step's."""
    depth, steps = built.network.depth, built.network.sizes[0]
    sizes = np.empty((built.members, depth, steps))

    def measure(layer: int, delta: Array) -> None:
        by_step = np.square(delta).reshape(built.members, -1, steps, ROWS)
        sizes[:, layer] = np.sqrt(by_step.mean(axis=(1, 3)))[:, ::-1]

    raw = built.forward(x)
    states = np.stack([np.sqrt(np.square(state).mean(axis=(2, 3))).T for state in built.states()], axis=1)
    gradient = np.empty_like(raw)
    gradient[...] = np.random.default_rng(1).standard_normal(raw.shape[1:])
    built.backward(x, gradient, measure)
    decades = np.log10(sizes)
    return np.log10(states), decades - decades[:, :, -1:]


def _slopes(built: Recurrent, rows: Array) -> tuple[Measure, Measure]:
    """Dead and saturated shares; a unit's places within one step count together."""
    members, depth, steps = built.members, built.network.depth, built.network.sizes[0]
    seen: list[list[Array]] = [[] for _ in range(depth)]

    def watch(layer: int, z: Array) -> None:
        seen[layer].append(np.abs(built.activation.slope(z, built.slopes(layer))))

    built.infer(rows, watch)
    dead, saturated = np.empty((2, members, depth, steps))
    for layer, slopes in enumerate(seen):
        by_step = np.stack(slopes).reshape(steps, -1, *slopes[0].shape)
        dead[:, layer] = (by_step == 0).all(axis=(1, 4)).mean(axis=2).T
        saturated[:, layer] = (by_step < SATURATED).mean(axis=(1, 3, 4)).T
    return dead, saturated

"""Dense networks for experiments: drawn, watched and trained on the whole of a small data set at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models import activations
from models.activations.base import Array
from models.experiments.starts import start_of
from models.networks.dense import Dense, with_ones
from models.networks.parts import WeightStart
from models.networks.shapes import DenseShape
from models.theory.start import Start
from models.training.optimizers import OPTIMIZERS
from models.training.schedule import rate_factor

Slope = Callable[[Array], Array]
"""From raw outputs [members, rows, outputs] to the derivative of each member's loss by them."""


@dataclass(frozen=True)
class Recipe:
    """How a population is trained: learning rates x seeds, every step on all rows."""

    rates: tuple[float, ...]
    seeds: tuple[int, ...]
    steps: int
    optimizer: str = "adam"


def draw(
    candidate: str,
    shape: DenseShape,
    start: str | Start,
    seeds: Sequence[int],
    rows: int,
    *,
    copies: int = 1,
    precise: bool = False,
) -> Dense:
    """Networks as they start, one for each of `copies` x seeds; `precise` in float64."""
    chosen = start
    if isinstance(chosen, str):
        chosen = start_of(candidate, chosen, shape.depth, shape.normalization, shape.residual)
    dtype: type[np.float32] | type[np.float64] = np.float64 if precise else np.float32
    network = Dense(shape, activations.get(candidate), members=copies * len(seeds), rows=rows, dtype=dtype)
    begins = WeightStart(chosen.gain, chosen.input_gain, chosen.centred)
    network.begin(begins, root=0, seeds=list(seeds) * copies, output_bias=[0.0] * shape.outputs)
    return network


def fit(
    candidate: str,
    shape: DenseShape,
    start: str | Start,
    x: Array,
    slope: Slope,
    recipe: Recipe,
    *,
    precise: bool = False,
) -> Dense:
    """A trained population whose members run over rates, then seeds; x [rows, features] is seen whole by all.

    Members whose numbers leave the range of floats hold NaN.
    """
    network = draw(candidate, shape, start, recipe.seeds, len(x), copies=len(recipe.rates), precise=precise)
    train(network, x, slope, recipe)
    return network


def train(network: Dense, x: Array, slope: Slope, recipe: Recipe) -> None:
    """Go on training a population in place."""
    rates = [rate for rate in recipe.rates for _ in recipe.seeds]
    optimizer = OPTIMIZERS[recipe.optimizer](network.parameters, network.gradients, rates)
    batch = with_ones(x.astype(network.parameters.dtype))[None]
    gradient = np.empty_like(network.raw)
    with np.errstate(all="ignore"):
        for step in range(1, recipe.steps + 1):
            gradient[...] = slope(network.forward(batch))
            network.backward(batch, gradient)
            optimizer.clip(1.0)
            optimizer.step(rate_factor(step, recipe.steps))
            network.layout.keep_in_bounds(network.parameters)


def outputs(network: Dense, x: Array) -> Array:
    """Raw outputs [members, rows, outputs] in use for rows x [rows, features]."""
    with np.errstate(all="ignore"):
        return network.infer(with_ones(x.astype(network.parameters.dtype)))


def pre_activations(network: Dense, x: Array) -> list[Array]:
    """The input of every hidden layer's activation, [members, units, rows] each."""
    seen: list[Array] = []
    with np.errstate(all="ignore"):
        network.infer(with_ones(x.astype(network.parameters.dtype)), lambda _, z: seen.append(z.copy()))
    return seen


def label_slope(labels: NDArray[np.int64]) -> Slope:
    """The derivative by logits [M, rows, K] of the mean cross-entropy with labels [rows]."""
    from models.heads.losses import get_loss

    loss = get_loss("cross_entropy")

    def slope(raw: Array) -> Array:
        gradient = np.empty_like(raw)
        loss.value_and_gradient(raw, labels[None], gradient)
        return gradient

    return slope


def squared_slope(target: Array) -> Slope:
    """The derivative by raw outputs [M, rows, K] of their mean squared distance from targets [rows, K]."""
    wanted = target.astype(np.float32)[None]
    return lambda raw: 2 * (raw - wanted) / wanted.size


def best_rate(scores: NDArray[np.float64], recipe: Recipe, worst: float) -> NDArray[np.float64]:
    """Scores [seeds] at the rate that is best on average, from scores [members]; what is not finite is `worst`."""
    grid = np.where(np.isfinite(scores), scores, worst).reshape(len(recipe.rates), len(recipe.seeds))
    return np.asarray(grid[grid.mean(axis=1).argmax()])

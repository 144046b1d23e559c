"""How fast this machine trains, so that seconds can be turned into network-steps once, at the quote.

One optimiser step of one network costs about

    seconds = overhead + seconds_per_operation * operations,    operations = 6 * batch * weights

(a multiplication and an addition per weight and row, forward once and backward twice). Both constants are fitted
with non-negative coefficients to a few sizes, by relative error. A stored calibration makes the quote a pure function.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict, Field
from scipy.optimize import nnls

from models.networks.shapes import DenseShape, Network

EFFICIENCY = 0.85
"""Share of the workers' time that goes into training; the rest is waiting for a stage's last task."""


class SpeedPoint(BaseModel):
    """One measurement: the operations of a network-step, and the seconds that it took."""

    model_config = ConfigDict(frozen=True)

    operations: float = Field(gt=0)
    seconds: float = Field(gt=0)


class Calibration(BaseModel):
    """The speed of one worker of this machine, and how many workers a probe may use."""

    model_config = ConfigDict(frozen=True)

    overhead: float = Field(ge=0, description="seconds per network-step, whatever its size")
    seconds_per_operation: float = Field(ge=0)
    workers: int = Field(1, ge=1)
    points: tuple[SpeedPoint, ...] = ()

    def seconds_per_step(self, network: Network, batch_size: int) -> float:
        """Seconds that one worker needs for one network-step."""
        return self.overhead + self.seconds_per_operation * operations(network, batch_size)

    def budget(self, seconds: float, network: Network, batch_size: int) -> int:
        """Network-steps that all workers take in so many seconds; at least 1."""
        return max(1, int(EFFICIENCY * self.workers * seconds / self.seconds_per_step(network, batch_size)))

    def seconds(self, network_steps: int, network: Network, batch_size: int) -> float:
        """Seconds that all workers need for so many network-steps."""
        return network_steps * self.seconds_per_step(network, batch_size) / (EFFICIENCY * self.workers)


def operations(network: Network, batch_size: int) -> float:
    """Floating-point operations of one step of one network, products of matrices only."""
    inner = (network.depth - 1) * network.width**2
    return 6.0 * batch_size * (network.features * network.width + inner + network.width * network.outputs)


def fit(points: Sequence[SpeedPoint], workers: int = 1) -> Calibration:
    """The calibration nearest to the measurements in relative error."""
    seconds = np.array([point.seconds for point in points])
    design = np.array([[1.0, point.operations] for point in points]) / seconds[:, None]
    scale = design.max(axis=0)
    coefficients = nnls(design / scale, np.ones(len(points)))[0] / scale
    return Calibration(
        overhead=float(coefficients[0]),
        seconds_per_operation=float(coefficients[1]),
        workers=workers,
        points=tuple(points),
    )


def measure(time_network: Callable[[Network, int], float], batch_size: int = 64, workers: int = 1) -> Calibration:
    """Measure a few sizes with `time_network(network, batch_size)` -> seconds per network-step, and fit."""
    points = [
        SpeedPoint(operations=operations(network, batch_size), seconds=time_network(network, batch_size))
        for network in SIZES
    ]
    return fit(points, workers)


SIZES = (
    DenseShape(features=16, outputs=2, depth=2, width=16),
    DenseShape(features=64, outputs=10, depth=2, width=32),
    DenseShape(features=64, outputs=10, depth=12, width=32),
    DenseShape(features=32, outputs=1, depth=4, width=64),
)

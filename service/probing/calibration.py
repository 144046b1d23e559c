"""How fast this machine trains, so that seconds can be turned into network-steps once, at the quote.

One optimiser step of m networks side by side costs about

    seconds = a calls + m (b operations + c elements),    operations = 6 * products (one forward pass and two backward)

with the numbers of `models.networks.base.Workload`: calls of NumPy, products of matrices, and numbers that are passed
over one by one. The constants of each kind of network, a family or one of its recurrent cells, are fitted with
non-negative coefficients to a few sizes, each measured in large and in small company, by relative error. All are
measured with one activation; another adds, or spares, the difference of their measured costs per number. A stored
calibration makes the quote a pure function.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict, Field
from scipy.optimize import nnls

from models.activations import get
from models.networks.families import workload
from models.networks.shapes import Network, RecurrentShape

LOOK_ROWS, LOOK_MEMBERS = 512, 4
"""Validation rows, and networks side by side, of the passes that are timed."""
ACTIVATION = "silu"
"""Neither the cheapest candidate nor the dearest."""


class Counts(BaseModel):
    """What one optimiser step does: calls in all, operations and elements of each member."""

    model_config = ConfigDict(frozen=True)

    calls: float = Field(ge=0)
    operations: float = Field(ge=0)
    elements: float = Field(ge=0)


class SpeedPoint(BaseModel):
    """One measurement: so many members of a kind took so many seconds per step of all of them."""

    model_config = ConfigDict(frozen=True)

    kind: str
    members: int = Field(ge=1)
    counts: Counts
    seconds: float = Field(gt=0)


class Speed(BaseModel):
    """The constants of one kind, in seconds."""

    model_config = ConfigDict(frozen=True)

    call: float = Field(ge=0)
    operation: float = Field(ge=0)
    element: float = Field(ge=0)

    def seconds(self, counts: Counts, members: int) -> float:
        """Seconds of one step of so many members side by side."""
        return self.call * counts.calls + members * (
            self.operation * counts.operations + self.element * counts.elements
        )


NOMINAL = Speed(call=2e-6, operation=4e-11, element=1e-9)
"""A plain machine, for kinds that were not measured."""


def kind_of(network: Network) -> str:
    """What has constants of its own: a family, or a cell, since cells differ in what they do per number."""
    return f"recurrent, {network.cell}" if isinstance(network, RecurrentShape) else network.family


class Calibration(BaseModel):
    """The speed of one worker of this machine, and how many workers a probe may use."""

    model_config = ConfigDict(frozen=True)

    speeds: Mapping[str, Speed] = {}
    looks: Mapping[str, float] = Field(
        {}, description="time of networks in use, over what the constants of their training say of the same counts"
    )
    costs: Mapping[str, float] = Field(
        {}, description="seconds of hidden activations per number, forward and backward together"
    )
    workers: int = Field(1, ge=1)
    points: tuple[SpeedPoint, ...] = ()

    def speed(self, network: Network) -> Speed:
        """The constants of a network's kind; those of a plain machine where it was not measured."""
        return self.speeds.get(kind_of(network), NOMINAL)

    def more_seconds(self, network: Network, activation: str, rows: int) -> float:
        """What a step of one network takes more, or less, with this activation; 0 where it was not measured."""
        usual = self.costs.get(ACTIVATION, 0.0)
        more = self.costs.get(activation, usual) - usual
        return more * workload(network, get(ACTIVATION)).activated_of(rows)

    def seconds_per_look(self, network: Network, rows: int, members: int) -> float:
        """Seconds of one forward pass in use of so many networks side by side."""
        factor = self.looks.get(kind_of(network), 1.0)
        return factor * self.speed(network).seconds(looking(network, rows), members)

    def seconds_per_step(self, network: Network, batch_size: int, members: int = 2) -> float:
        """Seconds that one worker needs for one network-step, so many networks side by side."""
        return self.speed(network).seconds(counts(network, batch_size), members) / members


def counts(network: Network, batch_size: int) -> Counts:
    """What one step of a network does, from its sizes alone."""
    work = workload(network, get(ACTIVATION))
    return Counts(
        calls=work.calls,
        operations=6.0 * work.products_of(batch_size),
        elements=float(work.elements_of(batch_size) + 10 * work.parameters),
    )


def looking(network: Network, rows: int) -> Counts:
    """What a forward pass of so many rows does: a third of a step's products, half of its passes over numbers."""
    work = workload(network, get(ACTIVATION))
    return Counts(calls=work.calls / 3, operations=2.0 * work.products_of(rows), elements=work.elements_of(rows) / 2)


def fit(points: Sequence[SpeedPoint], workers: int = 1) -> Calibration:
    """The calibration nearest to the measurements in relative error."""
    kinds = sorted({point.kind for point in points})
    speeds = {kind: _fit([point for point in points if point.kind == kind]) for kind in kinds}
    return Calibration(speeds=speeds, workers=workers, points=tuple(points))


def _fit(points: Sequence[SpeedPoint]) -> Speed:
    seconds = np.array([point.seconds for point in points])
    sizes = [(p.counts.calls, p.members * p.counts.operations, p.members * p.counts.elements) for p in points]
    design = np.array(sizes) / seconds[:, None]
    scale = np.maximum(design.max(axis=0), 1e-300)
    call, operation, element = (float(value) for value in nnls(design / scale, np.ones(len(points)))[0] / scale)
    return Speed(call=call, operation=operation, element=element)


def measure(
    time_network: Callable[[Network, int, int], float],
    sizes: Sequence[Network],
    batch_size: int = 64,
    workers: int = 1,
    time_look: Callable[[Network, int, int], float] | None = None,
) -> Calibration:
    """Measure sizes with `time_network(network, members, batch_size)` -> seconds per step of all members, and fit.

    `time_look(network, members, rows)` gives the seconds of a pass in use; without it, the constants of training say.
    """
    points = [
        SpeedPoint(
            kind=kind_of(network),
            members=members,
            counts=counts(network, batch_size),
            seconds=time_network(network, members, batch_size),
        )
        for network in sizes
        for members in (10, 2)
    ]
    found = fit(points, workers)
    return found if time_look is None else found.model_copy(update={"looks": _looks(found, time_look, sizes)})


def _looks(
    found: Calibration, time_look: Callable[[Network, int, int], float], sizes: Sequence[Network]
) -> dict[str, float]:
    """Per kind the geometric mean of measured over expected times."""
    ratios: dict[str, list[float]] = {}
    for network in sizes:
        expected = found.seconds_per_look(network, LOOK_ROWS, LOOK_MEMBERS)
        ratio = time_look(network, LOOK_MEMBERS, LOOK_ROWS) / expected
        ratios.setdefault(kind_of(network), []).append(ratio)
    return {kind: float(np.exp(np.log(row).mean())) for kind, row in ratios.items()}

"""Past races laid out as one table for fitting: a row per race and candidate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.prior.features import Floats, network_features
from models.prior.past import PastRace

SCATTER = 1.0
"""Points by which even noiseless races of equal descriptions would differ: keeps single precise races from ruling."""

LINEAR = "identity"
"""What a linear model scores; no choice for hidden layers, so it is not learned from."""


@dataclass(frozen=True)
class Table:
    """T races, E rows.

    networks   [T, features] of the networks, as `network_features` tells
    groups     [T] the data set of each: races of one group are held out together
    real       [T] whether the data were real, as a caller's are, and not drawn by us
    race       [E] places among the races; column [E] places among the candidates
    points     [E] measured, bent, against the best of the race
    noise      [E] standard deviation of the points
    expected   [E] what an answer expects without any history, in points
    """

    networks: Floats
    groups: NDArray[np.int64]
    real: NDArray[np.bool_]
    race: NDArray[np.int64]
    column: NDArray[np.int64]
    points: Floats
    noise: Floats
    expected: Floats

    @property
    def weights(self) -> Floats:
        """[E] precision of each row."""
        return 1.0 / (np.square(self.noise) + SCATTER**2)

    @property
    def residual(self) -> Floats:
        """[E] what nobody expected, centred in each race: what is there to be learned without counting twice."""
        return self.centred(self.points - self.expected)

    def centred(self, values: Floats) -> Floats:
        """[E] values less their weighted mean in each race: only differences within a race mean something."""
        total = np.bincount(self.race, self.weights * values, len(self.groups))
        weight = np.bincount(self.race, self.weights, len(self.groups))
        return np.asarray(values - (total / np.where(weight > 0, weight, 1.0))[self.race])

    def part(self, races: NDArray[np.int64]) -> Table:
        """The table of some races alone; races keep their places."""
        rows = np.isin(self.race, races)
        return Table(
            networks=self.networks,
            groups=self.groups,
            real=self.real,
            race=self.race[rows],
            column=self.column[rows],
            points=self.points[rows],
            noise=self.noise[rows],
            expected=self.expected[rows],
        )


def table_of(races: Sequence[PastRace], candidates: Sequence[str], expected: Floats) -> Table:
    """The table of some races; `expected` [races, candidates] as in `Table`. Strange candidates are left out."""
    column = {name: place for place, name in enumerate(candidates) if name != LINEAR}
    found = [
        (place, column[name], one.bent, one.bent_noise)
        for place, race in enumerate(races)
        for name, one in race.outcomes.items()
        if name in column
    ]
    sets = {name: number for number, name in enumerate(dict.fromkeys(race.data for race in races))}
    place, columns = (np.array([row[axis] for row in found], dtype=np.int64) for axis in (0, 1))
    points, noise = (np.array([row[axis] for row in found], dtype=np.float64) for axis in (2, 3))
    return Table(
        networks=np.stack([network_features(race.situation, race.synthetic) for race in races]),
        groups=np.array([sets[race.data] for race in races], dtype=np.int64),
        real=np.array([not race.synthetic for race in races]),
        race=place,
        column=columns,
        points=points,
        noise=noise,
        expected=expected[place, columns],
    )

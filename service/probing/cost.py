"""What a planned race costs: its trainings as the race cuts them, and the looks at the validation rows.

A first rung trains all learning rates of a candidate side by side, which spares calls; later ones two networks, and
what the budget buys beyond that single ones. Networks that would push each other out of the cache are trained in
smaller company. Every training also passes over the validation rows: once for each point of its curve, and once for
its diagnosis. A quote that left these out was a third too low.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import fmean

from models.activations import get
from models.race.plan import RacePlan
from models.training.pacing import most_members
from service.probing.calibration import ACTIVATION, Calibration, counts

WAITING = 0.15
"""Share of the time of several workers that they wait for a stage's last task."""
DIAGNOSIS = 2.0
"""Passes over the validation rows that a diagnosis is worth: slopes are computed beside the outputs."""


def race_seconds(race: RacePlan, valid_rows: int, calibration: Calibration) -> float:
    """Wall seconds of a race that needs its whole budget, on all workers."""
    alone = sum(
        trainings * _seconds(race, members, steps, looks, valid_rows, calibration)
        for trainings, members, steps, looks in _trainings(race)
    )
    share = 1.0 if calibration.workers == 1 else calibration.workers * (1 - WAITING)
    return alone / share


def _trainings(race: RacePlan) -> Iterator[tuple[float, int, int, int]]:
    """(how many, networks side by side, steps, points of the curve), until the budget is used up."""
    left = float(race.budget)
    entrants, last = len(race.entrants), len(race.rungs) - 1
    for rung, steps in enumerate(race.rungs):
        rates = len(race.learning_rates) if rung == 0 else 1
        members = rates * race.first_seeds
        many = min(float(entrants), left / (members * steps))
        yield many, members, steps, race.looks(rung)
        left -= many * members * steps
    yield left / race.rungs[last], 1, race.rungs[last], race.looks(last)


def _seconds(race: RacePlan, members: int, steps: int, looks: int, valid_rows: int, calibration: Calibration) -> float:
    """One training of so many networks, in parts that fit into the cache."""
    at_once = min(members, most_members(race.network, get(ACTIVATION), race.batch_size))
    step = calibration.speed(race.network).seconds(counts(race.network, race.batch_size), at_once)
    look = calibration.seconds_per_look(race.network, valid_rows, at_once)
    step += at_once * _more_seconds(race, race.batch_size, calibration)
    look += at_once * _more_seconds(race, valid_rows, calibration) / 2
    return members / at_once * (steps * step + (looks + DIAGNOSIS) * look)


def _more_seconds(race: RacePlan, rows: int, calibration: Calibration) -> float:
    """What a step takes more, or less, than with the activation that was measured: the mean over the entrants."""
    return fmean(calibration.more_seconds(race.network, entrant.activation, rows) for entrant in race.entrants)

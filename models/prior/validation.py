"""How good a model is on races whose data set it has not seen, and how far it is therefore to be trusted.

    skill = 1 - sum w (r - p)^2 / sum w r^2        r what nobody expected, p the prediction, w the precision of a row
    slope = sum w p r / sum w p^2                  what a prediction should be multiplied by

Races are held out by data set, never row by row: rows of one race share their network, and races of one data set their
data. The weight is the lower end of the slope's 90 % interval over resampled data sets (a bootstrap over clusters),
between 0 and 1; it is 0 with little history, or when the skill may be 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls
from scipy.stats import kendalltau
from sklearn.model_selection import GroupKFold

from models.prior.features import Floats, activation_features
from models.prior.process import GRID, Fit, Shape, fit, predict
from models.prior.rivals import Model, Question
from models.prior.similarity import alike
from models.prior.table import Table

FOLDS = 8
FEWEST_RACES, FEWEST_SETS = 20, 8
"""With less history nothing learned counts."""

UNKNOWN_SD = 4.0
"""Points by which a prediction may miss where nothing on real data was held out: a probe on synthetic data misleads by
as much."""

_RESAMPLES = 1_000
_TO_ENDS = 1.645


class Score(NamedTuple):
    """How a model does on held-out races.

    skill    share of the unexpected that it foretells; below 0 it does harm
    rmse     weighted error in points, noise of the measurement included
    tau      mean rank correlation (Kendall's tau-b) with what was measured, over the races
    regret   mean points that its first choice lies behind the best
    """

    skill: float
    rmse: float
    tau: float
    regret: float


class Held(NamedTuple):
    """Held-out predictions [rows], and the nearness [rows] (0 to 1) of the most similar network learned from."""

    points: Floats
    near: Floats


class Trust(NamedTuple):
    """What comes out of holding out: `weight` and its parts, and the error of a prediction near known networks and far.
    `coverage` is the share of measurements inside the 90 % interval."""

    weight: float
    skill: float
    skill_low: float
    slope: float
    slope_low: float
    near_sd: float
    far_sd: float
    coverage: float


def folds(table: Table, count: int = FOLDS) -> Iterator[tuple[Table, Table]]:
    """(rows to learn from, rows to foretell), every data set once among the latter."""
    races = np.unique(table.race)
    groups = table.groups[races]
    cut = GroupKFold(min(count, len(np.unique(groups))), shuffle=True, random_state=0)
    for known, asked in cut.split(races, groups=groups):
        yield table.part(races[known]), table.part(races[asked])


def held_out(table: Table, model: Model, names: Sequence[str]) -> Floats:
    """[rows] what a model foretells of each row without the row's data set, centred in each race."""
    found, activations = np.zeros(len(table.race)), activation_features(names)
    for known, asked in folds(table):
        rows = np.isin(table.race, np.unique(asked.race))
        found[rows] = model(Question(known, asked, activations))
    return table.centred(found)


def held_out_process(table: Table, names: Sequence[str], grid: Sequence[Shape] = GRID) -> Held:
    """The same for the Gaussian process, with nearness."""
    points, near = np.zeros(len(table.race)), np.zeros(len(table.race))
    for known, asked in folds(table):
        rows, found = np.isin(table.race, np.unique(asked.race)), fit(known, names, grid)
        points[rows] = predict(found, known.networks, asked.networks)[asked.race, asked.column]
        near[rows] = nearness(found, known, asked.networks)[asked.race]
    return Held(table.centred(points), near)


def nearness(found: Fit, known: Table, networks: Floats) -> Floats:
    """[networks] similarity to the most similar network that was learned from."""
    return np.asarray(alike(networks, known.networks[np.unique(known.race)], found.shape.network).max(1))


def score(table: Table, foretold: Floats) -> Score:
    """How predictions [rows] of the unexpected do, added to what is expected."""
    weights, residual, total = table.weights, table.residual, table.expected + foretold
    error = residual - table.centred(foretold)
    races = [table.race == race for race in np.unique(table.race)]
    taus = [kendalltau(total[rows], table.points[rows]).statistic for rows in races]
    regrets = [table.points[rows].max() - table.points[rows][total[rows].argmax()] for rows in races]
    return Score(
        skill=float(1.0 - (weights @ error**2) / (weights @ residual**2)),
        rmse=float(np.sqrt((weights @ error**2) / weights.sum())),
        tau=float(np.mean(np.nan_to_num(taus))),
        regret=float(np.mean(regrets)),
    )


def chosen(table: Table, held: Held, races: NDArray[np.bool_]) -> tuple[Table, Held]:
    """Some of the races [T], with what was foretold of them."""
    rows = races[table.race]
    return table.part(np.flatnonzero(races)), Held(held.points[rows], held.near[rows])


def trust(table: Table, held: Held, seed: int = 0) -> Trust:
    """How far held-out predictions are to be trusted, by the races on real data among them: a caller's data are real,
    and what holds of data that we drew need not hold there."""
    table, held = chosen(table, held, table.real)
    if not len(table.race):
        return Trust(0.0, 0.0, 0.0, 0.0, 0.0, UNKNOWN_SD, 0.0, 0.0)
    parts = _sums(table, held.points)
    skills, slopes = _resampled(parts, np.random.default_rng(seed))
    skill, slope = _skill_and_slope(parts.sum(0))
    skill_low, slope_low = (float(np.quantile(values, 0.05)) for values in (skills, slopes))
    enough = len(np.unique(table.race)) >= FEWEST_RACES and len(parts) >= FEWEST_SETS
    weight = float(np.clip(slope_low, 0.0, 1.0)) if enough and skill_low > 0.0 else 0.0
    near_sd, far_sd = _errors(table, held)
    spread = np.sqrt(near_sd**2 + far_sd**2 * (1.0 - held.near**2) + table.noise**2)
    inside = np.abs(table.residual - held.points) <= _TO_ENDS * spread
    return Trust(weight, skill, skill_low, slope, slope_low, near_sd, far_sd, float(inside.mean()))


def _sums(table: Table, points: Floats) -> Floats:
    """[data sets, 3]: sums of w r^2, w (r - p)^2 and so on, from which skill and slope are made."""
    residual, weights, groups = table.residual, table.weights, table.groups[table.race]
    products = (residual**2, residual * points, points**2)
    present = np.unique(groups)
    return np.stack([np.bincount(groups, weights * one)[present] for one in products], axis=1)


def _skill_and_slope(sums: Floats) -> tuple[float, float]:
    unexpected, product, foretold = sums.tolist()
    skill = (2.0 * product - foretold) / unexpected if unexpected > 0 else 0.0
    return skill, product / foretold if foretold > 0 else 0.0


def _resampled(parts: Floats, draw: np.random.Generator) -> tuple[list[float], list[float]]:
    places: NDArray[np.int64] = draw.integers(0, len(parts), (_RESAMPLES, len(parts)))
    skills, slopes = zip(*(_skill_and_slope(parts[row].sum(0)) for row in places), strict=True)
    return list(skills), list(slopes)


def _errors(table: Table, held: Held) -> tuple[float, float]:
    """Standard deviations whose squares explain the squared errors beyond noise: everywhere, and far from what is
    known; by non-negative least squares."""
    excess = np.square(table.residual - held.points) - table.noise**2
    weights = table.weights
    design = np.stack([np.ones(len(excess)), 1.0 - held.near**2], axis=1)
    found = nnls(design * weights[:, None], excess * weights)[0]
    return float(np.sqrt(found[0])), float(np.sqrt(found[1]))

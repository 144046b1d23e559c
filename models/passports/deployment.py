"""What a trained network loses when it is stored and run in few bits, with an interval over its seeds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from models.activations.base import Activation, Array
from models.data.prepared import PreparedData
from models.passports.formats import FORMATS, Format
from models.passports.inference import activation_ranges, raw_outputs
from models.training.objective import Objective, make_objective
from models.training.population import Population
from models.training.task import TrainingTask

CALIBRATION_ROWS = 512
"""Training rows from which the ranges of int8 are taken."""

CONFIDENCE = 0.9
LEAST_SEEDS = 2

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Drop:
    """How far the score falls, in its own unit: mean over the seeds with a 90 % t-interval; above 0 is a loss.

    `failed` counts the seeds whose outputs were no longer finite; with fewer than two others there are no figures.
    """

    form: Format
    mean: float | None
    low: float | None
    high: float | None
    failed: int
    signal_to_noise: float | None
    """decibels: mean square of the raw outputs over that of their error, the mean over the seeds; None: no error"""


@dataclass(frozen=True)
class Trial:
    """The same trained networks in float32 and in each format, one number per seed: scores, and decibels between the
    raw outputs and their error."""

    full: Scores
    stored: Mapping[Format, Scores]
    decibels: Mapping[Format, Scores]

    @property
    def parts(self) -> tuple[Mapping[Format, Scores], Mapping[Format, Scores]]:
        """Scores and decibels by format."""
        return self.stored, self.decibels


@dataclass(frozen=True)
class Deployment:
    """A passport: the score in float32 of the best learning rate, and the drops in each format.

    `seeds` counts the networks that trained; with fewer than two nothing can be said, and `drops` is empty.
    """

    score: float | None
    learning_rate: float | None
    seeds: int
    drops: tuple[Drop, ...]


def deployment_of(task: TrainingTask, data: PreparedData, activation: Activation) -> Deployment:
    """Train a task's members side by side and take the drops at the learning rate with the best mean score.

    `activation` is what the task's name means. Equal arguments give equal figures. Raises ValueError when the task's
    network does not fit the data or the head.
    """
    objective = make_objective(task, data)
    population = Population(task, activation, objective, task.learning_rates, task.seeds, lambda: False)
    results = population.train()
    trained = np.array([result.score is not None for result in results]).reshape(len(task.learning_rates), -1)
    with np.errstate(all="ignore"):
        trial = _tried(population, objective)
    by_rate = trial.full.reshape(trained.shape)
    usable = trained & np.isfinite(by_rate)
    means = [
        row[kept].mean() if kept.sum() >= LEAST_SEEDS else -np.inf for row, kept in zip(by_rate, usable, strict=True)
    ]
    best = int(np.argmax(means))
    if means[best] == -np.inf:
        return Deployment(None, None, int(usable.sum()), ())
    picked = np.flatnonzero(usable[best]) + best * trained.shape[1]
    kept = Trial(trial.full[picked], *({form: part[form][picked] for form in FORMATS} for part in trial.parts))
    return Deployment(float(means[best]), task.learning_rates[best], len(picked), drops(kept))


def drops(trial: Trial) -> tuple[Drop, ...]:
    """The drop in every format."""
    return tuple(_drop(form, trial.full - trial.stored[form], trial.decibels[form]) for form in FORMATS)


def _tried(population: Population, objective: Objective) -> Trial:
    network = population.network
    valid = network.prepared(objective.x_valid)
    ranges = activation_ranges(network, network.prepared(objective.x_train[:CALIBRATION_ROWS]))
    whole = raw_outputs(network, valid)
    stored = {form: raw_outputs(network, valid, form, ranges) for form in FORMATS}
    return Trial(
        _scores(objective, whole),
        {form: _scores(objective, raw) for form, raw in stored.items()},
        {form: _decibels(whole, raw) for form, raw in stored.items()},
    )


def _scores(objective: Objective, raw: Array) -> Scores:
    return np.asarray(objective.score(raw), dtype=np.float64)


def _decibels(whole: Array, stored: Array) -> Scores:
    """Per member; infinite where nothing is lost, NaN where an output is not finite."""
    axes = tuple(range(1, whole.ndim))
    signal = np.square(whole, dtype=np.float64).mean(axis=axes)
    noise = np.square(whole - stored, dtype=np.float64).mean(axis=axes)
    return np.asarray(10 * np.log10(signal / noise))


def _drop(form: Format, differences: Scores, decibels: Scores) -> Drop:
    known = differences[np.isfinite(differences)]
    failed = len(differences) - len(known)
    noise = decibels[np.isfinite(decibels)]
    mean_noise = float(noise.mean()) if len(noise) else None
    if len(known) < LEAST_SEEDS:
        return Drop(form, None, None, None, failed, mean_noise)
    mean = float(known.mean())
    reach = float(stdtrit(len(known) - 1, (1 + CONFIDENCE) / 2) * known.std(ddof=1) / sqrt(len(known)))
    return Drop(form, mean, mean - reach, mean + reach, failed, mean_noise)

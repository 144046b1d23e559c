"""The Gaussian process over (network, activation) that learns what the rules leave unexplained in the comparisons.

    y[t, a] = u[t] + sum_g b[g] F[g, t, a] + h(t, a) + noise

y are points behind the best entry of table t, u[t] a constant of the table of which nothing is known, F what group g
of causes says according to rules and theory, and h a Gaussian process with covariance
    (general + similarity(t, t')) * size^2 * similarity(a, a').
The multipliers b and the hyperparameters are chosen by the penalised marginal likelihood (Rasmussen and Williams,
Gaussian Processes for Machine Learning, 2006, sections 2.2 and 5.4); the priors are in PRIOR, with the reasons.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize

from rules.comparisons.similarity import FIELDS, Key, activations, networks
from rules.comparisons.store import TRANSFER

Floats = NDArray[np.float64]

GROUPS: dict[str, tuple[str, ...]] = {
    "signal_propagation": ("signal_propagation",),
    "compute": ("compute",),
    "reported_quality": ("reported_quality",),
    "mechanisms": (
        "mean_shift",
        "dead_units",
        "self_normalisation",
        "optimisation",
    ),
}
"""Causes that tables of accuracies can judge; each group has one multiplier. All others count in full."""

PRIOR: dict[str, tuple[float, float]] = {
    # Logarithms of rates. Depth and layer type change the order of activations, so what is known of one is worth
    # little for another; a normaliser takes most differences away (a factor of e across).
    "layer_type": (1.0, 0.3),
    "normalized": (0.0, 0.2),
    "residual": (-1.0, 0.5),
    "regime": (1.0, 0.3),
    "optimizer": (-1.0, 0.5),
    "task_family": (-1.0, 0.5),
    "modality": (-1.5, 0.5),
    "depth": (-1.0, 0.5),
    # What holds everywhere is small beside what holds in similar networks.
    "general": (-3.0, 0.3),
    # Points (log): effects differ by a few points; two tasks that fit one description by one to two, those of our own
    # small runs, which share a trainer, by less.
    "size": (1.2, 0.5),
    "noise": (0.4, 0.1),
    "own_noise": (0.0, 0.5),
    # Distance of curves (log) at which two functions cease to be alike.
    "scale": (0.0, 0.3),
    **dict.fromkeys(GROUPS, (0.5, 0.3)),
}
"""Mean and standard deviation of the normal prior of every parameter."""

_NAMES = tuple(PRIOR)
_UNKNOWN = 50.0
"""Standard deviation, in points, of a table's own constant: nothing is known of it."""


@dataclass(frozen=True)
class Entries:
    """All values of the chosen tables, one after another.

    table [E] places in `keys`; column [E] places among the candidates; points [E]; noise [E] in points; own [E] whether
    we measured it ourselves; features [E, groups] what each group of causes says.
    """

    keys: tuple[Key, ...]
    table: NDArray[np.int64]
    column: NDArray[np.int64]
    points: Floats
    noise: Floats
    own: NDArray[np.bool_]
    features: Floats


class Process:
    """The process with given parameters, conditioned on entries. `weights` [tables, candidates] give its mean."""

    def __init__(self, parameters: Floats, entries: Entries, candidates: Sequence[str]) -> None:
        named = dict(zip(_NAMES, parameters.tolist(), strict=True))
        self.rates = {field: float(np.exp(named[field])) for field in (*FIELDS, "depth")}
        self.general = float(np.exp(named["general"]))
        self.multipliers = np.array([named[group] for group in GROUPS])
        self.noise = float(np.exp(named["noise"]))
        alike = activations(candidates, float(np.exp(named["scale"]))) * np.exp(2 * named["size"])
        place, column = entries.table, entries.column
        between = self.general + networks(entries.keys, entries.keys, self.rates)
        covariance = between[np.ix_(place, place)] * alike[np.ix_(column, column)]
        covariance += _UNKNOWN**2 * (place[:, None] == place[None])
        scatter = np.where(entries.own, np.exp(named["own_noise"]), self.noise)
        covariance[np.diag_indices(len(place))] += entries.noise**2 + scatter**2
        residual = entries.points - entries.features @ self.multipliers
        factor = cho_factor(covariance, lower=True)
        solved = cho_solve(factor, residual)
        self.cost = float(0.5 * residual @ solved + np.log(np.diag(factor[0])).sum())
        told = np.zeros((len(entries.keys), len(candidates)))
        np.add.at(told, (place, column), solved)
        self.weights = told @ alike

    @property
    def expected(self) -> Floats:
        """[groups] multipliers elsewhere: as with the tables, less is expected of a network that none is about."""
        return self.multipliers * fmean(TRANSFER.values())

    def predict(self, keys: Sequence[Key], own: Sequence[Key], transfer: Floats, features: Floats) -> Floats:
        """[keys, candidates] points; `own` are the keys of the tables it was fitted to, features [keys, C, groups].

        `transfer` [tables] is how much of each is expected elsewhere.
        """
        between = (self.general + networks(keys, own, self.rates)) * transfer
        return np.asarray(features @ self.expected + between @ self.weights)


def fit(entries: Entries, candidates: Sequence[str], start: Floats | None = None, steps: int = 30) -> Floats:
    """The parameters, in the order of PRIOR, that maximise likelihood times prior."""
    mean, sd = np.array(list(PRIOR.values())).T

    def cost(parameters: Floats) -> float:
        penalty = 0.5 * float(np.square((parameters - mean) / sd).sum())
        return Process(parameters, entries, candidates).cost + penalty

    begin = mean if start is None else start
    most = steps * (len(mean) + 1)
    found = minimize(cost, begin.ravel(), method="L-BFGS-B", options={"maxiter": steps, "maxfun": most})
    return np.asarray(found.x)

"""Everything that was tried against the Gaussian process, and what it is to beat.

A model is asked a question, rows to learn from and rows to foretell, and gives for the latter the points beyond what an
answer expects anyway. The estimators are scikit-learn's, at settings that are usual for a few thousand noisy rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor
from sklearn.linear_model import BayesianRidge, Ridge
from sklearn.neighbors import NearestNeighbors

from models.prior.features import Floats
from models.prior.table import Table


class Question(NamedTuple):
    """Rows to learn from, rows to foretell, and the features of the candidates."""

    known: Table
    asked: Table
    activations: Floats


Model = Callable[[Question], Floats]

_SHRINK = 0.3
"""Weight of a prior row of 0 points in means over few rows."""
_NEIGHBOURS = 10


def nothing(question: Question) -> Floats:
    """What the answers say already: rules, theory and comparisons."""
    return np.zeros(len(question.asked.race))


def constant(question: Question) -> Floats:
    """That all candidates are equal."""
    return -question.asked.expected


def mean_per_activation(question: Question) -> Floats:
    """The mean of each activation over all races, whatever the network."""
    return _means(question.known, len(question.activations))[question.asked.column]


def nearest_networks(question: Question) -> Floats:
    """The mean of each activation over the ten most similar networks."""
    known, asked, activations = question
    races = np.unique(known.race)
    nearest = NearestNeighbors(n_neighbors=min(_NEIGHBOURS, len(races))).fit(known.networks[races])
    found = np.zeros(len(asked.race))
    for race in np.unique(asked.race):
        near = races[nearest.kneighbors(asked.networks[race][None], return_distance=False)[0]]
        here = asked.race == race
        found[here] = _means(known.part(near), len(activations))[asked.column[here]]
    return found


def _means(known: Table, count: int) -> Floats:
    total = np.bincount(known.column, known.weights * known.residual, count)
    return np.asarray(total / (np.bincount(known.column, known.weights, count) + _SHRINK))


def _estimator(make: Callable[[], Any], features: Callable[[Table, Floats], Floats]) -> Model:
    def foretell(question: Question) -> Floats:
        known, asked, activations = question
        weights = known.weights / known.weights.mean()
        model = make().fit(features(known, activations), known.residual, sample_weight=weights)
        return np.asarray(model.predict(features(asked, activations)), dtype=np.float64)

    return foretell


def _side_by_side(table: Table, activations: Floats) -> Floats:
    return np.concatenate([table.networks[table.race], activations[table.column]], axis=1)


def _products(table: Table, activations: Floats) -> Floats:
    """Properties of the activation, alone and times each of the network's: what a linear model can use."""
    network = (table.networks - table.networks.mean(0)) / np.maximum(table.networks.std(0), 0.5)
    own = ((activations - activations.mean(0)) / np.maximum(activations.std(0), 0.1))[table.column]
    products = own[:, :, None] * network[table.race][:, None]
    return np.concatenate([own, products.reshape(len(own), -1)], axis=1)


MODELS: Mapping[str, Model] = {
    "rules, theory and comparisons alone": nothing,
    "all equal": constant,
    "mean of each activation": mean_per_activation,
    "ten nearest networks": nearest_networks,
    "ridge": _estimator(lambda: Ridge(alpha=1_000.0, fit_intercept=False), _products),
    "Bayesian ridge": _estimator(lambda: BayesianRidge(fit_intercept=False), _products),
    "random forest": _estimator(
        lambda: RandomForestRegressor(150, min_samples_leaf=5, max_features=0.4, random_state=0), _side_by_side
    ),
    "gradient boosting": _estimator(
        lambda: HistGradientBoostingRegressor(max_iter=80, learning_rate=0.05, max_depth=4, random_state=0),
        _side_by_side,
    ),
}
"""By name; the process itself is judged by `models.prior.validation.held_out_process`."""

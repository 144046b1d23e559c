"""The Gaussian process over (network, activation) that is fitted to what nobody expected of past races.

    r[t, a] = u[t] + h(t, a) + noise,    cov h = size^2 (general + alike(t, t') + own same(t, t')) alike(a, a')

u[t] is a constant of the race of which nothing is known. h holds in every network to the share `general`, in similar
ones to the share 1, and to the share `own` in races on the same data set alone (same is 1 or 0): what a data set likes
that no description foretells, and that would pass for a law otherwise. The five numbers of
the covariance maximise the marginal likelihood over a grid (Rasmussen and Williams,
Gaussian Processes for Machine Learning, 2006, section 5.4); fitting is scikit-learn's.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import Kernel

from models.prior.features import Floats, activation_features
from models.prior.similarity import alike
from models.prior.table import SCATTER, Table

_UNKNOWN = 50.0
"""Standard deviation, in points, of a race's own constant: nothing is known of it."""


class Shape(NamedTuple):
    """The numbers of the covariance: points, shares, and lengths in units of the features."""

    size: float
    general: float
    network: float
    activation: float
    own: float


GRID = tuple(Shape(*numbers) for numbers in product((2.0, 4.0), (0.1, 0.5), (1.5, 3.0), (1.0,), (0.3, 1.0, 3.0)))


class Covariance(Kernel):  # type: ignore[misc]  # scikit-learn has no types
    """The covariance of rows (race, column) for scikit-learn; nothing in it is tuned there."""

    def __init__(self, shape: Shape, networks: Floats, groups: NDArray[np.int64], activations: Floats) -> None:
        self.shape, self.networks, self.groups, self.activations = shape, networks, groups, activations
        self._between = shape.general + alike(networks, networks, shape.network)
        self._between += shape.own * (groups[:, None] == groups)
        self._curves = shape.size**2 * alike(activations, activations, shape.activation)

    def __call__(self, X: Any, Y: Any = None, eval_gradient: bool = False) -> Any:
        """[X, Y], and with `eval_gradient` an empty gradient beside it."""
        other = X if Y is None else Y
        (race, column), (races, columns) = (np.asarray(one, dtype=np.int64).T for one in (X, other))
        found = self._between[np.ix_(race, races)] * self._curves[np.ix_(column, columns)]
        found += _UNKNOWN**2 * (race[:, None] == races)
        return (found, np.empty((*found.shape, 0))) if eval_gradient else found

    def diag(self, X: Any) -> Any:
        """[X]: the variance of each row."""
        return np.full(len(X), self.shape.size**2 * (1.0 + self.shape.general + self.shape.own) + _UNKNOWN**2)

    def is_stationary(self) -> bool:
        """It depends on places, not on distances alone."""
        return False

    @property
    def theta(self) -> Any:
        """Nothing is tuned by scikit-learn."""
        return np.empty(0)

    @theta.setter
    def theta(self, values: Any) -> None:
        return


class Fit(NamedTuple):
    """A fitted process: its shape, and weights [races, candidates] that give its mean at any network n on other data,
    size^2 being in the weights: mean[n, a] = sum_t (general + alike(n, t)) weights[t, a]."""

    shape: Shape
    weights: Floats
    evidence: float


def fit(table: Table, candidates: Sequence[str], grid: Sequence[Shape] = GRID) -> Fit:
    """The process of the likeliest shape in the grid."""
    activations = activation_features(candidates)
    return max((_fitted(table, activations, shape) for shape in grid), key=lambda one: one.evidence)


def _fitted(table: Table, activations: Floats, shape: Shape) -> Fit:
    rows = np.stack([table.race, table.column], axis=1)
    noise = np.square(table.noise) + SCATTER**2
    kernel = Covariance(shape, table.networks, table.groups, activations)
    model = GaussianProcessRegressor(kernel, alpha=noise, optimizer=None, copy_X_train=False)
    model.fit(rows, table.residual)
    told = np.zeros((len(table.networks), len(activations)))
    np.add.at(told, (table.race, table.column), model.alpha_)
    curves = shape.size**2 * alike(activations, activations, shape.activation)
    return Fit(shape, told @ curves, float(model.log_marginal_likelihood_value_))


def predict(found: Fit, known: Floats, networks: Floats) -> Floats:
    """[networks, candidates] points beyond what is expected; `known` are the features of the races fitted to."""
    return np.asarray((found.shape.general + alike(networks, known, found.shape.network)) @ found.weights)

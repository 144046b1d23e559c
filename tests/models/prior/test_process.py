"""The process finds what is there, says nothing where nothing is, and its weights alone give its predictions."""

from __future__ import annotations

import numpy as np
import pytest

from models.prior.features import activation_features, network_features
from models.prior.process import Covariance, Shape, fit, predict
from models.prior.table import SCATTER, table_of
from tests.models.prior.races import NAMES, deep_favours_tanh, history, nothing_to_find, race, situation

GRID = (Shape(4.0, 0.1, 3.0, 1.0, 1.0),)


def _expected(count: int) -> np.ndarray:
    return np.zeros((count, len(NAMES)))


def _asked(depth: int) -> np.ndarray:
    return network_features(situation(depth=depth))[None]


def test_a_law_is_found_between_the_depths_that_were_trained() -> None:
    races = history(30, deep_favours_tanh)
    table = table_of(races, NAMES, _expected(30))
    found = fit(table, NAMES, GRID)
    lead = {depth: predict(found, table.networks, _asked(depth))[0] for depth in (1, 8)}
    tanh, relu = NAMES.index("tanh"), NAMES.index("relu")
    assert lead[8][tanh] - lead[8][relu] > 4.0
    assert abs(lead[1][tanh] - lead[1][relu]) < 1.5


def test_where_there_is_nothing_to_find_little_is_said() -> None:
    table = table_of(history(30, nothing_to_find), NAMES, _expected(30))
    found = fit(table, NAMES, GRID)
    assert np.abs(predict(found, table.networks, _asked(3))).max() < 0.7


def test_what_is_expected_already_is_not_said_again() -> None:
    races = history(30, deep_favours_tanh)
    told = np.array([[race.outcomes[name].bent for name in NAMES] for race in races])
    table = table_of(races, NAMES, told)
    found = fit(table, NAMES, GRID)
    assert np.abs(predict(found, table.networks, _asked(8))).max() < 1e-6


def test_what_single_data_sets_like_passes_for_no_law() -> None:
    draw = np.random.default_rng(3)
    likes = draw.normal(0.0, 5.0, 24)
    saturating = np.array([name in ("tanh", "softsign") for name in NAMES])
    points = [dict(zip(NAMES, (like * saturating - max(like, 0.0)).tolist(), strict=True)) for like in likes]
    races = [race(n, one, 0.3, depth=int(draw.choice([2, 3]))) for n, one in enumerate(points)]
    table = table_of(races, NAMES, _expected(24))
    credulous, wary = (GRID[0]._replace(own=own) for own in (0.0, 3.0))
    found = fit(table, NAMES, (credulous, wary))
    assert found.shape == wary
    tanh = NAMES.index("tanh")

    def said(shape: Shape) -> float:
        return float(np.abs(predict(fit(table, NAMES, (shape,)), table.networks, _asked(5))[0, tanh]))

    assert said(wary) < said(credulous)


def test_the_likeliest_shape_of_a_grid_is_taken() -> None:
    table = table_of(history(20, deep_favours_tanh), NAMES, _expected(20))
    shapes = (Shape(0.01, 0.1, 3.0, 1.0, 1.0), *GRID)
    assert fit(table, NAMES, shapes).shape == GRID[0]


def test_the_weights_give_the_mean_of_the_process_itself() -> None:
    table = table_of(history(6, deep_favours_tanh), NAMES, _expected(6))
    found, activations = fit(table, NAMES, GRID), activation_features(NAMES)
    kernel = Covariance(GRID[0], table.networks, table.groups, activations)
    elsewhere = Covariance(GRID[0]._replace(own=0.0), table.networks, table.groups, activations)
    rows = np.stack([table.race, table.column], axis=1)
    covariance = kernel(rows) + np.diag(table.noise**2 + SCATTER**2)
    without_constant = elsewhere(rows) - 50.0**2 * (table.race[:, None] == table.race)
    exact = without_constant @ np.linalg.solve(covariance, table.residual)
    told = predict(found, table.networks, table.networks)[table.race, table.column]
    assert told == pytest.approx(exact, abs=1e-6)


def test_a_candidate_that_nobody_raced_is_judged_by_those_like_it() -> None:
    races = [race(n, {"relu": -6.0, "tanh": 0.0, "gelu": -6.0}, 0.3) for n in range(8)]
    table = table_of(races, NAMES, _expected(8))
    told = predict(fit(table, NAMES, GRID), table.networks, _asked(3))[0]
    assert told[NAMES.index("softsign")] > told[NAMES.index("leaky_relu")]

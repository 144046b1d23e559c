"""Skill is measured on data sets that were left out, and what has none does not count."""

from __future__ import annotations

import numpy as np
import pytest

from models.prior.past import PastRace
from models.prior.process import Shape
from models.prior.rivals import MODELS
from models.prior.table import Table, table_of
from models.prior.validation import Held, folds, held_out, held_out_process, score, trust
from tests.models.prior.races import NAMES, deep_favours_tanh, history, nothing_to_find

GRID = (Shape(4.0, 0.1, 3.0, 1.0, 1.0),)


def _table(races: list[PastRace]) -> Table:
    return table_of(races, NAMES, np.zeros((len(races), len(NAMES))))


@pytest.fixture(scope="module")
def lawful() -> Table:
    return _table(history(32, deep_favours_tanh))


def test_no_data_set_is_on_both_sides_of_a_fold() -> None:
    races = [one._replace(data=f"own {number % 10}") for number, one in enumerate(history(30, nothing_to_find))]
    table = _table(races)
    seen: list[int] = []
    for known, asked in folds(table):
        assert not set(table.groups[known.race]) & set(table.groups[asked.race])
        seen += np.unique(asked.race).tolist()
    assert sorted(seen) == list(range(30))


def test_a_law_has_skill_a_weight_and_intervals_that_hold(lawful: Table) -> None:
    found = trust(lawful, held_out_process(lawful, NAMES, GRID))
    assert found.skill > 0.6
    assert 0.6 < found.weight <= 1.0
    assert 0.85 <= found.coverage <= 0.97


def test_noise_has_no_weight() -> None:
    table = _table(history(32, nothing_to_find))
    found = trust(table, held_out_process(table, NAMES, GRID))
    assert found.skill < 0.1
    assert found.weight == 0.0


def test_with_little_history_nothing_counts() -> None:
    table = _table(history(12, deep_favours_tanh, noise=0.1))
    assert trust(table, held_out_process(table, NAMES, GRID)).weight == 0.0


def test_many_races_of_few_data_sets_are_little_history() -> None:
    races = [one._replace(data=f"own {number % 4}") for number, one in enumerate(history(32, deep_favours_tanh))]
    table = _table(races)
    assert trust(table, held_out_process(table, NAMES, GRID)).weight == 0.0


def test_a_prediction_twice_too_large_gets_half_the_weight(lawful: Table) -> None:
    held = held_out_process(lawful, NAMES, GRID)
    twice = Held(2.0 * held.points, held.near)
    assert trust(lawful, twice).slope == pytest.approx(0.5 * trust(lawful, held).slope)


def test_saying_nothing_has_no_skill_and_does_no_harm(lawful: Table) -> None:
    found = score(lawful, np.zeros(len(lawful.race)))
    assert found.skill == 0.0
    assert found.rmse > 0.0


def test_foretelling_exactly_has_all_the_skill(lawful: Table) -> None:
    found = score(lawful, lawful.residual)
    assert found.skill == pytest.approx(1.0)
    assert found.tau == pytest.approx(1.0)
    assert found.regret == pytest.approx(0.0)


@pytest.mark.parametrize("name", [name for name in MODELS if "forest" not in name and "boosting" not in name])
def test_every_rival_answers_for_every_row(lawful: Table, name: str) -> None:
    found = held_out(lawful, MODELS[name], NAMES)
    assert found.shape == lawful.race.shape
    assert np.isfinite(found).all()

"""The table of past races: what is measured less what is expected, centred in each race."""

from __future__ import annotations

import numpy as np
import pytest

from models.prior.table import table_of
from tests.models.prior.races import NAMES, race


def test_only_differences_within_a_race_are_left() -> None:
    races = [race(1, {"relu": 0.0, "tanh": -2.0}), race(2, {"relu": -4.0, "gelu": 0.0})]
    table = table_of(races, NAMES, np.full((2, len(NAMES)), 7.0))
    assert np.bincount(table.race, table.weights * table.residual) == pytest.approx([0.0, 0.0], abs=1e-9)
    assert table.residual[0] - table.residual[1] == pytest.approx(25.0 * (1 - np.exp(-2.0 / 25.0)))


def test_what_is_no_candidate_and_the_identity_are_left_out() -> None:
    table = table_of(
        [race(1, {"relu": 0.0, "identity": -1.0, "softmax": -2.0})], (*NAMES, "identity"), np.zeros((1, 9))
    )
    assert table.column.tolist() == [NAMES.index("relu")]


def test_a_part_keeps_the_places_of_its_races() -> None:
    races = [race(number, {"relu": 0.0, "tanh": -1.0 * number}) for number in range(3)]
    part = table_of(races, NAMES, np.zeros((3, len(NAMES)))).part(np.array([2]))
    assert part.race.tolist() == [2, 2]
    assert len(part.networks) == 3


def test_races_on_one_data_set_are_one_group() -> None:
    races = [race(1, {"relu": 0.0}, data="own a"), race(2, {"relu": 0.0}), race(3, {"relu": 0.0}, data="own a")]
    assert table_of(races, NAMES, np.zeros((3, len(NAMES)))).groups.tolist() == [0, 1, 0]

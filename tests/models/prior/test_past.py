"""Past races survive JSON, tell apart what tells the same, and say nothing in a caller's own words."""

from __future__ import annotations

import json

import pytest

from models.prior.past import FAR, Outcome, distinct, fingerprint, read_race, starting_history
from tests.models.prior.races import race


def test_a_race_comes_back_from_json_as_it_was() -> None:
    before = race(1, {"relu": 0.0, "tanh": -2.25}, task="count_regression", deployment={"operators": ["relu", "tanh"]})
    assert read_race(json.loads(json.dumps(before.plain()))) == before


def test_what_is_not_known_of_a_network_stays_unknown() -> None:
    found = read_race(race(1, {"relu": 0.0}).plain()).situation
    assert found.classes is None
    assert found.adversarial is False
    assert found.input_derivatives == 0


def test_a_row_that_is_no_race_is_refused() -> None:
    with pytest.raises((KeyError, TypeError)):
        read_race({"situation": {}, "outcomes": {}, "surprise": 1})


@pytest.mark.parametrize(("points", "bent"), [(0.0, 0.0), (0.3, 0.0), (-1.0, -0.98), (-100.0, -24.5)])
def test_a_diverged_run_weighs_no_more_than_one_that_is_plainly_out(points: float, bent: float) -> None:
    assert Outcome(points, 1.0).bent == pytest.approx(bent, abs=0.05)
    assert Outcome(points, 1.0).bent > -FAR


def test_far_behind_the_best_noise_matters_less() -> None:
    assert Outcome(-100.0, 25.0).bent_noise < 0.5
    assert Outcome(0.0, 0.7).bent_noise == 0.7


def test_races_of_one_network_on_one_data_set_count_once_and_the_last_one_stays() -> None:
    first = race(1, {"relu": 0.0}, data="own a")
    again = first._replace(id="rec_2/hidden-0", version="1")
    other = race(3, {"relu": 0.0}, data="own b")
    assert distinct([first, other, again]) == (again, other)


def test_equal_networks_that_differ_in_a_fact_are_two_tasks() -> None:
    first, second = race(1, {"relu": 0.0}, data="own a"), race(2, {"relu": 0.0}, data="own a", depth=4)
    assert first.task != second.task


def test_histories_are_told_apart() -> None:
    assert fingerprint([race(1, {"relu": 0.0})]) != fingerprint([race(1, {"relu": -0.1})])


def test_the_shipped_history_is_of_distinct_races_and_holds_no_words() -> None:
    races = starting_history()
    assert len({one.id for one in races}) == len(races) == len(distinct(races))
    assert all(one.situation.block == "" and one.situation.domain is None for one in races)
    assert all(len(one.outcomes) >= (20 if one.situation.layer_type == "dense" else 9) for one in races)
    assert {one.situation.layer_type for one in races} == {"dense", "conv", "recurrent", "attention", "graph"}

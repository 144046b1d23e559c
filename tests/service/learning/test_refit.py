"""Learning anew: what is written is what is read, and nothing counts without skill."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.prior.past import PastRace, distinct, starting_history
from models.prior.prior import Prior, load, read, shipped
from models.prior.process import Shape
from rules import RuleSet
from service.learning.expected import expected
from service.learning.refit import OWN_TRANSFER, learn, table_for, write
from tests.models.prior.races import history, nothing_to_find, situation

RULES = RuleSet.load()
GRID = (Shape(4.0, 0.1, 3.0, 1.0, 1.0),)


def _worse_than_expected(count: int) -> list[PastRace]:
    """Races in which tanh and softsign do ten points better than the rules expect, whatever these expect."""
    return history(count, lambda name, _: 10.0 if name in ("tanh", "softsign") else 0.0)


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    content, _ = learn(RULES, _worse_than_expected(24), GRID)
    path = tmp_path / "home" / "learned.json"
    write(path, content)
    assert load(path).version == read(content).version
    assert [one.name for one in path.parent.iterdir()] == ["learned.json"]


def test_a_law_that_the_rules_do_not_know_is_learned_and_counts_in_part() -> None:
    learned = read(learn(RULES, _worse_than_expected(24), GRID)[0])
    effects = Prior(learned, ("tanh", "relu")).effects(situation())[0]
    assert effects[0] - effects[1] > 4.0
    assert 0.3 < learned.voices["dense"].weight <= OWN_TRANSFER


def test_with_little_history_nothing_counts() -> None:
    assert read(learn(RULES, _worse_than_expected(6), GRID)[0]).voices["dense"].weight == 0.0


def test_every_layer_type_is_judged_by_its_own_races() -> None:
    races = _worse_than_expected(24)
    few = [
        one._replace(id=f"few-{one.id}", data=f"own few-{number}", situation=one.situation.changed(layer_type="conv"))
        for number, one in enumerate(races[:6])
    ]
    content, _ = learn(RULES, [*races, *few], GRID)
    voices = read(content).voices
    assert (voices["dense"].races, voices["conv"].races) == (24, 6)
    assert voices["dense"].weight > 0.3
    assert voices["conv"].weight == 0.0


def test_races_on_data_that_we_drew_give_no_weight() -> None:
    races = [one._replace(data=f"synthetic {number}") for number, one in enumerate(_worse_than_expected(24))]
    content, _ = learn(RULES, races, GRID)
    assert content["skill"]["dense"]["drawn"]["skill"] > 0.3
    assert "real" not in content["skill"]["dense"]
    assert read(content).voices["dense"].weight == 0.0


def test_candidates_that_never_ran_are_not_spoken_of() -> None:
    learned = read(learn(RULES, _worse_than_expected(24), GRID)[0])
    assert Prior(learned, ("swiglu", "sigmoid")).effects(situation())[0].tolist() == [0.0, 0.0]


def test_an_empty_history_is_an_error() -> None:
    with pytest.raises(ValueError, match="no history"):
        learn(RULES, [])


def test_what_is_expected_is_what_an_answer_says_without_history() -> None:
    races = history(3, nothing_to_find)
    beliefs = expected(RULES, [race.situation for race in races])
    assert beliefs.mean.shape == (3, len(RULES.candidates("hidden")))
    assert np.isfinite(beliefs.mean).all()
    table = table_for(RULES, races)
    assert table.expected == pytest.approx(beliefs.mean[table.race, table.column])


@pytest.mark.slow
def test_the_shipped_model_is_about_what_its_command_makes() -> None:
    content, _ = learn(RULES, distinct(starting_history()), GRID)
    assert content["skill"]["dense"]["drawn"]["skill"] > 0.1
    assert 0.8 < content["skill"]["dense"]["real"]["coverage"] < 0.97
    voices, known = read(content).voices, shipped().voices
    assert {name: (one.races, one.tasks) for name, one in voices.items()} == {
        name: (one.races, one.tasks) for name, one in known.items()
    }

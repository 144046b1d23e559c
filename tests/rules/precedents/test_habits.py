"""Habits: shares of practice that listen to the nearest networks, shrunk, and to rules as loud as they are narrow."""

from __future__ import annotations

import numpy as np
import pytest

from rules import RuleSet
from rules.precedents.habits import Fitted, Habits, fitted, hidden_habits, hidden_kind, output_habits
from rules.precedents.similarity import RATES, Similarity, stems
from rules.precedents.store import Precedent, precedents
from tests.rules.situations import situation

NAMES = ("relu", "tanh", "gelu")
NUMBERS = Fitted(dict.fromkeys(RATES, 1.0), prior=0.5, broad=1.0, rules=5.0, power=1.0)
SILENT = np.zeros((1, 3))


def network(name: str, activation: str, **fields: object) -> Precedent:
    known = {
        "id": name,
        "name": name,
        "year": 2020,
        "family": name,
        "source": "somewhere",
        "task": "multiclass_classification",
        "layer_type": "conv",
        "depth": 8,
        "normalization": "batch",
        "residual": False,
        "modality": "image",
        "domain": "",
        "compute_budget": "medium",
        "gated_ffn": False,
        "hidden_activation": activation,
        "output_activation": "softmax",
        "output_loss": "",
        "output_source": "",
        "choice": "explicit",
    }
    return Precedent(**(known | fields))  # type: ignore[arg-type]


def habits(*networks: Precedent) -> Habits:
    return Habits(networks, [one.hidden_activation for one in networks], NAMES, hidden_kind, NUMBERS)


def shares(found: Habits, told: np.ndarray = SILENT, weight: float = 0.0, **fields: object) -> np.ndarray:
    return found.shares([situation(**fields)], told, np.array([weight]))[0]


def test_shares_sum_to_one_and_no_candidate_is_impossible() -> None:
    found = shares(habits(network("a", "relu"), network("b", "relu")))
    assert found.sum() == pytest.approx(1.0)
    assert (found > 0).all()
    assert np.argmax(found) == 0


def test_the_nearer_network_counts_more() -> None:
    known = habits(network("near", "tanh", domain="brain signals"), network("far", "relu", domain="street scenes"))
    assert np.argmax(shares(known, domain="signals of the brain")) == 1
    assert np.argmax(shares(known, domain="street")) == 0


def test_copies_of_one_recipe_count_for_less_than_as_many_inventions() -> None:
    copies = [network(f"copy-{number}", "relu", family="one") for number in range(4)]
    inventions = [network(f"own-{number}", "tanh") for number in range(3)]
    assert np.argmax(shares(habits(*copies, *inventions))) == 1


def test_a_choice_that_is_no_candidate_is_not_counted() -> None:
    assert len(habits(network("a", "relu"), network("b", "square")).networks) == 1


def test_a_loud_rule_outweighs_precedents_and_a_silent_one_changes_nothing() -> None:
    known = habits(network("a", "relu"), network("b", "relu", family="c"))
    told = np.array([[0.0, 0.0, 1.0]])
    assert np.argmax(shares(known, told, weight=64.0)) == 2
    assert shares(known, SILENT, weight=64.0) == pytest.approx(shares(known))


def test_shares_do_not_depend_on_what_is_asked_together() -> None:
    found = hidden_habits(RuleSet.load().candidates("hidden"))
    situations = [situation(), situation(depth=40), situation(layer_type="dense", task="regression", domain="tides")]
    nothing = np.zeros((3, len(RuleSet.load().candidates("hidden"))))
    together = found.shares(situations, nothing, np.zeros(3))
    alone = hidden_habits(RuleSet.load().candidates("hidden")).shares(situations[2:], nothing[:1], np.zeros(1))
    assert together[2] == pytest.approx(alone[0], rel=1e-5)


def test_words_are_compared_by_how_they_begin_and_little_words_not_at_all() -> None:
    assert stems("Forecasting of the tides") == stems("forecasts, tides")
    assert stems("of the and") == frozenset()


def test_unknown_words_only_make_a_description_longer() -> None:
    networks = [network("a", "relu", domain="tides"), network("b", "tanh")]
    similarity = Similarity(networks, {"domain": 1.0})
    known, longer, nothing = (
        similarity.of([similarity.key(situation(domain=words))])[0] for words in ("tides", "tides zyx", "zyx")
    )
    assert known[0] > longer[0] > 1.0 == nothing[0]


def test_the_nearest_networks_come_first_with_their_share() -> None:
    near = habits(network("a", "relu", depth=64), network("b", "tanh")).nearest(situation(), 2)
    assert [one.id for one, _ in near] == ["b", "a"]
    assert near[0][1] > near[1][1] > 0


def test_the_shipped_precedents_are_facts_with_a_pointer_each() -> None:
    found = precedents()
    assert len({one.id for one in found}) == len(found) >= 600
    assert all(one.source and one.hidden_activation and one.family for one in found)
    assert all(bool(one.output_activation) == bool(one.output_source) or not one.output_activation for one in found)
    assert {one.choice for one in found} <= {"explicit", "default_argument", "framework"}


def test_the_shipped_numbers_cover_both_roles() -> None:
    assert set(fitted()) == {"hidden", "output"}
    assert all(rate > 0 for numbers in fitted().values() for rate in numbers.rates.values())


def test_outputs_follow_the_task_whatever_the_layers() -> None:
    found = output_habits(("softmax", "sigmoid", "identity"))
    wanted = {"multiclass_classification": 0, "binary_classification": 1, "regression": 2}
    for task, column in wanted.items():
        row = found.shares([situation(task=task)], np.zeros((1, 3)), np.zeros(1))[0]
        assert np.argmax(row) == column

"""The comparisons as data: each table can be read, points are counted from its best entry."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.activations import catalogue
from rules import RuleSet
from rules.comparisons.store import FAR, Comparison, comparisons, sources

TABLES = comparisons()
IDS = [one.id for one in TABLES]


def table(values: dict[str, float], **fields: object) -> Comparison:
    known = {"id": "made-up", "source": "nobody", "where": "", "description": {}, "metric": "accuracy", "trivial": 0.0}
    return Comparison(**(known | {"noise": 0.1, "values": values} | fields))  # type: ignore[arg-type]


def test_the_best_entry_has_no_deficit_and_every_other_one() -> None:
    assert table({"relu": 0.8, "tanh": 0.6}).points()["relu"] == 0.0
    assert table({"relu": 0.8, "tanh": 0.6}).points()["tanh"] < 0


def test_a_small_deficit_is_counted_in_hundredths_of_the_way_from_the_trivial_score() -> None:
    found = table({"relu": 0.9, "tanh": 0.892}, trivial=0.1).points()
    assert found["tanh"] == pytest.approx(-1.0, abs=0.03)


def test_a_diverged_entry_weighs_no_more_than_one_that_is_plainly_out() -> None:
    assert table({"relu": 0.9, "tanh": 0.0}).points()["tanh"] > -FAR


def test_where_lower_is_better_the_order_turns() -> None:
    found = table({"relu": 12.0, "tanh": 13.0}, better="lower", trivial=75.0)
    assert found.points()["relu"] == 0.0 > found.points()["tanh"]
    assert found.noise_in_points() > 0


@pytest.mark.parametrize("one", TABLES, ids=IDS)
def test_every_table_describes_a_network_and_names_known_activations(one: Comparison) -> None:
    assert one.situation.depth >= 1
    assert set(one.values) <= set(catalogue())
    assert len(one.values) >= 2
    assert one.noise > 0


@pytest.mark.parametrize("one", TABLES, ids=IDS)
def test_every_table_is_better_than_the_trivial_predictor_somewhere(one: Comparison) -> None:
    assert all(-FAR <= points <= 0 for points in one.points().values())
    assert one.noise_in_points() < 20


def test_ids_are_unique_and_published_sources_are_in_the_bibliography() -> None:
    assert len(set(IDS)) == len(IDS)
    assert {one.source for one in TABLES if not one.own} <= set(RuleSet.load().sources)


def test_a_rule_that_retells_a_table_is_shown_and_does_not_count() -> None:
    rules = RuleSet.load()
    matrix = rules.matrix("hidden")
    retold = [rule for rule, counted in zip(rules.rules, matrix.counted, strict=True) if not counted]
    assert retold
    assert all(rule.cause == "reported_quality" for rule in retold)
    assert all({one.key for one in rule.sources} & sources() for rule in retold)
    assert not matrix.precision[~matrix.counted].any()


def test_an_operators_own_rule_counts_in_full_whatever_it_cites(tmp_path: Path) -> None:
    (tmp_path / "ours.yaml").write_text(
        "- id: ours\n  role: hidden\n  when: {layer_type: conv, task: regression}\n  for: {name: snake}\n"
        "  strength: weak\n"
        "  cause: reported_quality\n  because: Ours was better, as we measured.\n  sources: [misra2019]\n"
    )
    rules = RuleSet.load(tmp_path)
    matrix, row = rules.matrix("hidden"), rules.index["ours"]
    assert matrix.counted[row]
    assert matrix.causes[matrix.cause[row]] == "house"
    card = next(one for one in rules.cards() if one.id == "ours")
    assert (card.counts, card.multiplier, card.cause) == (True, None, "reported_quality")

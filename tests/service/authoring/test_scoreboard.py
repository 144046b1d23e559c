"""The scoreboard: counts that agree with what is held as data."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules import RuleSet
from rules.comparisons.store import Comparison, comparisons
from rules.precedents.store import precedents
from service.authoring import scoreboard as module
from service.authoring.scoreboard import _lead, scoreboard

RULES = RuleSet.load()
_RULE = """
- id: {id}
  role: {role}
  when: {when}
  {sides}
  strength: weak
  cause: capacity
  because: A sentence of some length.
  sources: [actwise-measurements]
"""


@pytest.fixture
def load(tmp_path: Path) -> object:
    def loaded(sides: str, when: str = "{}", role: str = "hidden") -> RuleSet:
        text = _RULE.format(id="mine", role=role, when=when, sides=sides)
        (tmp_path / "house.yaml").write_text(text)
        (tmp_path / "bibliography.yaml").write_text(
            "actwise-measurements: {title: Ours, authors: We, year: 2025, read: full}\n"
        )
        return RuleSet.load(knowledge=tmp_path)

    return loaded


def table(**values: float) -> Comparison:
    return Comparison("t", "s", "", {}, "accuracy", 0.0, 0.1, values)


def test_a_rule_that_always_holds_is_asked_about_every_network_and_table(load) -> None:
    score = scoreboard(load("for: {name: relu}"))["mine"]
    known = [one.hidden_activation for one in precedents() if one.hidden_activation]
    assert (score.networks, score.favoured, score.opposed) == (len(known), known.count("relu"), 0)
    assert score.tables == sum("relu" in one.values and len(one.values) > 1 for one in comparisons())


def test_the_tables_that_agree_are_counted(load, monkeypatch: pytest.MonkeyPatch) -> None:
    four = {"task": "classification", "layer_type": "conv", "depth": 8, "compute_budget": "low"}
    values = [{"relu": 0.9, "tanh": 0.8}, {"relu": 0.9, "tanh": 0.7}, {"relu": 0.7, "tanh": 0.8}, {"tanh": 1.0}]
    tables = tuple(table(**one)._replace(description=four) for one in values)
    monkeypatch.setattr(module, "comparisons", lambda: tables)
    score = scoreboard(load("for: {name: relu}"))["mine"]
    assert (score.tables, score.agreeing) == (3, 2)


def test_a_rule_that_never_holds_there_has_no_score_to_show(load) -> None:
    score = scoreboard(load("for: {name: relu}", when="{depth: 9999}"))["mine"]
    assert set(score.model_dump().values()) == {0}


def test_rules_of_other_roles_have_none(load) -> None:
    assert scoreboard(load("for: {name: sigmoid}", role="gate")) == {}


@pytest.mark.parametrize(
    ("sides", "values", "sign"),
    [
        ("for: {name: relu}", {"relu": 0.9, "tanh": 0.8}, 1),
        ("for: {name: relu}", {"relu": 0.7, "tanh": 0.8}, -1),
        ("against: {name: tanh}", {"relu": 0.9, "tanh": 0.8}, 1),
        ("against: {name: tanh}", {"relu": 0.7, "tanh": 0.8}, -1),
        ("for: {name: relu}", {"relu": 0.9}, None),
        ("for: {name: relu}", {"gelu": 0.9, "tanh": 0.8}, None),
        ("against: {name: tanh}", {"relu": 0.9, "gelu": 0.8}, None),
    ],
)
def test_a_table_agrees_when_the_means_of_both_sides_stand_as_claimed(load, sides: str, values, sign) -> None:
    lead = _lead(load(sides).rule("mine"), table(**values))
    assert lead is None if sign is None else lead is not None and lead * sign > 0


def test_what_a_rule_with_two_sides_does_not_name_is_left_out(load) -> None:
    one = load("for: {name: relu}\n  against: {name: tanh}").rule("mine")
    assert _lead(one, table(relu=0.9, gelu=0.8)) is None
    assert (_lead(one, table(relu=0.9, tanh=0.8, gelu=1.0)) or 0) > 0


def test_the_shipped_rules_have_scores_that_add_up() -> None:
    found = scoreboard(RULES)
    assert set(found) == {one.id for one in RULES.rules if one.role == "hidden"}
    assert all(one.favoured + one.opposed <= one.networks and one.agreeing <= one.tables for one in found.values())

"""Rules are sorted by what they say about a function."""

from __future__ import annotations

from typing import Any

import pytest

from rules.cards import RuleCard
from service.http.reference import Reference
from service.pages.voices import voices


@pytest.fixture
def card(reference: Reference) -> Any:
    """A rule with other values."""
    base = next(rule for rule in reference.rules if rule.kind == "documented" and rule.role == "hidden")
    plain: dict[str, Any] = {
        "favours": (),
        "against": (),
        "support": None,
        "excludes": False,
        "counts": True,
        "multiplier": None,
    }
    plain |= {"mean": 1.0, "sd": 2.0, "contested": False, "unverified": False}

    def make(identifier: str, **changes: Any) -> RuleCard:
        return base.model_copy(update=plain | {"id": identifier} | changes)

    return make


def test_rules_are_told_apart_by_what_they_say(card: Any) -> None:
    rules = [
        card("for", favours=("relu",)),
        card("against", against=("relu", "elu")),
        card("never", against=("relu",), excludes=True, mean=None, sd=None),
        card("usual", kind="practice", favours=("relu",), support={"relu": 0.6, "elu": 0.1}),
        card("silent", favours=("elu",)),
        card("head", role="output", favours=("relu",)),
    ]
    found = voices("relu", rules)
    parts = (found.favourable, found.adverse, found.excluding, found.habits)
    assert [[one.id for one in part] for part in parts] == [["for"], ["against"], ["never"], ["usual"]]
    assert found.count == 4
    assert found.habits[0].size == "60% use it"
    assert found.excluding[0].size == "excluded"
    assert found.adverse[0].among == 2


def test_what_moves_most_comes_first_and_what_does_not_count_last(card: Any) -> None:
    rules = [
        card("small", favours=("relu",), mean=0.5),
        card("damped", favours=("relu",), mean=9.0, multiplier=0.01),
        card("large", favours=("relu",), mean=3.0),
        card("uncounted", favours=("relu",), mean=20.0, counts=False),
    ]
    assert [one.id for one in voices("relu", rules).favourable] == ["large", "small", "damped", "uncounted"]


@pytest.mark.parametrize(
    ("changes", "size"),
    [
        ({}, "1 ± 2 points"),
        ({"multiplier": 1.0}, "1 ± 2 points"),
        ({"multiplier": 0.123}, "1 ± 2 points, times 0.12"),
        ({"counts": False}, "1 ± 2 points, counted by its table"),
        ({"mean": None, "sd": None}, ""),
    ],
)
def test_the_size_says_how_it_counts(card: Any, changes: dict[str, Any], size: str) -> None:
    assert voices("relu", [card("one", favours=("relu",), **changes)]).favourable[0].size == size


def test_doubts_are_told(card: Any) -> None:
    rule = card("one", favours=("relu",), contested=True, unverified=True)
    assert voices("relu", [rule]).favourable[0].doubtful == "contested, unverified"


def test_a_function_that_no_rule_names_has_no_voices(reference: Reference) -> None:
    assert voices("exp", reference.rules).count == 0


def test_every_rule_about_hidden_layers_is_heard_for_whatever_it_names(reference: Reference) -> None:
    for rule in reference.rules:
        if rule.role != "output":
            for name in {*rule.favours, *rule.against, *(rule.support or {})} & set(reference.activations):
                found = voices(name, [rule])
                assert found.count >= 1, (rule.id, name)

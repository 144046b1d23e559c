"""Whether a rule counts, and what its claim is multiplied by."""

from __future__ import annotations

from typing import Any

import pytest

from rules import Rule, RuleSet
from rules.comparisons.learned import fitted
from rules.comparisons.store import sources
from rules.weighing import counts, multiplier, retells_a_table

_RULES = RuleSet.load()
_TOLD = sorted(sources())[0]


def rule(**changes: Any) -> Rule:
    fields = {
        "id": "mine",
        "role": "hidden",
        "for": {"name": "relu"},
        "strength": "weak",
        "cause": "capacity",
        "because": "A sentence of some length.",
        "sources": ["nobody2025"],
    }
    return Rule.model_validate(fields | changes)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"sources": [_TOLD]}, True),
        ({"cause": "reported_quality"}, True),
        ({"cause": "reported_quality", "sources": [_TOLD]}, False),
        ({"cause": "reported_quality", "sources": ["nobody2025", _TOLD]}, False),
        ({"cause": "reported_quality", "sources": [_TOLD], "role": "gate"}, True),
        ({"kind": "practice", "support": {"relu": 1}}, False),
        ({"excludes": True}, False),
    ],
    ids=str,
)
def test_a_claim_counts_unless_a_table_says_it_or_it_has_no_size(changes: dict[str, Any], expected: bool) -> None:
    assert counts(rule(**changes)) == expected


@pytest.mark.parametrize("role", ["gate", "output", "attention_weights"])
def test_nothing_is_fitted_outside_hidden_layers(role: str) -> None:
    assert all(multiplier(rule(role=role, cause=cause)) is None for cause in fitted().causes)


def test_the_multiplier_is_that_of_the_cause() -> None:
    causes = fitted().causes
    assert causes
    for cause, factor in causes.items():
        assert multiplier(rule(cause=cause)) == factor
    assert multiplier(rule(cause="not-fitted")) is None


def test_the_matrix_leaves_out_what_retells_a_table() -> None:
    counted = _RULES.matrix("hidden").counted
    told = [one.role == "hidden" and not flag for one, flag in zip(_RULES.rules, counted, strict=True)]
    assert told == [one.role == "hidden" and retells_a_table(one) for one in _RULES.rules]
    assert any(told)


def test_the_card_tells_what_counts() -> None:
    cards = {card.id: card for card in _RULES.cards()}
    for one in _RULES.rules:
        card = cards[one.id]
        assert (card.counts, card.multiplier, card.carries) == (counts(one), multiplier(one), one.carries)

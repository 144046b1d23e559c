"""Conditions on one value."""

from __future__ import annotations

from typing import Any

import pytest

from rules.conditions import ConditionError, read_condition


@pytest.mark.parametrize("raw", [3, [1, 2], {"at_least": 0}, {"not": 3}, {"contains": "word"}])
def test_an_unknown_value_satisfies_nothing(raw: Any) -> None:
    assert not read_condition(raw).holds(None)


@pytest.mark.parametrize(
    ("raw", "value", "holds"),
    [
        (True, True, True),
        (True, False, False),
        (["conv", "dense"], "dense", True),
        (["conv", "dense"], "graph", False),
        ({"at_least": 8}, 8, True),
        ({"at_least": 8}, 7, False),
        ({"at_most": 8}, 8, True),
        ({"above": 8}, 8, False),
        ({"below": 8}, 8, False),
        ({"above": 8, "below": 10}, 9, True),
        ({"not": "none"}, "batch", True),
        ({"not": ["none", "batch"]}, "batch", False),
        ({"contains": "ctr"}, "CTR prediction", True),
        ({"contains": ["ads", "click"]}, "click-through rate", True),
        ({"contains": "recommend"}, "movie recommender", True),
        ({"contains": "relu"}, ("relu", "tanh"), True),
        ({"contains": "elu"}, ("relu", "tanh"), False),
    ],
)
def test_a_condition_holds_for_the_values_it_names(raw: Any, value: Any, holds: bool) -> None:
    assert read_condition(raw).holds(value) is holds


def test_a_word_is_found_only_where_a_word_starts() -> None:
    assert not read_condition({"contains": "ads"}).holds("heads of networks")


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ([], "can never hold"),
        ({}, "has the keys"),
        ({"at_lest": 3}, "at_lest"),
        ({"at_least": "many"}, "takes a number"),
        ({"at_least": True}, "takes a number"),
        ({"contains": ""}, "takes words"),
        ({"not": []}, "can never hold"),
        (None, "not a plain value"),
        ([[1]], "not a plain value"),
    ],
)
def test_an_unreadable_condition_is_refused_with_the_reason(raw: Any, message: str) -> None:
    with pytest.raises(ConditionError, match=message):
        read_condition(raw)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"at_least": 8, "at_most": 12}, "depth at least 8 and at most 12"),
        (["conv", "dense"], "depth is conv or dense"),
        ({"not": True}, "depth is not yes"),
    ],
)
def test_a_condition_reads_as_a_phrase(raw: Any, words: str) -> None:
    assert read_condition(raw).words("depth") == words

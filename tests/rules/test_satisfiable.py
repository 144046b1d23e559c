"""Whether conditions can hold together, and an example of it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actwise.contract.situation import SITUATION_FIELDS
from rules.conditions import read_condition
from rules.fields import FIELDS
from rules.satisfiable import example
from tests.rules.situations import situation


def _when(**fields: Any) -> dict[str, Any]:
    return {name: read_condition(raw) for name, raw in fields.items()}


def test_the_fields_are_those_of_a_situation() -> None:
    assert set(FIELDS) == set(SITUATION_FIELDS)


def test_nothing_asked_can_always_hold() -> None:
    assert example({}) == {}


@pytest.mark.parametrize(
    "when",
    [
        _when(depth={"at_least": 8, "at_most": 7}),
        _when(depth={"below": 1}),
        _when(depth={"above": 3, "below": 4}),
        _when(zero_share={"above": 1}),
        _when(layer_type={"not": ["dense", "conv", "recurrent", "attention", "graph", "mixed"]}),
        _when(plain=True, residual=True),
        _when(plain=False, normalization="none", residual=False),
        _when(cell="lstm", layer_type="conv"),
        _when(task="count_regression", task_family="classification"),
    ],
)
def test_contradictory_conditions_never_hold(when: dict[str, Any]) -> None:
    assert example(when) is None


def test_two_rules_overlap_only_where_both_hold() -> None:
    shallow, deep = _when(depth={"at_most": 4}), _when(depth={"at_least": 4})
    assert example(shallow, deep) == {"depth": 4}
    assert example(shallow, _when(depth={"above": 4})) is None


def test_words_of_a_text_may_stand_together() -> None:
    found = example(_when(domain={"contains": "ctr"}), _when(domain={"contains": ["sac", "td3"]}))
    assert found is not None
    assert "ctr" in found["domain"]


bound = st.integers(0, 12)


@given(low=bound, high=bound, skip=st.lists(bound, max_size=4))
def test_an_interval_is_satisfiable_exactly_when_a_whole_number_lies_in_it(
    low: int, high: int, skip: list[int]
) -> None:
    parts = {"at_least": low, "below": high} | ({"not": skip} if skip else {})
    condition = read_condition(parts)
    expected = any(condition.holds(number) for number in range(1, 20))
    assert (example({"depth": condition}) is not None) is expected


def test_an_example_can_be_written_into_a_situation() -> None:
    found = example(_when(plain=True, depth={"at_least": 9}))
    assert found is not None
    neighbour = situation().changed(**found)
    assert neighbour.plain
    assert neighbour.depth >= 9

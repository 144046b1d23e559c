"""Which candidates a rule speaks of."""

from __future__ import annotations

from typing import Any

import pytest

from rules.candidates import CandidateTable, table
from rules.conditions import ConditionError
from rules.selectors import read_selectors, select

_TABLE = CandidateTable(
    "hidden",
    {
        "relu": {"name": "relu", "saturates": "left", "mean": 0.4, "smooth": False},
        "tanh": {"name": "tanh", "saturates": "both", "mean": 0.0, "smooth": True},
        "leaky": {"name": "leaky", "saturates": "no", "mean": 0.4, "smooth": False},
    },
)


def _select(raw: Any) -> tuple[tuple[str, ...], list[str]]:
    faults: list[str] = []
    return select(read_selectors(raw), _TABLE, faults), faults


@pytest.mark.parametrize("raw", [[], {}, "relu", [{}], ["relu"]])
def test_a_selector_that_is_no_mapping_is_refused(raw: Any) -> None:
    with pytest.raises(ConditionError):
        read_selectors(raw)


@pytest.mark.parametrize(
    ("raw", "names"),
    [
        ({"name": "relu"}, ("relu",)),
        ({"smooth": False}, ("relu", "leaky")),
        ({"smooth": False, "name": {"not": "leaky"}}, ("relu",)),
        ({"mean": {"below": 0.1}}, ("tanh",)),
        ([{"saturates": "no"}, {"saturates": "both"}], ("tanh", "leaky")),
    ],
)
def test_conditions_of_one_selector_hold_together_and_selectors_add(raw: Any, names: tuple[str, ...]) -> None:
    assert _select(raw) == (names, [])


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ({"satturates": "left"}, "did you mean 'saturates'"),
        ({"name": "rleu"}, "did you mean 'relu'"),
        ({"saturates": False}, "YAML reads as false"),
        ({"saturates": {"above": 3}}, "not a number"),
        ({"smooth": "yes"}, "no candidate has smooth 'yes'"),
        ({"smooth": True, "mean": {"above": 0.3}}, "selects nothing"),
    ],
)
def test_a_faulty_selector_says_how_to_repair_it(raw: Any, message: str) -> None:
    names, faults = _select(raw)
    assert names == ()
    assert len(faults) == 1
    assert message in faults[0]


def test_gated_units_have_no_facts_about_a_curve() -> None:
    gated = [row for row in table("hidden").properties.values() if row["gated"]]
    assert gated
    assert all("saturates" not in row for row in gated)


@pytest.mark.parametrize("role", ["hidden", "gate", "output"])
def test_every_role_has_candidates_under_their_own_names(role: Any) -> None:
    found = table(role)
    assert len(found.names) >= 2
    assert all(row["name"] == name for name, row in found.properties.items())

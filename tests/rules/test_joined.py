"""Rules over candidates that are not in the catalogue."""

from __future__ import annotations

import numpy as np

from models.activations import get
from models.formulas import formula_activation
from rules import RuleSet

RULES = RuleSet.load()
JOINED = RULES.joined_by({"=bounded": formula_activation("x / sqrt(1 + x*x)"), "=again": get("relu")})


def test_the_candidates_come_after_those_of_the_catalogue() -> None:
    assert JOINED.candidates("hidden") == (*RULES.candidates("hidden"), "=bounded", "=again")
    assert JOINED.candidates("output") == RULES.candidates("output")


def test_rules_that_select_by_properties_speak_of_them() -> None:
    by_property = [
        one for one in RULES.compiled if isinstance(one.rule.against, dict) and "saturates" in one.rule.against
    ]
    speaking = {one.rule.id for one in JOINED.compiled if "=bounded" in one.against}
    assert speaking & {one.rule.id for one in by_property}


def test_rules_that_name_activations_do_not() -> None:
    named = [
        one.rule.id for one in RULES.compiled if one.rule.role == "hidden" and one.rule.favours == {"name": "relu"}
    ]
    assert named
    assert not [one for one in JOINED.compiled if one.rule.id in named and "=again" in one.favours]


def test_nothing_changes_for_the_others() -> None:
    before, after = RULES.matrix("hidden"), JOINED.matrix("hidden")
    count = len(before.candidates)
    np.testing.assert_array_equal(after.sign[:, :count], before.sign)
    np.testing.assert_array_equal(after.support[:, count:], 0)
    assert JOINED.version == RULES.version

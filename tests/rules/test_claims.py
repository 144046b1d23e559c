"""The list of claims: every one is carried by a rule, every label is known, and the page of the docs is up to date."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules import RuleSet
from rules.claims import PAGE, carriers, page, read_claims

_RULES = RuleSet.load().rules
_CLAIMS = read_claims()
_HEADS = {f"O{number:02}" for number in range(1, 36)}


@pytest.mark.parametrize("claim", _CLAIMS)
def test_every_claim_is_carried_by_a_rule(claim: str) -> None:
    assert carriers(_CLAIMS, _RULES)[claim]


def test_the_list_is_complete() -> None:
    stated = {f"S{number:02}" for number in range(1, 40)}
    atomic = {f"H{number:02}" for number in (*range(1, 46), *range(50, 99))} | {"H04b"}
    assert set(_CLAIMS) == stated | atomic


def test_rules_carry_known_claims_only() -> None:
    assert {claim for rule in _RULES for claim in rule.carries} <= set(_CLAIMS) | _HEADS


def test_a_claim_is_carried_by_more_than_habit() -> None:
    habit = [claim for claim, rules in carriers(_CLAIMS, _RULES).items() if all(r.kind == "practice" for r in rules)]
    assert habit == []


def test_the_page_of_the_docs_is_what_the_rules_say_now() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(_CLAIMS, _RULES), "run python -m rules.claims"


def test_a_claim_that_no_rule_carries_has_an_empty_cell() -> None:
    assert page({"S99": "Nobody says so"}, _RULES).endswith("| S99 | Nobody says so |  |\n")


@pytest.mark.parametrize("lines", ["id,claim\nS01,one\nS01,two\n", "id,claim\nS01,\n"])
def test_a_faulty_list_is_refused(lines: str, tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    path.write_text(lines, encoding="utf-8")
    with pytest.raises(ValueError, match=r"claims\.csv"):
        read_claims(path)

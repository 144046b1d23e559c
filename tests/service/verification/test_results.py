"""The results file and the page made from it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rules import RuleSet
from rules.loading import KNOWLEDGE
from rules.verdicts import FILE, read_verdicts
from service.verification.page import PAGE, page
from service.verification.results import store, verify_rules

_RULES = RuleSet.load()
_FAST = "hard-gates-stop-learning-when-shut"


def test_the_file_has_no_entry_that_belongs_to_no_rule_as_it_is() -> None:
    stale = set(read_verdicts(KNOWLEDGE, [])) - set(_RULES.verdicts)
    assert stale == set(), "run: actwise rules verify --missing --write"


def test_the_page_is_made_from_the_file() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(read_verdicts(KNOWLEDGE, []))


def test_the_page_shows_every_verdict() -> None:
    text = page(_RULES.verdicts)
    assert [name for name in _RULES.verdicts if f"| {name} |" not in text] == []


def test_the_file_names_no_machine_and_is_small() -> None:
    text = (KNOWLEDGE / FILE).read_text(encoding="utf-8")
    entries = json.loads(text)
    keys = {key for entry in entries.values() for key in entry}
    assert keys == {
        "experiment",
        "verdict",
        "these",
        "those",
        "expect",
        "parameters",
        "measured",
        "low",
        "high",
        "unit",
        "seeds",
        "seconds",
        "key",
    }
    assert len(text) < 200_000


def test_storing_keeps_what_is_current_and_drops_what_is_stale(tmp_path: Path) -> None:
    stale = _RULES.verdicts[_FAST].model_copy(update={"key": "0" * 16})
    kept = "sparse-codes-need-exact-zeros"
    store(_RULES, {"gone-rule": stale, _FAST: stale, kept: _RULES.verdicts[kept]}, tmp_path, docs=None)
    new = verify_rules(_RULES, _FAST)
    store(_RULES, new, tmp_path, docs=tmp_path / "page.md")
    assert read_verdicts(tmp_path, []) == {_FAST: new[_FAST], kept: _RULES.verdicts[kept]}
    assert (tmp_path / "page.md").read_text() == page(read_verdicts(tmp_path, []))


def test_nothing_is_missing_where_all_is_committed() -> None:
    assert verify_rules(_RULES, missing=True) == {}


def test_an_unknown_rule_is_told_with_the_nearest() -> None:
    with pytest.raises(KeyError, match=f"did you mean '{_FAST}'"):
        verify_rules(_RULES, _FAST[:-1])

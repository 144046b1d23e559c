"""What follows from a verdict: shown with the rule, and a refuted claim keeps a quarter of its size."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rules import RuleSet, RulesRefused, Verdict
from rules.loading import KNOWLEDGE
from rules.verdicts import FILE, REFUTED_FACTOR, written

_BIBLIOGRAPHY = "paper: {title: A paper, authors: Some Body, year: 2020, read: full}\n"
_RULE = """- id: a-rule
  role: hidden
  against: {name: sigmoid}
  effect: {mean: 8, sd: 2}
  cause: signal_propagation
  because: A claim that stands for others.
  experiment: {id: gradient-ratio, with: {depth: DEPTH}}
  sources: [paper]
"""


def rules(folder: Path, verdict: str | None = None, *, depth: int = 9, **changes: Any) -> RuleSet:
    """One rule, with a result for it at a depth of 9."""
    (folder / "bibliography.yaml").write_text(_BIBLIOGRAPHY)
    (folder / "rules.yaml").write_text(_RULE.replace("DEPTH", "9"))
    if verdict:
        key = RuleSet.load(knowledge=folder).rule("a-rule").comparison()
        assert key is not None
        (folder / FILE).write_text(written({"a-rule": _verdict(verdict, key.key, changes)}))
    (folder / "rules.yaml").write_text(_RULE.replace("DEPTH", str(depth)))
    return RuleSet.load(knowledge=folder)


def _verdict(verdict: str, key: str, changes: dict[str, Any]) -> Verdict:
    plain = {
        "experiment": "gradient-ratio",
        "verdict": verdict,
        "these": ("relu",),
        "those": ("sigmoid",),
        "expect": "better",
        "parameters": {"depth": 9},
        "measured": -2.0,
        "low": -3.0,
        "high": -1.0,
        "unit": "decades",
        "seeds": (0, 1),
        "seconds": 0.1,
        "key": key,
    }
    return Verdict.model_validate(plain | changes)


def test_a_rule_without_a_result_has_its_whole_size(tmp_path: Path) -> None:
    found = rules(tmp_path)
    assert found.verdicts == {}
    assert found.cards()[0].verification is None
    assert found.matrix("hidden").mean.tolist() == [8.0]


@pytest.mark.parametrize("verdict", ["supported", "not_seen"])
def test_what_is_supported_or_not_seen_keeps_its_size_and_is_shown(tmp_path: Path, verdict: str) -> None:
    found = rules(tmp_path, verdict)
    card = found.cards()[0]
    assert card.verification is not None
    assert (card.verification.verdict, card.mean, card.sd) == (verdict, 8.0, 2.0)
    evidence = found.evidence(0, "sigmoid")
    assert evidence.effect.mean == -8.0
    assert "refuted" not in evidence.claim


def test_a_refuted_claim_keeps_a_quarter_of_its_size_and_all_of_its_doubt(tmp_path: Path) -> None:
    found = rules(tmp_path, "refuted")
    matrix, evidence, card = found.matrix("hidden"), found.evidence(0, "sigmoid"), found.cards()[0]
    assert matrix.mean.tolist() == [8 * REFUTED_FACTOR]
    assert matrix.sd.tolist() == [2.0]
    assert (card.mean, card.sd) == (2.0, 2.0)
    assert evidence.effect.mean == -2.0
    assert evidence.effect.high - evidence.effect.low == pytest.approx(2 * 1.645 * 2.0, abs=0.02)
    assert evidence.claim.endswith("(refuted in our experiment gradient-ratio: -2 (-3 to -1) decades)")


def test_a_result_does_not_outlive_the_claim_it_belongs_to(tmp_path: Path) -> None:
    changed = rules(tmp_path, "refuted", depth=10)
    assert changed.verdicts == {}
    assert changed.matrix("hidden").mean.tolist() == [8.0]


def test_the_version_changes_with_a_verdict(tmp_path: Path) -> None:
    versions = {rules(tmp_path, verdict).version for verdict in (None, "supported", "refuted")}
    assert len(versions) == 3


@pytest.mark.parametrize("content", ["{", "[]", '{"a-rule": {"verdict": "true"}}', '{"a-rule": 3}'])
def test_a_broken_results_file_is_a_finding(tmp_path: Path, content: str) -> None:
    rules(tmp_path)
    (tmp_path / FILE).write_text(content)
    with pytest.raises(RulesRefused, match=FILE):
        RuleSet.load(knowledge=tmp_path)


def test_refuted_claims_of_the_shipped_rules_weigh_less() -> None:
    shipped = RuleSet.load(knowledge=KNOWLEDGE)
    refuted = [name for name, one in shipped.verdicts.items() if one.verdict == "refuted"]
    for name in refuted:
        number = shipped.index[name]
        rule = shipped.rules[number]
        assert shipped.matrix(rule.role).mean[number] == pytest.approx(REFUTED_FACTOR * rule.size.mean)

"""Reading rule files: every finding, all at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from rules import RuleSet, RulesRefused

_SOURCES = {
    "paper": {"title": "A paper", "authors": "Somebody", "year": 2020, "read": "full"},
    "rumour": {"title": "A rumour", "authors": "Somebody", "year": 2020, "read": "unverified"},
}
_RULE: dict[str, Any] = {
    "id": "a-rule",
    "role": "hidden",
    "when": {"depth": {"at_least": 8}},
    "against": {"name": "sigmoid"},
    "strength": "weak",
    "cause": "signal_propagation",
    "because": "Gradients shrink with every layer.",
    "sources": ["paper"],
}


def _rule(**changes: Any) -> dict[str, Any]:
    return {key: value for key, value in (_RULE | changes).items() if value is not None}


def _load(folder: Path, *rules: Any, sources: Any = None) -> RuleSet:
    (folder / "bibliography.yaml").write_text(yaml.safe_dump(sources or _SOURCES), encoding="utf-8")
    (folder / "theme.yaml").write_text(yaml.safe_dump(list(rules)), encoding="utf-8")
    return RuleSet.load(knowledge=folder)


def _findings(folder: Path, *rules: Any, sources: Any = None) -> list[str]:
    with pytest.raises(RulesRefused) as refused:
        _load(folder, *rules, sources=sources)
    return [str(finding) for finding in refused.value.findings]


def test_no_rules_at_all_are_a_rule_set_that_never_fires(tmp_path: Path) -> None:
    from tests.rules.situations import situation

    empty = _load(tmp_path)
    assert len(empty) == 0
    assert empty.bitmask(situation()) == 0
    assert empty.fired([situation()]).shape == (1, 0)


def test_a_correct_rule_is_taken(tmp_path: Path) -> None:
    assert _load(tmp_path, _rule()).rules[0].id == "a-rule"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"whenn": {}}, "whenn: Extra inputs"),
        ({"id": "A Rule"}, "id: String should match"),
        ({"when": {"dept": 3}}, "did you mean 'depth'"),
        ({"when": {"layer_type": "convv"}}, "did you mean 'conv'"),
        ({"when": {"task": "classification"}}, "task is never 'classification'"),
        ({"when": {"depth": 0}}, "between 1 and 10000"),
        ({"when": {"depth": True}}, "takes a whole number"),
        ({"when": {"layer_type": {"at_least": 3}}}, "not a number"),
        ({"when": {"layer_type": {"contains": "conv"}}}, "not text"),
        ({"when": {"operators": "relu"}}, "write contains"),
        ({"when": {"operators": {"contains": "rleu"}}}, "did you mean 'relu'"),
        ({"when": {"depth": []}}, "can never hold"),
        ({"when": {"depth": {"at_least": 9, "below": 9}}}, "can never fire"),
        ({"when": {"plain": True, "residual": True}}, "can never fire"),
        ({"against": {"saturate": "both"}}, "unknown property 'saturate'"),
        ({"against": {"name": "sigmoit"}}, "did you mean 'sigmoid'"),
        ({"against": {"name": "softmax"}}, "no candidate has name 'softmax'"),
        ({"against": {"smooth": True, "piecewise_linear": True, "bounded": True}}, "selects nothing"),
        ({"against": {}}, "a selector is a mapping"),
        ({"against": None}, "speaks for nothing"),
        ({"for": {"name": "sigmoid"}}, "both for and against sigmoid"),
        ({"sources": []}, "at least 1 item"),
        ({"sources": ["papre"]}, "did you mean 'paper'"),
        ({"sources": ["rumour"]}, "mark it unverified"),
        ({"unverified": True, "strength": "strong"}, "strength can only be weak"),
        ({"cause": "signal_propagatoin"}, "did you mean 'signal_propagation'"),
        ({"cause": "outcome"}, "name the mechanism"),
        ({"experiment": "gradient-ration"}, "did you mean 'gradient-ratio'"),
        ({"experiment": {"id": "gradient-ratio", "with": {"depht": 9}}}, "did you mean 'depth'"),
        ({"experiment": {"id": "gradient-ratio", "with": {"depth": "deep"}}}, "depth is a number"),
        ({"experiment": {"id": "gradient-ratio", "with": {"start": "hee"}}}, "start is one of standard"),
        ({"experiment": {"id": "gradient-ratio", "expect": "worse"}}, "'better' or 'not_worse'"),
        ({"experiment": {"id": "gradient-ratio", "those": ["relu"], "these": ["relu"]}}, "relu stands on both sides"),
        ({"experiment": {"id": "gradient-ratio", "those": ["softmax"]}}, "none of the candidates on one side"),
        ({"when": {"depth": 9}, "experiment": {"id": "gradient-ratio", "with": {"depth": 8}}}, "the rule holds for"),
        ({"kind": "practice", "experiment": "gradient-ratio"}, "no experiment can check"),
        ({"strength": None}, "has no size"),
        ({"effect": {"mean": 3, "sd": 1}}, "both strength and effect"),
        ({"strength": None, "effect": {"mean": 3, "sd": 0}}, "effect.sd: Input should be greater than 0"),
        ({"excludes": True}, "leave out for, strength and effect"),
        ({"support": {"relu": 0.5}}, "only rules of kind practice"),
        ({"kind": "practice"}, "needs support"),
        ({"contested": ["b-rule"]}, "which is no rule"),
    ],
)
def test_each_fault_of_one_rule_is_found(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    findings = _findings(tmp_path, _rule(**changes))
    assert any(message in finding for finding in findings), findings


@pytest.mark.parametrize(
    ("support", "message"),
    [({"relu": 1.5}, "share between 0 and 1"), ({"rleu": 0.5}, "did you mean 'relu'"), ({}, "needs support")],
)
def test_support_is_a_share_of_known_candidates(tmp_path: Path, support: dict[str, float], message: str) -> None:
    rule = _rule(kind="practice", support=support, against=None, cause=None)
    assert any(message in finding for finding in _findings(tmp_path, rule))


def test_all_findings_of_all_files_come_at_once(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("- id: [", encoding="utf-8")
    (tmp_path / "mapping.yaml").write_text("id: a-rule", encoding="utf-8")
    twice = "- id: c-rule\n  role: hidden\n  role: gate\n"
    (tmp_path / "twice.yaml").write_text(twice, encoding="utf-8")
    findings = _findings(tmp_path, _rule(when={"dept": 3}, sources=["nothing-near"], cause="unknown"), _rule(id="b"))
    for part in ("broken.yaml", "mapping.yaml: a rule file is a list", "key given twice: role", "dept", "nothing-near"):
        assert any(part in finding for finding in findings), part


def test_one_id_cannot_name_two_rules(tmp_path: Path) -> None:
    assert any("this id is taken" in f for f in _findings(tmp_path, _rule(), _rule(when={"depth": 3})))


def test_saying_the_same_twice_is_a_duplicate_even_in_other_words(tmp_path: Path) -> None:
    findings = _findings(tmp_path, _rule(), _rule(id="b-rule", against={"name": ["sigmoid"]}, strength="strong"))
    assert any("says exactly what a-rule says" in finding for finding in findings)


_OPPOSITE = {"id": "b-rule", "against": None, "for": {"name": ["sigmoid", "tanh"]}, "when": {"depth": {"at_least": 9}}}


def test_an_unmarked_contradiction_is_found(tmp_path: Path) -> None:
    findings = _findings(tmp_path, _rule(), _rule(**_OPPOSITE))
    assert any("contradicts b-rule about sigmoid" in finding for finding in findings)


def test_a_contradiction_marked_on_one_side_only_is_found(tmp_path: Path) -> None:
    assert any("contradicts" in f for f in _findings(tmp_path, _rule(contested=True), _rule(**_OPPOSITE)))


@pytest.mark.parametrize(
    "changes",
    [
        {"contested": ["a-rule"]},
        {"when": {"depth": {"below": 8}}},
        {"cause": "mean_shift"},
        {"for": {"name": "tanh"}},
    ],
)
def test_marked_or_separate_claims_are_no_contradiction(tmp_path: Path, changes: dict[str, Any]) -> None:
    assert len(_load(tmp_path, _rule(contested=["b-rule"]), _rule(**(_OPPOSITE | changes)))) == 2


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ({"title": "A paper", "authors": "Somebody", "year": 2020}, "read: Field required"),
        ({**_SOURCES["paper"], "read": "skimmed"}, "read: Input should be"),
        ({**_SOURCES["paper"], "url": "http://example.org"}, "url: String should match"),
    ],
)
def test_a_faulty_source_is_found(tmp_path: Path, source: dict[str, Any], message: str) -> None:
    assert any(message in finding for finding in _findings(tmp_path, sources={"paper": source}))


def test_a_missing_house_folder_is_a_finding(tmp_path: Path) -> None:
    with pytest.raises(RulesRefused, match="is not a folder"):
        RuleSet.load(tmp_path / "nowhere")


def test_house_rules_join_the_shipped_ones_and_change_the_version(tmp_path: Path) -> None:
    (tmp_path / "bibliography.yaml").write_text(yaml.safe_dump({"our-notes": _SOURCES["paper"]}), encoding="utf-8")
    rule = _rule(id="our-dsp-has-only-relu6", sources=["our-notes", "klambauer2017"], cause="kernel_support")
    (tmp_path / "house.yaml").write_text(yaml.safe_dump([rule]), encoding="utf-8")
    shipped, house = RuleSet.load(), RuleSet.load(tmp_path)
    assert len(house) == len(shipped) + 1
    assert house.version != shipped.version
    assert RuleSet.load().version == shipped.version

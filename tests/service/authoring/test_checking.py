"""Checking cases: each expectation can fail, and says what was found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rules import RuleSet
from rules.loading import KNOWLEDGE
from service.advice.advisor import Advisor
from service.authoring.cases import Ready, read_cases
from service.authoring.checking import check, run_cases

CASES = sorted((KNOWLEDGE.parent / "cases").glob("*.yaml"))
CONV = {"task": "classification", "layer_type": "conv", "depth": 8, "compute_budget": "low"}
LSTM = {"task": "classification", "layer_type": "recurrent", "depth": 1, "compute_budget": "low"}
PRIVATE = CONV | {"privacy": "dp_sgd"}
BOTTLENECK = CONV | {"layers": [{"layer_type": "conv", "role": "bottleneck"}]}


@pytest.fixture(scope="module")
def advisor() -> Advisor:
    return Advisor()


def failures(advisor: Advisor, describe: dict[str, Any], expect: dict[str, Any], **further: Any) -> tuple[str, ...]:
    text = json.dumps([{"describe": describe, "expect": expect, **further}])
    (outcome,) = run_cases(text, "mine.yaml", advisor)
    assert outcome.file == "mine.yaml"
    return outcome.failures


def shipped() -> list[tuple[str, Ready]]:
    return [
        (path.stem, one) for path in CASES for one in read_cases(path.read_text(), path.name) if isinstance(one, Ready)
    ]


@pytest.mark.parametrize(("file", "one"), shipped(), ids=[f"{file}: {one.label}" for file, one in shipped()])
def test_a_shipped_case_holds(file: str, one: Ready, advisor: Advisor) -> None:
    assert check(one, advisor) == (), file


def test_there_are_many_shipped_cases_and_all_can_be_read() -> None:
    count = sum(len(list(read_cases(path.read_text(), path.name))) for path in CASES)
    assert len(shipped()) == count >= 40


def test_shipped_cases_have_names_of_their_own() -> None:
    names = [one.case.name for _, one in shipped()]
    assert None not in names
    assert len(set(names)) == len(names)


def test_a_rule_that_does_not_fire_is_told_with_what_keeps_it() -> None:
    (failure,) = failures(Advisor(), CONV, {"fires": "gated-ffn-beats-ungated"})
    assert failure.startswith("gated-ffn-beats-ungated does not fire: ")
    assert "gated ffn is yes (here it is no)" in failure


def test_a_rule_that_is_not_silent_is_told_with_its_conditions(advisor: Advisor) -> None:
    (failure,) = failures(advisor, PRIVATE, {"silent": ["private-training-wants-bounded-functions"]})
    assert failure == "private-training-wants-bounded-functions fires: privacy is dp_sgd"


def test_unknown_rules_and_names_are_told_with_the_nearest_spelling(advisor: Advisor) -> None:
    found = failures(
        advisor,
        CONV,
        {
            "fires": "gated-ffn-beats-ungatet",
            "first": "sillu",
            "not_first": "Reluu",
            "above": [["relu", "tahn"]],
            "tied": "elluu",
            "excluded": "gluu",
            "output_first": "softmax_cross_entrop",
        },
    )
    for near in ("gated-ffn-beats-ungated", "silu", "relu", "tanh", "elu", "glu", "softmax_cross_entropy"):
        assert any(f"did you mean '{near}'" in one for one in found), near


def test_every_expectation_can_fail_and_all_failures_come_at_once(advisor: Advisor) -> None:
    found = failures(
        advisor,
        BOTTLENECK,
        {
            "first": "relu",
            "not_first": ["Linear"],
            "above": [["identity", "relu"], ["relu", "identity"]],
            "tied": ["identity", "relu"],
            "excluded": "identity",
            "output_first": ["sigmoid"],
            "output_above": [["sparsemax", "softmax_cross_entropy"]],
            "output_excluded": "softmax_cross_entropy",
        },
    )
    names = ("first", "not_first", "above", "tied", "excluded", "output_first", "output_above", "output_excluded")
    assert [one.partition(":")[0] for one in found] == list(names)
    assert "wanted relu, found 1. identity" in found[0]
    assert "relu does not stand above identity: relu is" in found[2]


def test_names_may_be_spelled_as_in_requests_and_heads_by_their_activation(advisor: Advisor) -> None:
    assert failures(advisor, BOTTLENECK, {"first": "Linear", "excluded": "SwiGLU", "output_first": "softmax"}) == ()


def test_what_is_not_in_the_ranking_stands_below_and_never_above(advisor: Advisor) -> None:
    assert failures(advisor, CONV, {"above": [["relu", "swiglu"]]}) == ()
    (failure,) = failures(advisor, CONV, {"above": [["swiglu", "relu"]]})
    assert "swiglu is not in the ranking" in failure


@pytest.mark.parametrize("gate", ["forget", "all"])
def test_gates_have_rankings_of_their_own(advisor: Advisor, gate: str) -> None:
    assert failures(advisor, LSTM, {"first": "sigmoid"}, gate=gate) == ()
    assert failures(advisor, LSTM, {"first": "relu"}, gate=gate)[0].startswith("first: 'relu' is no candidate")


def test_the_short_ranking_of_one_gate_cannot_tell_what_is_excluded(advisor: Advisor) -> None:
    assert "say gate: all" in failures(advisor, LSTM, {"excluded": "tanh"}, gate="forget")[0]


def test_blocks_and_gates_that_are_not_there_are_told(advisor: Advisor) -> None:
    assert failures(advisor, CONV, {"first": "relu"}, block="convv") == (
        "block: there is no 'convv': did you mean 'conv'? It can be conv",
    )
    assert "no gates" in failures(advisor, CONV, {"first": "relu"}, gate="all")[0]
    assert "'forget'" in failures(advisor, LSTM, {"first": "relu"}, gate="forgot")[0]


def test_a_description_that_leaves_nothing_to_choose_from_fails_with_the_reason(advisor: Advisor) -> None:
    (failure,) = failures(advisor, CONV | {"allow": ["softmax"]}, {"first": "relu"})
    assert failure


def test_house_rules_are_taken_in(tmp_path: Path) -> None:
    (tmp_path / "house.yaml").write_text(
        "- id: ours-has-no-tanh\n  role: hidden\n  when: {deployment: microcontroller}\n  against: {name: tanh}\n"
        "  excludes: true\n  cause: kernel_support\n  because: Our processor has no such operator.\n"
        "  sources: [actwise-measurements]\n"
    )
    describe, expect = CONV | {"deployment": {"target": "microcontroller"}}, {"excluded": "tanh"}
    assert failures(Advisor(RuleSet.load(tmp_path)), describe, expect) == ()
    assert failures(Advisor(), describe, expect)

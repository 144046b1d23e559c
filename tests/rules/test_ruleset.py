"""The rule set as others use it: matrices, evidence, traces and cards."""

from __future__ import annotations

import numpy as np
import pytest

from rules import CAUSES, RuleSet
from tests.rules.situations import situation

_RULES = RuleSet.load()


def test_a_rule_that_does_not_exist_is_answered_with_the_nearest() -> None:
    with pytest.raises(KeyError, match="did you mean 'practice-dense'"):
        _RULES.rule("practise-dense")


def test_evidence_about_a_candidate_that_a_rule_is_silent_on_is_refused() -> None:
    with pytest.raises(ValueError, match="says nothing about relu"):
        _RULES.evidence(_RULES.index["sigmoids-vanish-in-plain-depth"], "relu")


def test_evidence_is_made_once() -> None:
    number = _RULES.index["sigmoids-vanish-in-plain-depth"]
    assert _RULES.evidence(number, "sigmoid") is _RULES.evidence(number, "sigmoid")


def test_evidence_against_has_a_negative_effect_with_its_interval() -> None:
    evidence = _RULES.evidence(_RULES.index["sigmoids-vanish-in-plain-depth"], "sigmoid")
    assert evidence.effect.mean == -60
    assert evidence.effect.high == pytest.approx(-60 + 1.645 * 20, abs=0.01)
    assert evidence.cause == "signal_propagation"
    assert "plain is yes" in evidence.scope


def test_practice_names_its_share_and_claims_no_quality() -> None:
    evidence = _RULES.evidence(_RULES.index["practice-dense"], "relu")
    assert evidence.kind == "practice"
    assert evidence.effect.low == evidence.effect.high == 0
    assert "60%" in evidence.claim


@pytest.mark.parametrize("role", ["hidden", "gate", "output"])
def test_matrices_hold_what_the_rules_say(role: str) -> None:
    matrix = _RULES.matrix(role)  # type: ignore[arg-type]
    for row, one in enumerate(_RULES.compiled):
        own = one.rule.role == role
        claims = own and one.rule.kind != "practice" and not one.rule.excludes
        signs = [one.direction(name) if claims else 0 for name in matrix.candidates]
        assert matrix.sign[row].tolist() == signs
        assert matrix.excludes[row].any() == (own and one.rule.excludes)
        assert (matrix.weight[row] > 0) == (own and one.rule.kind == "practice")


def test_precision_stands_at_the_cause_of_the_rule_only() -> None:
    matrix = _RULES.matrix("hidden")
    row = _RULES.index["sigmoids-vanish-in-plain-depth"]
    column = matrix.candidates.index("sigmoid")
    cause = matrix.causes.index("signal_propagation")
    assert matrix.precision[row, cause, column] == pytest.approx(1 / 400)
    assert matrix.information[row, cause, column] == pytest.approx(-60 / 400)
    assert np.count_nonzero(matrix.precision[row, :, column]) == 1


def test_practice_without_a_rule_that_fired_is_zero() -> None:
    matrix = _RULES.matrix("hidden")
    assert not matrix.practice(np.zeros((2, len(_RULES)), dtype=np.bool_)).any()


def test_narrow_practice_outweighs_broad_practice() -> None:
    matrix = _RULES.matrix("hidden")
    support = matrix.practice(_RULES.fired([situation(layer_type="conv", depth=4, domain="eeg decoding")]))[0]
    assert matrix.candidates[int(support.argmax())] == "elu"


def test_a_trace_says_which_conditions_failed_and_what_was_found() -> None:
    traces = {trace.rule: trace for trace in _RULES.trace(situation(layer_type="conv", depth=3))}
    failed = traces["sigmoids-vanish-in-plain-depth"]
    assert not failed.fired
    assert "depth at least 8 (here it is 3)" in failed.failing
    assert "plain is yes (here it is no)" in failed.failing
    assert any(condition.startswith("layer type is") for condition in failed.holds)


def test_a_trace_calls_an_unknown_field_unknown() -> None:
    traces = {trace.rule: trace for trace in _RULES.trace(situation())}
    assert any("unknown" in reason for reason in traces["small-data-outweighs-the-function"].failing)


def test_traces_agree_with_the_masks() -> None:
    for one in (situation(), situation(layer_type="recurrent"), situation(layer_type="conv", adversarial=True)):
        assert [trace.fired for trace in _RULES.trace(one)] == _RULES.fired([one])[0].tolist()


def test_cards_and_sources_refer_to_each_other() -> None:
    cards = {card.id: card for card in _RULES.cards()}
    for source in _RULES.source_cards():
        for rule in source.rules:
            assert any(citation.source == source.key for citation in cards[rule].citations)
    assert all(card.cause in CAUSES for card in cards.values())
    assert all(card.mean is None for card in cards.values() if card.kind == "practice" or card.excludes)

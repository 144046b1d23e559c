"""The comparison tells in words what the differences are, with links to what explains them."""

from __future__ import annotations

from typing import Any

import pytest

from actwise.contract.answer import Recommendation
from actwise.contract.reading import read_request
from service.advice.advisor import Advisor
from service.http.reference import Reference
from service.pages.claims import Known
from service.pages.compare import CompareView, RankingView, compare_view

FOUR = {"task": "classification", "layer_type": "conv", "depth": 8, "compute_budget": "low"}


@pytest.fixture(scope="module")
def known(reference: Reference) -> Known:
    rules = frozenset(rule.id for rule in reference.rules)
    return Known(rules, frozenset(source.key for source in reference.sources), frozenset(reference.activations))


@pytest.fixture
def compared(advisor: Advisor, known: Known) -> Any:
    def compare(first: dict[str, Any], second: dict[str, Any]) -> CompareView:
        one, other = (advisor.recommend(read_request(FOUR | fields)) for fields in (first, second))
        return compare_view(one, other, known)

    return compare


def lines(ranking: RankingView) -> dict[str, Any]:
    return {line.name: line for line in (*ranking.shown, *ranking.folded)}


def test_one_answer_beside_itself_is_alike(compared: Any) -> None:
    view = compared({}, {})
    assert view.alike
    assert view.fields == view.notes == ()
    assert all(ranking.alike for ranking in view.rankings)
    assert view.rankings[0].lead == ("First choice in both: relu.", "The same choices tie for the first place.")


def test_a_change_is_told_with_its_consequences(compared: Any) -> None:
    view = compared({}, {"depth": 30, "deny": ["relu"]})
    assert not view.alike
    fields = {one.name: one for one in view.fields}
    assert (fields["depth"].first, fields["depth"].second) == ("8", "30")
    assert (fields["residual"].first, fields["residual"].second) == ("no", "yes")
    assert fields["residual"].first_note.startswith("assumed: ")
    assert fields["never these"].first == "not said"
    hidden = view.rankings[0]
    assert hidden.title == "Hidden layers: convolution"
    assert hidden.lead[0].startswith("First choice: relu in A, ")
    gone = lines(hidden)["relu"]
    assert (gone.move, gone.second, gone.second_tie, gone.second_chance) == ("gone", "–", "–", "–")
    assert any("relu" in sentence for sentence in hidden.lead if sentence.startswith("No longer"))


def test_every_rule_that_has_a_page_is_linked(compared: Any, known: Known) -> None:
    view = compared({}, {"depth": 30})
    fired = [one for ranking in view.rankings for one in (*ranking.only_first, *ranking.only_second)]
    reasons = [reason for ranking in view.rankings for line in lines(ranking).values() for reason in line.reasons]
    assert fired
    assert reasons
    for one in (*fired, *reasons):
        assert (one.link == f"/docs/rules/{one.speaker}") if one.speaker in known.rules else one.link is None
    assert all(one.favours or one.against for one in fired if one.link)


def test_movements_agree_with_the_ranks(compared: Any) -> None:
    for line in lines(compared({}, {"depth": 30}).rankings[0]).values():
        steps = int(line.first) - int(line.second)
        assert line.move == ("same" if not steps else "up" if steps > 0 else "down")
        assert line.move_words == ("no change" if not steps else f"{line.move} {abs(steps)}")


def test_reasons_carry_the_sign_of_their_change(compared: Any) -> None:
    for line in lines(compared({}, {"depth": 30}).rankings[0]).values():
        assert len(line.reasons) <= 3
        for reason in line.reasons:
            sizes = reason.size.removesuffix(" points").replace("−", "-").replace("silent", "0").split(" → ")
            gained = float(sizes[1]) - float(sizes[0])
            assert (reason.sign, reason.direction) == (("+", "for") if gained > 0 else ("−", "against"))


def test_the_foremost_of_both_are_shown_and_the_rest_is_folded(compared: Any) -> None:
    hidden = compared({}, {"depth": 30}).rankings[0]
    foremost = {line.name for line in lines(hidden).values() if min(int(line.first), int(line.second)) <= 5}
    assert {line.name for line in hidden.shown} == foremost
    assert hidden.folded


def test_layers_that_only_one_network_has_are_told(compared: Any) -> None:
    view = compared({}, {"layer_type": "mixed", "layers": [{"layer_type": "conv"}, {"layer_type": "attention"}]})
    titles = {ranking.title: ranking.lead for ranking in view.rankings}
    assert "Only the network of B has such layers." in [lead[0] for lead in titles.values()]


def test_gates_have_a_ranking_of_their_own(compared: Any) -> None:
    recurrent = {"layer_type": "recurrent", "depth": 2}
    view = compared({**recurrent, "cell": "lstm"}, {**recurrent, "cell": "gru"})
    assert [ranking.title for ranking in view.rankings] == [
        "Hidden layers: recurrent",
        "Gates of recurrent",
        "Output",
    ]


def test_heads_are_spelt_in_words_and_not_linked(compared: Any) -> None:
    output = compared({}, {"task": "regression"}).rankings[-1]
    names = lines(output)
    assert "softmax cross entropy" in names
    assert all(line.link is None for line in names.values())


def test_other_versions_rules_and_probes_are_noted(advisor: Advisor, known: Known) -> None:
    one = advisor.recommend(read_request(FOUR))
    receipt = one.receipt.model_copy(update={"version": "0.0.1", "rules": "other", "learned": "something"})
    other: Recommendation = one.model_copy(update={"receipt": receipt})
    notes = compare_view(one, other, known).notes
    assert [
        words in note for words, note in zip(("B by 0.0.1", "different rules", "past probes"), notes, strict=True)
    ] == [True] * 3


def test_what_a_flip_foretold_is_told(advisor: Advisor, known: Known) -> None:
    first = advisor.recommend(read_request(FOUR))
    flip = next(one for one in first.flips if "." not in one.field and one.field != "task")
    second = advisor.recommend(read_request(FOUR | {flip.field: flip.value}))
    assert flip.sentence in compare_view(first, second, known).foretold

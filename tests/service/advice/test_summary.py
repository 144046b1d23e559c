"""The summary: few sentences to act on, and where habit and expected quality differ."""

from __future__ import annotations

from typing import Any

import pytest

from actwise.contract.reading import read_request
from service.advice.advisor import Advisor
from service.advice.decision import MARGIN

ADVISOR = Advisor()
CONV = {"task": "classification", "layer_type": "conv", "depth": 8, "compute_budget": "low"}


@pytest.mark.parametrize("prefer", ["balanced", "quality", "convention"])
@pytest.mark.parametrize("changed", [{}, {"layer_type": "attention"}, {"layer_type": "recurrent"}, {"depth": 40}])
def test_where_habit_and_expected_quality_differ_the_summary_says_so(prefer: str, changed: dict[str, Any]) -> None:
    answer = ADVISOR.recommend(read_request(CONV | {"prefer": prefer} | changed))
    ranking = answer.hidden[0].ranking
    best = max(ranking, key=lambda choice: choice.effect.mean)
    said = [sentence for sentence in answer.summary if "mostly use" in sentence]
    if best.effect.mean - ranking[0].effect.mean > MARGIN:
        assert len(said) == 1
    for sentence in said:
        assert ranking[0].activation in sentence


def test_a_first_choice_by_habit_names_what_is_expected_to_be_better() -> None:
    answer = ADVISOR.recommend(read_request(CONV | {"prefer": "convention"}))
    assert answer.hidden[0].ranking[0].activation == "relu"
    assert any("is expected to be" in sentence for sentence in answer.summary)


def test_a_summary_has_two_to_four_sentences() -> None:
    answer = ADVISOR.recommend(read_request(CONV))
    assert 2 <= len(answer.summary) <= 4


def test_a_choice_that_lives_by_an_unusual_start_warns_of_every_other() -> None:
    answer = ADVISOR.recommend(read_request(CONV | {"layer_type": "dense", "depth": 20}))
    centred = [one for one in answer.hidden[0].ranking if one.initialization.scheme == "centred_normal"]
    assert centred
    assert all(any("centred weights" in caution for caution in one.cautions) for one in centred)

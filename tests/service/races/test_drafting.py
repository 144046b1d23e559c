"""From a request to a race: who takes part, and what a budget pays for."""

from __future__ import annotations

from typing import Any

import pytest

from actwise.contract.faults import ContractError
from service.races.drafting import MOST_CHOSEN, RaceDraft, draft_race
from tests.service.races.simulated import DESCRIPTION, advise, request


def draft(**fields: Any) -> RaceDraft:
    asked = request(**fields)
    return draft_race(asked, advise(asked.description))


def refused(**fields: Any) -> list[tuple[str, str | None]]:
    with pytest.raises(ContractError) as caught:
        draft(**fields)
    return [(fault.pointer, fault.nearest) for fault in caught.value.faults]


def test_every_unknown_candidate_is_named_with_the_nearest_one() -> None:
    found = refused(candidates=["geluu", "relu", "wibble", "tanhh"])
    assert found == [("/candidates/0", "gelu"), ("/candidates/2", None), ("/candidates/3", "tanh")]


def test_a_softmax_is_no_candidate_for_hidden_layers() -> None:
    assert refused(candidates=["softmax", "relu"])[0][0] == "/candidates/0"


def test_other_spellings_are_known_and_repetitions_are_one() -> None:
    assert set(draft(candidates=["Leaky-ReLU", "leakyrelu", "swish_1"]).plan.candidates) == {"leaky_relu", "silu"}


def test_the_answer_says_in_which_order_candidates_are_expected() -> None:
    ranking = [choice.activation for choice in advise(request().description).hidden[0].ranking]
    assert list(draft(candidates=["tanh", "gelu", "relu"]).plan.candidates) == sorted(
        ["tanh", "gelu", "relu"], key=ranking.index
    )


def test_without_candidates_the_leading_ones_of_the_answer_take_part() -> None:
    names = draft(candidates=None, budget={"length": 90, "runs": 1000}).plan.candidates
    ranking = advise(request().description).hidden[0].ranking
    assert list(names[:2]) == [choice.activation for choice in ranking[:2]]
    assert 2 <= len(names) <= MOST_CHOSEN


def test_a_block_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(ContractError) as caught:
        draft(block="cnv")
    assert caught.value.faults[0].allowed == ("conv",)
    assert caught.value.faults[0].nearest == "conv"


def test_attention_weights_are_not_raced() -> None:
    layers = [{"layer_type": "attention", "role": "attention_weights", "name": "weights"}]
    assert refused(description={**DESCRIPTION, "layer_type": "attention", "layers": layers})[0][0] == "/block"


def test_a_budget_that_cannot_compare_two_is_refused_with_what_would() -> None:
    with pytest.raises(ContractError, match=r"6\.222 are needed") as caught:
        draft(budget={"length": 18, "runs": 6})
    assert caught.value.faults[0].pointer == "/budget/runs"
    assert len(draft(budget={"length": 18, "runs": 6.23}).plan.candidates) == 2


def test_candidates_that_the_budget_does_not_pay_for_are_named() -> None:
    made = draft(budget={"length": 18, "runs": 7})
    assert len(made.plan.candidates) == 2
    assert len(made.not_raced) == 1


def test_one_candidate_costs_nothing() -> None:
    assert draft(candidates=["relu"], budget={"length": 18, "runs": 0.1}).plan.candidates == ("relu",)


def test_a_training_of_one_unit_cannot_be_shortened() -> None:
    assert draft(budget={"length": 1, "runs": 100}).plan.rungs == (1,)
    assert draft(budget={"length": 2, "runs": 100}).plan.rungs == (1, 2)


def test_the_usual_learning_rate_is_multiplied_by_each_factor() -> None:
    rates = draft(learning_rate=0.01, learning_rate_factors=[3, 0.5]).plan.learning_rates
    assert rates == (0.005, 0.03)


def test_a_value_of_a_metric_to_minimise_becomes_a_score() -> None:
    plan = draft(metric="loss", direction="minimize", baseline=2.3, margin=0.02).plan
    assert (plan.baseline, plan.margin, plan.baseline_open, plan.margin_open) == (-2.3, 0.02, False, False)


def test_a_formula_of_the_description_can_be_raced() -> None:
    description = {**DESCRIPTION, "formula": ["x / sqrt(1 + x*x)"]}
    made = draft(description=description, candidates=["relu", "x / sqrt(1 + x*x)"])
    formula = next(name for name in made.plan.candidates if name != "relu")
    assert formula.startswith("=")
    assert next(one for one in made.candidates if one.activation == formula).initialization.gain > 0


@pytest.mark.parametrize("layer_type", ["dense", "conv", "recurrent", "attention", "graph", "mixed"])
def test_every_kind_of_network_can_be_raced(layer_type: str) -> None:
    made = draft(description={**DESCRIPTION, "layer_type": layer_type}, candidates=None)
    assert len(made.candidates) == len(made.plan.candidates) >= 2

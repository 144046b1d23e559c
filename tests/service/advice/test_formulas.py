"""The caller's own formulas in an answer."""

from __future__ import annotations

from typing import Any

import pytest

from actwise.contract.answer import HiddenChoice, Recommendation
from actwise.contract.faults import ContractError
from actwise.contract.reading import read_request
from service.advice.advisor import Advisor, recommendation_json

ADVISOR = Advisor()
NEW = "x / sqrt(1 + x*x)"


def asked(**fields: Any) -> Recommendation:
    base = {"task": "classification", "layer_type": "dense", "depth": 20, "compute_budget": "medium"}
    return ADVISOR.recommend(read_request(base | fields))


def own(answer: Recommendation) -> HiddenChoice:
    (found,) = [choice for choice in answer.hidden[0].ranking if choice.activation == f"={NEW}"]
    return found


def test_a_new_function_joins_the_ranking_with_cost_start_and_code() -> None:
    choice = own(asked(formula=NEW))
    assert choice.initialization.gain is not None
    assert choice.cost.relative > 1
    assert choice.code.pytorch is not None
    assert choice.code.pytorch.startswith("activation = lambda x: (x / torch.sqrt(")
    assert choice.code.sklearn is None


def test_rules_and_theory_speak_of_its_properties() -> None:
    evidence = own(asked(formula=NEW)).evidence
    assert {"theory"} < {item.source for item in evidence}
    assert any(item.kind == "documented" for item in evidence)


def test_others_are_ranked_as_without_it() -> None:
    with_it = [choice.activation for choice in asked(formula=NEW).hidden[0].ranking if choice.activation != f"={NEW}"]
    assert with_it == [choice.activation for choice in asked().hidden[0].ranking]


def test_a_function_of_the_catalogue_stands_for_its_formula() -> None:
    answer = asked(formula="x * tanh(softplus(x))")
    (told,) = answer.formulas
    assert (told.same_as, told.activation) == ("mish", "mish")
    assert not [choice for choice in answer.hidden[0].ranking if choice.activation.startswith("=")]


def test_the_callers_own_race_first() -> None:
    request = read_request(
        {"task": "classification", "layer_type": "dense", "depth": 4, "compute_budget": "low"}
        | {"formula": [NEW, "x * tanh(softplus(x))"]}
    )
    assert set(next(iter(ADVISOR.entrants(request).values()))[:2]) == {f"={NEW}", "mish"}


def test_an_allow_list_does_not_leave_it_out_and_a_device_does() -> None:
    assert {choice.activation for choice in asked(formula=NEW, allow=["relu"]).hidden[0].ranking} == {"relu", f"={NEW}"}
    listed = asked(formula=NEW, deployment={"operators": ["relu", "tanh"]}).hidden[0].ranking
    assert {choice.activation for choice in listed} == {"relu", "tanh"}


def test_one_text_or_a_list_are_the_same_and_spaces_do_not_matter() -> None:
    one, listed = asked(formula=f" = {NEW}  "), asked(formula=[NEW])
    assert recommendation_json(one) == recommendation_json(listed)


def test_all_faults_of_all_formulas_are_told_with_their_place() -> None:
    with pytest.raises(ContractError) as refused:
        asked(formula=["sofplus(x) + y", "x", "log(x)"])
    faults = refused.value.faults
    assert [(fault.pointer, fault.code) for fault in faults] == [
        ("/formula/0", "formula_unknown_function"),
        ("/formula/0", "formula_unknown_name"),
        ("/formula/2", "formula_not_finite"),
    ]
    assert faults[0].nearest == "softplus"


@pytest.mark.parametrize("formula", [[], "", 7, ["x"] * 5 + ["y"], "x" * 301])
def test_what_is_no_formula_at_all_is_refused(formula: object) -> None:
    with pytest.raises(ContractError):
        asked(formula=formula)


def test_recurrent_layers_and_several_blocks_take_formulas_too() -> None:
    blocks = [{"layer_type": "conv", "depth": 3}, {"layer_type": "recurrent", "depth": 1, "cell": "gru"}]
    answer = asked(formula=NEW, layer_type="mixed", layers=blocks)
    assert all(f"={NEW}" in {choice.activation for choice in block.ranking} for block in answer.hidden)

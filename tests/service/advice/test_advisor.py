"""The advisor: any valid description gets a full, consistent, deterministic answer."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from actwise.contract.answer import Recommendation
from actwise.contract.contradictions import contradictions
from actwise.contract.faults import ContractError
from actwise.contract.names import ACTIVATIONS
from actwise.contract.reading import read_request
from actwise.contract.request import TaskDescription
from actwise.contract.vocabulary import CELLS, COMPUTE_BUDGETS, LAYER_TYPES, NORMALIZATIONS, TASKS
from models.heads import get_head
from service.advice.advisor import Advisor, recommendation_json

ADVISOR = Advisor()
SMALLEST = {"task": "classification", "layer_type": "conv", "depth": 8, "compute_budget": "low"}


def answer(**fields: Any) -> Recommendation:
    return ADVISOR.recommend(read_request(SMALLEST | fields))


def first(found: Recommendation, block: int = 0) -> str:
    return found.hidden[block].ranking[0].activation


DESCRIPTIONS = st.fixed_dictionaries(
    {
        "task": st.sampled_from(TASKS),
        "layer_type": st.sampled_from(LAYER_TYPES),
        "depth": st.integers(1, 200),
        "compute_budget": st.sampled_from(COMPUTE_BUDGETS),
    },
    optional={
        "classes": st.integers(2, 1000),
        "width": st.integers(1, 4096),
        "normalization": st.sampled_from(NORMALIZATIONS),
        "residual": st.booleans(),
        "gated_ffn": st.booleans(),
        "cell": st.sampled_from(CELLS),
        "rows": st.integers(1, 10**7),
        "privacy": st.sampled_from(["none", "dp_sgd"]),
        "adversarial": st.booleans(),
        "input_derivatives": st.integers(0, 4),
        "precision": st.sampled_from(["float32", "float16", "bfloat16", "float8"]),
        "prefer": st.sampled_from(["balanced", "quality", "convention"]),
        "deny": st.lists(st.sampled_from(["relu", "gelu", "tanh", "silu"]), max_size=2),
        "target": st.fixed_dictionaries({}, optional={"low": st.floats(-10, 0), "high": st.floats(1, 10)}),
        "deployment": st.fixed_dictionaries({}, optional={"int8": st.booleans(), "latency_critical": st.booleans()}),
    },
)


def valid(data: dict[str, Any]) -> TaskDescription:
    try:
        return read_request(data)
    except ContractError:
        assume(False)
        raise


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(DESCRIPTIONS)
def test_any_valid_description_gets_a_sound_answer(data: dict[str, Any]) -> None:
    request = valid(data)
    found = ADVISOR.recommend(request)
    for block in found.hidden:
        names = [choice.activation for choice in block.ranking]
        assert names
        assert len(set(names)) == len(names)
        assert not set(names) & set(request.deny or ())
        assert sum(choice.probability_best for choice in block.ranking) == pytest.approx(1.0, abs=0.01)
        groups = [choice.tie_group for choice in block.ranking]
        assert groups == sorted(groups)
        assert groups[0] == 1
    assert found.output.ranking
    assert all(get_head(choice.head).activation == choice.activation for choice in found.output.ranking)
    assert 2 <= len(found.summary) <= 4


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(DESCRIPTIONS)
def test_every_flip_is_what_the_changed_description_really_gets(data: dict[str, Any]) -> None:
    request = valid(data)
    found = ADVISOR.recommend(request)
    for flip in found.flips:
        other = changed(request, flip.field, flip.value)
        assert not contradictions(other)
        after = ADVISOR.recommend(other)
        got = after.output.ranking[0].head if flip.block == "output" else first(after)
        assert got == flip.then


def changed(request: TaskDescription, field: str, value: Any) -> TaskDescription:
    """The request with one field changed; "deployment.int8" changes a field of a part."""
    data = request.model_dump(mode="json", exclude_defaults=True)
    inner = data
    *parents, last = field.split(".")
    for parent in parents:
        inner = inner.setdefault(parent, {})
    inner[last] = value
    return read_request(data)


def test_the_same_request_gives_the_same_bytes_from_another_advisor() -> None:
    request = read_request(SMALLEST)
    assert recommendation_json(ADVISOR.recommend(request)) == recommendation_json(Advisor().recommend(request))


def test_the_receipt_brings_the_same_bytes_back() -> None:
    found = answer(deny=["relu"], prefer="quality")
    assert recommendation_json(ADVISOR.recommend(found.receipt.request)) == recommendation_json(found)


def test_different_requests_have_different_ids() -> None:
    assert answer().id != answer(depth=9).id


def test_the_four_field_request_gets_at_least_five_cited_choices_assumptions_and_flips() -> None:
    found = answer()
    assert len(found.hidden[0].ranking) >= 5
    assert any(item.citations for choice in found.hidden[0].ranking for item in choice.evidence)
    assert found.assumptions
    assert found.flips
    assert found.not_checked


@pytest.mark.parametrize(
    ("fields", "likely"),
    [
        ({}, {"relu"}),
        ({"layer_type": "attention", "depth": 12, "compute_budget": "high"}, {"gelu", "gelu_tanh", "silu"}),
        ({"layer_type": "attention", "depth": 12, "gated_ffn": True}, {"swiglu", "geglu"}),
        ({"layer_type": "recurrent", "depth": 1}, {"tanh"}),
        ({"privacy": "dp_sgd"}, {"tanh"}),
        ({"layer_type": "dense", "depth": 4, "task": "regression", "physics_informed": True}, {"tanh", "sine", "silu"}),
        ({"deployment": {"target": "mobile", "int8": True}}, {"relu", "relu6"}),
    ],
)
def test_well_known_cases_get_the_answer_that_experts_give(fields: dict[str, Any], likely: set[str]) -> None:
    assert first(answer(**fields)) in likely


@pytest.mark.parametrize(
    ("fields", "head"),
    [
        ({"classes": 10}, "softmax"),
        ({"classes": 2}, "sigmoid"),
        ({"task": "multilabel_classification"}, "sigmoid"),
        ({"task": "regression"}, "identity"),
    ],
)
def test_the_output_follows_the_task(fields: dict[str, Any], head: str) -> None:
    assert answer(**fields).output.ranking[0].activation == head


def test_a_saturating_function_is_never_first_in_a_deep_plain_stack() -> None:
    found = answer(layer_type="dense", depth=30, normalization="none", residual=False)
    assert first(found) not in {"sigmoid", "hard_sigmoid", "squared_relu"}


def test_gates_are_ranked_for_gated_cells_only() -> None:
    assert answer(layer_type="recurrent", cell="lstm").hidden[0].gates
    assert answer(layer_type="recurrent", cell="rnn").hidden[0].gates is None
    assert answer().hidden[0].gates is None


def test_a_block_list_gives_one_ranking_per_block() -> None:
    found = answer(layers=[{"layer_type": "conv", "name": "trunk"}, {"layer_type": "dense", "depth": 2}])
    assert [block.block for block in found.hidden] == ["trunk", "dense-2"]


def test_only_what_is_allowed_is_ranked() -> None:
    names = {choice.activation for choice in answer(allow=["tanh", "gelu"]).hidden[0].ranking}
    assert names == {"tanh", "gelu"}


def test_scikit_learn_gets_only_what_it_has() -> None:
    found = answer(layer_type="dense", framework="sklearn").hidden[0].ranking
    assert {choice.activation for choice in found} <= {"identity", "relu", "tanh", "sigmoid"}


def test_denying_everything_is_refused_with_the_fields_that_do_it() -> None:
    with pytest.raises(ContractError) as caught:
        answer(deny=list(ACTIVATIONS))
    assert {fault.pointer for fault in caught.value.faults} == {"/deny"}


def test_what_the_device_cannot_run_is_not_ranked() -> None:
    found = answer(deployment={"operators": ["relu6", "tanh"]}).hidden[0].ranking
    assert {choice.activation for choice in found} == {"relu6", "tanh"}


def test_an_insisted_output_is_kept() -> None:
    found = answer(task="regression", target={"low": 0}, output={"activation": "softplus"})
    assert {choice.activation for choice in found.output.ranking} == {"softplus"}


def test_a_ranking_of_heads_that_was_kept_is_what_would_be_made_anew() -> None:
    for fields in ({}, {"classes": 7}, {"task": "count_regression"}, {"task": "regression", "deny": ["exp"]}):
        request = read_request(SMALLEST | fields)
        ADVISOR.recommend(read_request(SMALLEST | fields | {"depth": 3}))
        assert ADVISOR.recommend(request).output == Advisor(ADVISOR.rules).recommend(request).output

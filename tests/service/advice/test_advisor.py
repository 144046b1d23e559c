"""The advisor: any valid description gets a full, consistent, deterministic answer."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from actwise.contract.answer import Recommendation
from actwise.contract.contradictions import contradictions
from actwise.contract.faults import ContractError
from actwise.contract.names import ACTIVATIONS
from actwise.contract.reading import read_request
from actwise.contract.request import TaskDescription
from actwise.contract.situation import situations_of
from actwise.contract.vocabulary import (
    CELLS,
    COMPUTE_BUDGETS,
    LAYER_TYPES,
    MODALITIES,
    NORMALIZATIONS,
    ROLES,
    TASKS,
    DeploymentTarget,
    Framework,
)
from models.heads import get_head
from service.advice.advisor import Advisor, recommendation_json
from service.advice.flips import MOST
from service.advice.ladders import DOMAINS
from service.advice.neighbours import neighbours

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
        "deployment": st.fixed_dictionaries(
            {},
            optional={
                "int8": st.booleans(),
                "latency_critical": st.booleans(),
                "target": st.sampled_from(get_args(DeploymentTarget)),
                "operators": st.just(["relu", "relu6", "tanh", "sigmoid", "gelu"]),
            },
        ),
        "modality": st.sampled_from(MODALITIES),
        "domain": st.sampled_from([*DOMAINS, "Attention weights", "stock market", "insurance policy"]),
        "framework": st.sampled_from(get_args(Framework)),
        "optimizer": st.sampled_from(["adam", "sgd"]),
        "noise": st.sampled_from(["low", "high"]),
        "features": st.integers(1, 1000),
        "physics_informed": st.booleans(),
        "layers": st.lists(
            st.fixed_dictionaries(
                {"layer_type": st.sampled_from(LAYER_TYPES)},
                optional={"role": st.sampled_from(ROLES), "depth": st.integers(1, 40), "width": st.integers(1, 2000)},
            ),
            min_size=1,
            max_size=3,
        ),
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
        assert first_of(after, flip.block, found) == flip.then
        assert first_of(found, flip.block, found) == flip.now


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(DESCRIPTIONS)
def test_a_neighbour_that_is_no_flip_really_has_the_same_first_choices(data: dict[str, Any]) -> None:
    request = valid(data)
    found = ADVISOR.recommend(request)
    told = {(flip.field, str(flip.value)) for flip in found.flips}
    spoken = {(flip.block, flip.field, flip.then) for flip in found.flips}
    for change, _ in neighbours(request, situations_of(request)):
        if (change.field, str(change.value)) in told:
            continue
        try:
            after = ADVISOR.recommend(change.applied(request))
        except ContractError:
            continue
        for block in (*(one.block for one in found.hidden), "output"):
            now, then = first_of(found, block, found), first_of(after, block, found)
            # Only the nearest change to each new choice is told, and only so many.
            assert now == then or (block, change.field, then) in spoken or len(found.flips) == MOST


def first_of(answer: Recommendation, block: str, before: Recommendation) -> str:
    """The first choice for a block, found by its place, since unnamed blocks are called by their layer type."""
    if block == "output":
        return answer.output.ranking[0].head
    return first(answer, [one.block for one in before.hidden].index(block))


def changed(request: TaskDescription, field: str, value: Any) -> TaskDescription:
    """The request with one field changed; "deployment.int8" changes a field of a part."""
    data = request.model_dump(mode="json", exclude_defaults=True)
    *parents, last = field.split(".")
    if parents[:1] == ["layers"]:
        names = [one.block for one in situations_of(request)]
        inner = data["layers"][names.index(parents[1])]
    else:
        inner = data
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


def test_each_gate_is_ranked_by_itself_in_short() -> None:
    lstm = answer(layer_type="recurrent", cell="lstm").hidden[0].by_gate
    gru = answer(layer_type="recurrent", cell="gru").hidden[0].by_gate
    assert lstm is not None
    assert gru is not None
    assert list(lstm) == ["input", "forget", "output"]
    assert list(gru) == ["reset", "update"]
    assert all(len(ranking) <= 4 and ranking[0].activation == "sigmoid" for ranking in (*lstm.values(), *gru.values()))
    assert "forget-gates-decide-most" in lstm["forget"][0].rules
    assert "forget-gates-decide-most" not in lstm["input"][0].rules
    assert any("bias at one" in caution for caution in lstm["forget"][0].cautions)


def test_other_layers_have_no_gates() -> None:
    assert answer(layer_type="recurrent", cell="rnn").hidden[0].by_gate is None
    assert answer().hidden[0].by_gate is None


ROLE_CASES = [
    ("bottleneck", {"layer_type": "conv"}, {"identity"}),
    ("generator", {"task": "generation"}, {"relu"}),
    ("discriminator", {"task": "generation"}, {"leaky_relu"}),
    ("policy", {"task": "reinforcement_learning", "layer_type": "dense", "depth": 2}, {"tanh"}),
    ("value", {"task": "reinforcement_learning"}, {"relu", "leaky_relu", "elu"}),
    ("flow_scale", {"task": "density", "layer_type": "dense", "depth": 2}, {"tanh"}),
    ("implicit_representation", {"task": "regression", "layer_type": "dense"}, {"sine"}),
    ("autoencoder", {"task": "regression", "layer_type": "dense", "depth": 4}, {"gelu", "silu", "elu", "mish"}),
    ("attention_weights", {"task": "language_modeling", "layer_type": "attention"}, {"softmax"}),
]


@pytest.mark.parametrize(("role", "fields", "likely"), ROLE_CASES, ids=[role for role, *_ in ROLE_CASES])
def test_every_role_gets_a_sensible_cited_first_choice(role: str, fields: dict[str, Any], likely: set[str]) -> None:
    block = {"layer_type": fields.get("layer_type", "conv"), "role": role}
    found = answer(compute_budget="medium", layers=[block], **fields)
    choice = found.hidden[0].ranking[0]
    assert choice.activation in likely
    assert any(item.citations for item in choice.evidence)


def test_every_role_has_a_case() -> None:
    assert {role for role, *_ in ROLE_CASES} | {"hidden"} == set(ROLES)


@pytest.mark.parametrize(
    ("domain", "fields", "likely"),
    [
        ("GAN discriminator", {"task": "generation"}, "leaky_relu"),
        ("a signed distance function", {"task": "regression", "layer_type": "dense"}, "sine"),
        ("PPO on robots", {"task": "reinforcement_learning", "layer_type": "dense", "depth": 2}, "tanh"),
        ("Attention weights", {"layer_type": "attention"}, "softmax"),
    ],
)
def test_words_about_the_domain_may_name_the_role(domain: str, fields: dict[str, Any], likely: str) -> None:
    assert first(answer(compute_budget="medium", domain=domain, **fields)) == likely


def test_attention_weights_are_ranked_among_their_own_kind() -> None:
    block = {"layer_type": "attention", "role": "attention_weights"}
    found = answer(layer_type="attention", layers=[block, {"layer_type": "attention"}], allow=["gelu", "silu"])
    weights, hidden = found.hidden
    assert {choice.activation for choice in weights.ranking} >= {"softmax", "sigmoid", "relu"}
    assert {choice.activation for choice in hidden.ranking} == {"gelu", "silu"}
    assert weights.ranking[0].initialization.gain is None
    assert weights.ranking[0].code.pytorch is not None


def test_attention_weights_enter_no_race() -> None:
    block = {"layer_type": "attention", "role": "attention_weights"}
    request = read_request(SMALLEST | {"layers": [block, {"layer_type": "conv"}]})
    weights, hidden = ADVISOR.entrants(request).values()
    assert weights == ()
    assert len(hidden) > 1


def test_a_mixture_without_evidence_is_said_to_be_one() -> None:
    found = answer(layers=[{"layer_type": "conv"}, {"layer_type": "recurrent", "depth": 1}])
    assert first(found) != first(found, 1)
    assert "each judged by itself" in found.summary[0]
    assert any(gap.startswith("the mixture") for gap in found.not_checked)


def test_blocks_with_one_function_are_no_mixture() -> None:
    found = answer(layers=[{"layer_type": "conv"}, {"layer_type": "conv", "depth": 4}])
    assert first(found) == first(found, 1)
    assert not any(gap.startswith("the mixture") for gap in found.not_checked)


def test_a_mixture_that_was_compared_is_not_called_unknown() -> None:
    phone = {"target": "mobile"}
    blocks = [{"layer_type": "conv", "depth": 20}, {"layer_type": "recurrent", "depth": 1}]
    found = answer(depth=20, deployment=phone, layers=blocks, allow=["hard_swish", "gelu", "tanh"])
    assert first(found) == "hard_swish"
    assert first(found, 1) != "hard_swish"
    assert not any(gap.startswith("the mixture") for gap in found.not_checked)


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

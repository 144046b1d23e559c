"""Reading a request: every fault at once, each with its repair, and never another kind of error."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actwise.contract.faults import ContractError
from actwise.contract.reading import read_diagnosis, read_json, read_request
from actwise.contract.request import TaskDescription

SMALLEST = {"task": "classification", "layer_type": "conv", "depth": 8, "compute_budget": "low"}


def faults_of(data: Any) -> dict[str, str]:
    """Pointer -> code of every fault."""
    with pytest.raises(ContractError) as caught:
        read_request(data)
    return {fault.pointer: fault.code for fault in caught.value.faults}


def fault_at(pointer: str, **changes: Any) -> Any:
    with pytest.raises(ContractError) as caught:
        read_request(SMALLEST | changes)
    return next(fault for fault in caught.value.faults if fault.pointer == pointer)


def test_the_four_field_request_is_enough() -> None:
    assert read_request(SMALLEST) == TaskDescription(**SMALLEST)


@pytest.mark.parametrize("text", ["", "{", "nonsense", "[" * 30_000, b"\xff\xfe", "{'task': 1}"])
def test_what_is_no_json_is_refused_as_such(text: str | bytes) -> None:
    with pytest.raises(ContractError) as caught:
        read_json(text)
    assert [fault.code for fault in caught.value.faults] == ["not_json"]


@pytest.mark.parametrize("data", [None, [], "text", 3, [SMALLEST]])
def test_what_is_no_object_is_refused_as_such(data: Any) -> None:
    assert faults_of(data) == {"": "not_an_object"}


def test_every_missing_field_is_named() -> None:
    assert set(faults_of({})) == {"/task", "/layer_type", "/depth", "/compute_budget"}


def test_all_faulty_fields_are_told_at_once_contradictions_included() -> None:
    changes = {"task": "regression", "depth": 0, "prefer": "speed", "target": {"low": 3, "high": 1}, "classes": 4}
    assert faults_of(SMALLEST | changes) == {
        "/depth": "invalid",
        "/prefer": "not_allowed",
        "/target": "contradiction",
        "/classes": "contradiction",
    }


def test_contradictions_are_found_beside_a_faulty_optional_field() -> None:
    faults = faults_of(SMALLEST | {"prefer": "speed", "allow": ["relu"], "deny": ["relu"]})
    assert faults["/prefer"] == "not_allowed"
    assert faults["/deny"] == "contradiction"


@pytest.mark.parametrize(
    ("field", "value"),
    [("depth", "8"), ("depth", True), ("depth", 2.5), ("residual", 1), ("residual", "yes"), ("imbalance", "0.1")],
)
def test_text_and_truth_values_are_no_numbers_and_numbers_no_truth_values(field: str, value: Any) -> None:
    assert f"/{field}" in faults_of(SMALLEST | {field: value})


def test_a_misspelt_word_comes_with_the_nearest_valid_one_and_all_that_are_allowed() -> None:
    fault = fault_at("/layer_type", layer_type="convv")
    assert fault.nearest == "conv"
    assert set(fault.allowed) == {"dense", "conv", "recurrent", "attention", "graph", "mixed"}
    assert fault.sent == "convv"


def test_a_misspelt_field_comes_with_the_nearest_field() -> None:
    assert fault_at("/normalisation", normalisation="batch").nearest == "normalization"


def test_an_unknown_activation_in_a_deny_list_asks_did_you_mean() -> None:
    assert "did you mean 'gelu'?" in fault_at("/deny", deny=["gellu"]).message


def test_a_field_name_with_a_slash_gives_an_escaped_pointer() -> None:
    assert "/a~1b" in faults_of(SMALLEST | {"a/b": 1})


def test_long_values_are_cut_in_the_message() -> None:
    assert len(fault_at("/task", task="x" * 1_000).sent) <= 100


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_no_field_takes_what_is_no_finite_number(number: float) -> None:
    assert "/target/low" in faults_of(SMALLEST | {"task": "regression", "target": {"low": number}})


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_any_plain_data_is_read_or_refused(data: Any) -> None:
    try:
        read_request(data)
    except ContractError as error:
        assert error.faults  # a refusal always says why


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "task": st.sampled_from(["classification", "nonsense", 3, None]),
            "depth": st.integers(-2, 100) | st.none() | st.text(),
            "layer_type": st.sampled_from(["dense", "recurrent", "", []]),
            "compute_budget": st.sampled_from(["low", "LOW", {}]),
            "deny": st.lists(st.sampled_from(["relu", "gellu", 3, None]), max_size=3) | st.text(),
            "target": st.dictionaries(
                st.sampled_from(["low", "high", "mean", "x"]), st.floats() | st.text(), max_size=3
            ),
            "layers": st.lists(
                st.dictionaries(st.sampled_from(["layer_type", "depth", "name"]), st.text() | st.integers())
            ),
            "probe": st.dictionaries(
                st.sampled_from(["seconds", "seeds", "data"]), st.floats() | st.text(), max_size=2
            ),
        },
    )
)
def test_near_misses_are_read_or_refused_with_pointers_into_the_request(data: dict[str, Any]) -> None:
    try:
        read_request(data)
    except ContractError as error:
        assert all(fault.pointer.startswith("/") for fault in error.faults)


def test_a_request_survives_the_way_through_json() -> None:
    request = read_request(
        SMALLEST
        | {
            "deny": ["Leaky-ReLU", "swish-1"],
            "layers": [{"layer_type": "dense", "depth": 2}, {"layer_type": "conv"}],
            "probe": {"seconds": 5},
        }
    )
    assert request.deny == ("leaky_relu", "silu")
    assert read_json(request.model_dump_json()) == request
    assert read_request(json.loads(request.model_dump_json(exclude_defaults=True))) == request


def _with_p(value: Any) -> dict[str, Any]:
    return {"kind": "dropout", "parameters": {"p": value}}


@pytest.mark.parametrize(
    ("data", "pointer", "code"),
    [
        ("text", "", "not_an_object"),
        ({}, "", "missing"),
        ({"text": "x", "network": {"layers": [{"kind": "dense"}]}}, "", "contradiction"),
        ({"txt": "x"}, "/txt", "unknown_field"),
        ({"network": {"layers": [{"kind": "densee"}]}}, "/network/layers/0/kind", "not_allowed"),
        ({"network": {"layers": [{"kind": "dense", "unit": 3}]}}, "/network/layers/0/unit", "unknown_field"),
        ({"network": {"layers": [_with_p([1])]}}, "/network/layers/0/parameters/p", "invalid"),
        ({"network": {"layers": [_with_p(float("nan"))]}}, "/network/layers/0/parameters/p", "invalid"),
        ({"network": {"layers": []}}, "/network/layers", "invalid"),
        ({"text": "x", "context": {str(place): 1 for place in range(31)}}, "/context", "invalid"),
    ],
)
def test_a_faulty_request_to_the_doctor_names_the_place_once(data: Any, pointer: str, code: str) -> None:
    with pytest.raises(ContractError) as caught:
        read_diagnosis(data)
    assert [(fault.pointer, fault.code) for fault in caught.value.faults] == [(pointer, code)]


def test_unknown_fields_deep_inside_are_told_with_the_nearest() -> None:
    with pytest.raises(ContractError, match="did you mean 'units'"):
        read_diagnosis({"network": {"layers": [{"kind": "dense", "unit": 3}]}})

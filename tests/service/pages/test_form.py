"""A request and the address of its page say the same, and what is typed reaches the contract as it was meant."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from actwise.contract.faults import ContractError
from actwise.contract.reading import read_request
from actwise.contract.request import TaskDescription
from service.http.examples import REQUESTS
from service.pages.form import form_values, permalink, plain_data
from service.pages.questions import read_question

FOUR = {"task": "regression", "layer_type": "dense", "depth": 3, "compute_budget": "low"}
RICH: dict[str, Any] = {
    **FOUR,
    "target": {"low": 0.0, "high": 1e-7, "integer": False, "zero_share": 0.05},
    "residual": False,
    "rows": 2700,
    "domain": "a & b = c; d, e",
    "deployment": {"target": "microcontroller", "int8": True, "operators": ["relu", "hard_swish"]},
    "deny": ["Leaky-ReLU", "gelu"],
    "formula": ["x * sigmoid(2 * x)", "max(x, 0)"],
    "prefer": "quality",
    "probe": {"seconds": 2.5, "seeds": 3, "gates": True, "data": {"dataset": "ds_1", "ignore": ["a, b", "c"]}},
}


def typed(**values: str) -> TaskDescription | None:
    return read_question({**{name: str(value) for name, value in FOUR.items()}, **values}.items()).request


@pytest.mark.parametrize("body", [*REQUESTS.values(), RICH])
def test_the_address_of_a_page_brings_the_same_request_back(body: dict[str, Any]) -> None:
    request = read_request(body)
    address = permalink(request)
    question = read_question(parse_qsl(urlsplit(address).query))
    assert question.faults == ()
    assert question.request == request
    assert question.request is not None
    assert permalink(question.request) == address


def test_an_address_holds_only_what_differs_from_the_defaults() -> None:
    assert permalink(read_request(FOUR)) == "/?task=regression&layer_type=dense&depth=3&compute_budget=low"
    assert "prefer" not in form_values(read_request({**FOUR, "prefer": "balanced"}))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("8", 8),
        (" 8 ", 8),
        ("1e-3", 0.001),
        (".5", 0.5),
        ("8.", 8.0),
        ("eight", "eight"),
        ("1_0", "1_0"),
        ("nan", "nan"),
    ],
)
def test_numbers_are_read_and_what_is_none_stays_text(text: str, value: object) -> None:
    data, faults = plain_data([("width", text)])
    assert data == {"width": value}
    assert type(data["width"]) is type(value)
    assert faults == ()


def test_an_empty_field_was_not_filled_in() -> None:
    assert plain_data([("width", ""), ("domain", "  "), ("task", "regression")])[0] == {"task": "regression"}


def test_lists_are_cut_at_commas_and_formulas_at_semicolons() -> None:
    data, _ = plain_data([("allow", "relu, gelu ,"), ("formula", "max(x, 0); x")])
    assert data == {"allow": ["relu", "gelu"], "formula": ["max(x, 0)", "x"]}


def test_blocks_keep_their_order_and_empty_ones_are_left_out() -> None:
    sent = [
        ("layers.7.layer_type", "recurrent"),
        ("layers.2.layer_type", "conv"),
        ("layers.2.depth", "4"),
        ("layers.3.name", " "),
    ]
    assert plain_data(sent)[0]["layers"] == [{"layer_type": "conv", "depth": 4}, {"layer_type": "recurrent"}]


def test_truth_values_are_read() -> None:
    found = typed(residual="true", adversarial="false", **{"deployment.int8": "true"})
    assert found is not None
    assert (found.residual, found.adversarial, found.deployment and found.deployment.int8) == (True, False, True)


@pytest.mark.parametrize(
    ("sent", "pointer"),
    [
        ({"depth": "x"}, "/depth"),
        ({"tsk": "regression"}, "/tsk"),
        ({"target.lo": "0"}, "/target.lo"),
        ({"target": "low"}, "/target"),
        ({"layers.0.depth": "4"}, "/layers/0/layer_type"),
        ({"layers.x.depth": "4"}, "/layers.x.depth"),
        ({"layers.0.dept": "4", "layers.0.layer_type": "conv"}, "/layers/0/dept"),
        ({"residual": "maybe"}, "/residual"),
        ({"allow": "relu, gelo"}, "/allow"),
    ],
)
def test_what_cannot_be_taken_is_a_fault_at_its_place(sent: dict[str, str], pointer: str) -> None:
    question = read_question({**{name: str(value) for name, value in FOUR.items()}, **sent}.items())
    assert question.request is None
    assert [fault.pointer for fault in question.faults] == [pointer]


def test_the_faults_are_those_of_the_api() -> None:
    sent = {"task": "regresion", "layer_type": "dense", "depth": 0, "compute_budget": "low", "width": "wide"}
    with pytest.raises(ContractError) as refused:
        read_request(sent)
    assert read_question({name: str(value) for name, value in sent.items()}.items()).faults == refused.value.faults


def test_a_field_given_twice_is_a_fault_and_no_guess() -> None:
    sent = [*((name, str(value)) for name, value in FOUR.items()), ("depth", "4")]
    question = read_question(sent)
    assert question.request is None
    assert [(fault.pointer, fault.code) for fault in question.faults] == [("/depth", "repeated")]


def test_nothing_said_stands_for_the_example() -> None:
    found = read_question([("width", "")]).request
    assert found is not None
    assert found.layer_type == "conv"

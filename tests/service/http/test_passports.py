"""Passports of one function in one network, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from rules import RuleSet
from service.http import Services, create_app
from service.http.loading import load_reference
from service.http.passport_figures import passports
from service.passports.costs import Costs

RULES = RuleSet.load()
SMALL = {"depth": 2, "width": 16, "data": "iris", "seeds": 2}


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    services = Services(None, load_reference(RULES), passports=passports(RULES, Costs()))  # type: ignore[arg-type]
    return create_app(services).test_client()


def asked(client: FlaskClient, **query: Any) -> dict[str, Any]:
    found = client.get("/v1/passports", query_string=query)
    assert found.status_code == 200, found.text
    body: dict[str, Any] = found.get_json()
    return body


def refused(client: FlaskClient, **query: Any) -> list[dict[str, Any]]:
    found = client.get("/v1/passports", query_string=query)
    assert found.status_code == 400
    assert found.content_type == "application/problem+json"
    faults: list[dict[str, Any]] = found.get_json()["faults"]
    return faults


def test_a_function_of_the_catalogue_has_all_but_what_must_be_trained(client: FlaskClient) -> None:
    found = asked(client, activation="SiLU", **SMALL)
    assert found["function"]["name"] == "silu"
    assert found["network"].startswith("dense, 2 hidden layers of 16")
    assert len(found["signal"]["layers"]) == 2
    assert found["memory"] == {"reads_value": True, "bytes_per_element": 4}
    assert found["cost"]["relative"] > 0
    assert (found["export"]["onnx"], found["export"]["opset"]) == (["Swish"], 24)
    assert (found["formula"], found["deployment"]) == (None, None)


def test_a_formula_has_computed_facts_gains_code_and_operators(client: FlaskClient) -> None:
    found = asked(client, formula=" = x / sqrt(1 + x*x)", **SMALL)
    assert found["function"]["name"] == "=x / sqrt(1 + x*x)"
    assert found["function"]["facts"]["saturates"] == "both"
    assert found["function"]["gains"]["forward"] > 1
    assert "torch.sqrt" in found["function"]["code"]["pytorch"]
    assert found["formula"]["nearest"][0]["activation"] == "tanh"
    assert found["export"]["onnx"] == ["Mul", "Add", "Sqrt", "Div"]
    assert found["signal"]["initialization"]["gain"] > 0


def test_a_formula_of_a_known_function_has_the_passport_of_that(client: FlaskClient) -> None:
    found = asked(client, formula="x * tanh(softplus(x))", **SMALL)
    assert (found["function"]["name"], found["formula"]["same_as"]) == ("mish", "mish")
    assert found["export"]["onnx"] == ["Mish"]


def test_a_short_training_tells_what_few_bits_lose(client: FlaskClient) -> None:
    found = asked(client, activation="relu", deployment=1, **SMALL)["deployment"]
    assert found["data"].startswith("bundled data set iris")
    assert found["score"] > found["baseline"]
    assert [drop["format"] for drop in found["drops"]] == ["int8_per_tensor", "int8_per_channel", "float16", "bfloat16"]
    noise = {drop["format"]: drop["signal_to_noise"] for drop in found["drops"]}
    assert noise["float16"] > noise["bfloat16"] > noise["int8_per_tensor"]
    assert all(drop["low"] <= drop["mean"] <= drop["high"] for drop in found["drops"])


@pytest.mark.parametrize("name", ["softmax", "geglu"])
def test_functions_that_do_not_stand_alone_have_facts_and_exports_only(client: FlaskClient, name: str) -> None:
    found = asked(client, activation=name, **SMALL)
    assert (found["signal"], found["memory"], found["cost"]) == (None, None, None)
    assert found["export"]["onnx"]


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ({}, "/activation", "missing"),
        ({"activation": "relu", "formula": "x"}, "/activation", "contradiction"),
        ({"activation": "relux"}, "/activation", "not_allowed"),
        ({"formula": "sofplus(x)"}, "/formula", "formula_unknown_function"),
        ({"formula": "log(x)"}, "/formula", "formula_not_finite"),
        ({"formula": "x" * 301}, "/formula", "invalid"),
        ({"activation": "relu", "depth": 65}, "/depth", "invalid"),
        ({"activation": "relu", "data": "irises"}, "/data", "unknown_data"),
        ({"activation": "relu", "data": "iris", "task": "regression"}, "/data", "wrong_task"),
        ({"activation": "geglu", "deployment": 1}, "/deployment", "not_trainable"),
        (
            {"activation": "relu", "layer_type": "conv", "data": "digits", "depth": 64, "deployment": 1},
            "/depth",
            "too_large",
        ),
        ({"activation": "relu", "colour": "red"}, "/colour", "unknown_parameter"),
    ],
)
def test_faulty_questions_are_refused(client: FlaskClient, query: dict[str, Any], pointer: str, code: str) -> None:
    assert (pointer, code) in [(fault["pointer"], fault["code"]) for fault in refused(client, **query)]


def test_all_faults_of_a_formula_are_told_with_their_repair(client: FlaskClient) -> None:
    faults = refused(client, formula="sofplus(x) + tanhh(x)")
    assert [fault["nearest"] for fault in faults] == ["softplus", "tanh"]


def test_the_document_describes_it(client: FlaskClient) -> None:
    described = client.get("/openapi.json").get_json()["paths"]["/v1/passports"]["get"]
    assert {one["name"] for one in described["parameters"]} >= {"activation", "formula", "deployment"}


def test_without_a_computer_of_passports_there_is_no_such_page() -> None:
    app = create_app(Services(None, load_reference(RULES)))  # type: ignore[arg-type]
    assert app.test_client().get("/v1/passports?activation=relu").status_code == 404


def test_a_recurrent_network_is_followed_through_its_time_steps(client: FlaskClient) -> None:
    found = asked(client, activation="tanh", layer_type="recurrent", depth=1, width=8, data="digits")
    (layer,) = found["signal"]["layers"]
    assert [step["step"] for step in layer["steps"]] == list(range(1, len(layer["steps"]) + 1))
    assert len(layer["steps"]) > 1
    assert layer["steps"][-1]["gradient"] == {"mean": 0.0, "low": 0.0, "high": 0.0}
    assert found["signal"]["theory"] is None


def test_theory_speaks_of_catalogued_functions_in_layers_that_it_describes(client: FlaskClient) -> None:
    deep = asked(client, activation="sigmoid", depth=12, width=16, data="iris")["signal"]
    assert deep["theory"]["unrelated"] > 0
    assert deep["layers"][0]["steps"] == []
    assert asked(client, formula="x / sqrt(1 + x*x)", **SMALL)["signal"]["theory"] is None

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from service.http.problems import PROBLEMS

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def specification(client: FlaskClient) -> Any:
    return client.get("/openapi.json").json


def _operations(specification: Any) -> Iterator[tuple[str, str, Any]]:
    for path, methods in specification["paths"].items():
        for method, operation in methods.items():
            yield path, method.upper(), operation


def test_the_document_is_valid_openapi_3_1(specification: Any) -> None:
    assert specification["openapi"].startswith("3.1")
    assert not list(OpenAPIV31SpecValidator(specification).iter_errors())


def test_every_reference_in_the_document_leads_somewhere(specification: Any) -> None:
    names = re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(specification))
    assert set(names) <= set(specification["components"]["schemas"])


def test_every_route_is_described_and_every_description_has_its_route(app: Flask, specification: Any) -> None:
    # Whatever else is served are pages for people.
    programmes = ("/v1/", "/healthz", "/readyz")
    routes = {
        (rule.rule.replace("<identifier>", "{id}").replace("<name>", "{name}"), method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith(programmes)
    }
    assert routes == {(path, method) for path, method, _ in _operations(specification)}


def test_the_guide_names_every_operation(specification: Any) -> None:
    guide = (ROOT / "docs/api.md").read_text()
    for path, method, _ in _operations(specification):
        assert f"`{method} {path}`" in guide


def test_every_code_that_an_operation_can_answer_is_in_the_table(specification: Any) -> None:
    for _, _, operation in _operations(specification):
        for status, answer in operation["responses"].items():
            for content in answer.get("content", {}).values():
                if "allOf" not in content["schema"]:
                    continue
                codes = content["schema"]["allOf"][1]["properties"]["code"]["enum"]
                assert all(PROBLEMS[code].status == int(status) for code in codes)


def test_every_example_request_is_answered_as_described(post: Callable[..., Any], specification: Any) -> None:
    operation = specification["paths"]["/v1/recommendations"]["post"]
    content = operation["requestBody"]["content"]["application/json"]
    for example in content["examples"].values():
        request_schema = {**content["schema"], "components": specification["components"]}
        assert Draft202012Validator(request_schema).is_valid(example["value"])
        answer = post(example["value"])
        assert answer.status_code == (202 if "probe" in example["value"] else 200), answer.text
        schema = operation["responses"][str(answer.status_code)]["content"]["application/json"]["schema"]
        Draft202012Validator({**schema, "components": specification["components"]}).validate(answer.json)

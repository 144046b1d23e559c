"""The OpenAPI 3.1 document, made from the operations and the pydantic types that they name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

import actwise
from actwise.contract.faults import Problem
from service.http.operations import Operation, Success
from service.http.problems import MEDIA_TYPE, PROBLEMS
from service.http.query import Query

Mode = Literal["validation", "serialization"]
Schemas = Mapping[tuple[Any, Mode], dict[str, Any]]

_REFERENCE = "#/components/schemas/{model}"
_ALWAYS = ("invalid_query", "internal_error")
_TAGS = {
    "recommendations": "Ranked activation choices for a described task.",
    "datasets": "Data of your own, for probes to train on.",
    "races": "Races of activations that a trainer of your own runs.",
    "diagnoses": "What is wrong with a network that somebody has.",
    "catalogue": "Every activation function, with facts that are computed, not believed.",
    "knowledge": "The rules that answers rest on, and their sources.",
    "health": "For supervisors and load balancers.",
}


def openapi_document(operations: Iterable[Operation]) -> dict[str, Any]:
    """The whole document as plain data."""
    operations = tuple(operations)
    schemas, definitions = models_json_schema(sorted(_models(operations), key=str), ref_template=_REFERENCE)
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Actwise",
            "version": actwise.__version__,
            "summary": "Which activation functions should this network use?",
            "description": "Every error is a problem document (RFC 9457) with a stable `code`.",
            "license": {"name": "Apache License 2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [],
        "tags": [{"name": name, "description": text} for name, text in _TAGS.items()],
        "paths": paths,
        "components": {"schemas": definitions["$defs"]},
    }


def _models(operations: Iterable[Operation]) -> set[tuple[type[BaseModel], Mode]]:
    found: set[tuple[type[BaseModel], Mode]] = {(Problem, "serialization")}
    for operation in operations:
        found |= {(answer.model, "serialization") for answer in operation.answers.values() if answer.model}
        if operation.body:
            found.add((operation.body, "validation"))
    return found


def _operation(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": operation.summary,
        "description": operation.description,
        "parameters": [*_path(operation), *_query(operation.query), *_headers(operation)],
        "responses": _responses(operation, schemas),
    }
    if operation.body:
        examples = {name: {"value": value} for name, value in operation.examples.items()}
        content = {"schema": schemas[operation.body, "validation"], "examples": _keyed(examples)}
        made["requestBody"] = {"required": True, "content": {"application/json": content}}
    if operation.uploads:
        made["requestBody"] = {"required": True, "content": {kind: {} for kind in operation.uploads}}
    return made


def _keyed(examples: Mapping[str, Any]) -> dict[str, Any]:
    """Names of examples become keys, and their words the summary."""
    return {name.replace(" ", "_"): {"summary": name, **value} for name, value in examples.items()}


def _path(operation: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, **parameter}
        for name, parameter in operation.path_parameters.items()
    ]


def _headers(operation: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "header", "required": False, **parameter} for name, parameter in operation.headers.items()
    ]


def _query(model: type[Query]) -> list[dict[str, Any]]:
    schema = model.model_json_schema()
    return [
        {
            "name": name,
            "in": "query",
            "required": False,
            "description": field.get("description", ""),
            "schema": _parameter_schema(field),
        }
        for name, field in schema.get("properties", {}).items()
    ]


def _parameter_schema(field: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of one parameter: a query string has no null, and the description stands outside."""
    kept = {key: value for key, value in field.items() if key not in ("title", "description", "anyOf")}
    chosen = next((one for one in field.get("anyOf", ()) if one != {"type": "null"}), None)
    if chosen is None:
        return kept
    return {**{key: value for key, value in kept.items() if value is not None}, **chosen}


def _responses(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    responses = {str(status): _success(answer, schemas) for status, answer in operation.answers.items()}
    if any("ETag" in answer.headers for answer in operation.answers.values()):
        responses["304"] = {"description": "Not changed since the `If-None-Match` that was sent."}
    by_status: dict[int, list[str]] = {}
    for code in (*operation.problems, *_ALWAYS):
        by_status.setdefault(PROBLEMS[code].status, []).append(code)
    for status in sorted(by_status):
        responses[str(status)] = _problem(by_status[status], schemas)
    return responses


def _success(answer: Success, schemas: Schemas) -> dict[str, Any]:
    made: dict[str, Any] = {"description": answer.description}
    if answer.headers:
        made["headers"] = {
            name: {"description": text, "schema": {"type": "string"}} for name, text in answer.headers.items()
        }
    if answer.model:
        made["content"] = {answer.media_type: {"schema": schemas[answer.model, "serialization"]}}
    return made


def _problem(codes: list[str], schemas: Schemas) -> dict[str, Any]:
    described = "; ".join(f"`{code}`: {PROBLEMS[code].title.lower()}" for code in codes)
    made: dict[str, Any] = {
        "description": described,
        "content": {
            MEDIA_TYPE: {
                "schema": {
                    "allOf": [schemas[Problem, "serialization"], {"properties": {"code": {"enum": codes}}}],
                }
            }
        },
    }
    if codes == ["queue_full"]:
        made["headers"] = {"Retry-After": {"description": "seconds", "schema": {"type": "integer"}}}
    return made

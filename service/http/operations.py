"""Operations as data: each route says once what it takes and answers, for Flask and OpenAPI alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from flask.typing import ResponseReturnValue
from pydantic import BaseModel

from service.http.query import NoQuery, Query

Handler = Callable[..., ResponseReturnValue]


@dataclass(frozen=True, slots=True)
class Success:
    """One good answer: its type, in words, and its headers (name to description)."""

    description: str
    model: type[BaseModel] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one path.

    `path` in the notation of OpenAPI, as in /v1/rules/{id}; `path_parameters` maps each name in it to
    its description. `problems`: codes of every error that the operation itself can answer.
    `body` is the type of a JSON body, `uploads` are the media types of one that is a file.
    """

    method: str
    path: str
    name: str
    tag: str
    summary: str
    description: str
    handler: Handler
    answers: Mapping[int, Success]
    problems: tuple[str, ...] = ()
    path_parameters: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    query: type[Query] = NoQuery
    headers: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    body: type[BaseModel] | None = None
    uploads: tuple[str, ...] = ()
    examples: Mapping[str, dict[str, Any]] = field(default_factory=dict)


def register_operations(app: Flask, operations: tuple[Operation, ...]) -> None:
    """Give every operation its Flask route."""
    for operation in operations:
        rule = operation.path.replace("{id}", "<identifier>").replace("{name}", "<name>")
        app.add_url_rule(rule, operation.name, operation.handler, methods=[operation.method])

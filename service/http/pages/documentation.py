"""The documentation for people, made from the OpenAPI document."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from flask import Flask, Response, render_template, request
from markupsafe import escape

from service.http.examples import REQUESTS
from service.http.pages.rendering import html
from service.http.problems import PROBLEMS

_HERE = b"http://actwise.invalid/"  # stands for the caller's own view of our address, put in per request
_BOUNDS = {
    "minimum": "from {}",
    "exclusiveMinimum": "above {}",
    "maximum": "to {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "pattern": "matching {}",
}


def register_pages(app: Flask, specification: Callable[[], Mapping[str, Any]]) -> None:
    """Add /docs, rendered when it is first asked for."""
    app.add_template_filter(type_words)
    app.add_template_filter(bounds)
    render = cache(lambda: _render("docs.html", specification()))

    def page() -> Response:
        return html(render().replace(_HERE, str(escape(request.url_root)).encode()))

    app.add_url_rule("/docs", "docs", page)


def _render(template: str, specification: Mapping[str, Any]) -> bytes:
    return render_template(
        template,
        here=_HERE.decode(),
        specification=specification,
        problems=PROBLEMS.values(),
        examples={name: json.dumps(value) for name, value in REQUESTS.items()},
    ).encode()


def type_words(schema: Mapping[str, Any]) -> list[tuple[str, str | None]]:
    """A JSON schema in words: pairs of text and, where the text names another type, that type's name."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return [(name, name)]
    if "anyOf" in schema:
        return _joined([type_words(one) for one in schema["anyOf"]], " or ")
    if "allOf" in schema:
        return type_words(schema["allOf"][0])
    if "enum" in schema or "const" in schema:
        values = schema.get("enum") or [schema["const"]]
        return [(" | ".join(map(str, values)), None)]
    if schema.get("type") == "array":
        return [("list of ", None), *type_words(schema.get("items") or {})]
    return [(str(schema.get("type", "anything")), None)]


def _joined(parts: list[list[tuple[str, str | None]]], word: str) -> list[tuple[str, str | None]]:
    joined = list(parts[0])
    for part in parts[1:]:
        joined += [(word, None), *part]
    return joined


def bounds(schema: Mapping[str, Any]) -> str:
    """The limits of a field in words; empty when it has none."""
    found = [schema, *schema.get("anyOf", ())]
    return ", ".join(words.format(one[key]) for one in found for key, words in _BOUNDS.items() if key in one)

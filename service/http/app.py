"""The application factory."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response

from service.http.cache import AnswerCache
from service.http.catalogue import catalogue_operations
from service.http.datasets import dataset_operations
from service.http.diagnoses import diagnosis_operations
from service.http.documents import document
from service.http.health import health_operations
from service.http.knowledge import knowledge_operations
from service.http.openapi import openapi_document
from service.http.operations import Operation, register_operations
from service.http.pages.assets import register_assets
from service.http.pages.atlas import register_atlas
from service.http.pages.compare import register_compare
from service.http.pages.documentation import register_pages
from service.http.pages.history import register_history
from service.http.pages.knowledge import register_rule_pages
from service.http.pages.races import register_race_pages
from service.http.pages.routes import register_people_pages
from service.http.passport_operations import passport_operations
from service.http.problems import register_problems
from service.http.quotes import quote_operations
from service.http.races import race_operations
from service.http.recommendations import recommendation_operations
from service.http.scores import scoreboard_operations
from service.http.security import register_security
from service.http.services import Services

WEB = Path(__file__).resolve().parent.parent / "web"


def create_app(services: Services) -> Flask:
    """A WSGI application around the services given; it opens nothing and starts nothing by itself."""
    app = Flask("actwise", root_path=str(WEB), static_folder=None, template_folder="templates")
    register_problems(app)
    register_security(app)
    register_assets(app, WEB / "static")
    operations = _operations(services)
    register_operations(app, operations)
    specification = cache(lambda: openapi_document(operations))
    _serve_specification(app, specification)
    register_pages(app, specification)
    register_rule_pages(app, services.reference, services.board)
    register_people_pages(app, services)
    register_atlas(app, services.reference)
    register_history(app, services.recommendations)
    register_compare(app, services)
    if services.races is not None:
        register_race_pages(app, services.races)
    return app


def _operations(services: Services) -> tuple[Operation, ...]:
    return (
        *recommendation_operations(services.recommendations, AnswerCache(services.answer_cache), services.max_body),
        *(quote_operations(services.quoting, services.max_body) if services.quoting else ()),
        *dataset_operations(services.datasets),
        *(race_operations(services.races, services.max_body) if services.races else ()),
        *diagnosis_operations(services.max_body),
        *catalogue_operations(services.reference),
        *(passport_operations(services.passports) if services.passports else ()),
        *knowledge_operations(services.reference, services.board),
        *scoreboard_operations(services.board),
        *health_operations(services.recommendations),
    )


def _serve_specification(app: Flask, specification: Callable[[], dict[str, Any]]) -> None:
    encode = cache(lambda: json.dumps(specification()).encode())

    def openapi() -> Response:
        return document(encode())

    app.add_url_rule("/openapi.json", "openapi", openapi)

"""The pages around the real advisor and a store in memory."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.advice.advisor import Advisor, recommendation_json
from service.http import Services, create_app
from service.http.memory import MemoryRecommendations
from tests.service.pages.conftest import advisor, reference, services

__all__ = ["advisor", "reference", "services"]

OURS = {"Sec-Fetch-Site": "same-origin"}
"""What a browser sends with a form of our own page."""


@pytest.fixture
def store(advisor: Advisor) -> MemoryRecommendations:
    return MemoryRecommendations(advisor, recommendation_json, queue_bound=2)


@pytest.fixture
def app(services: Services, store: MemoryRecommendations) -> Flask:
    return create_app(replace(services, recommendations=store))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()

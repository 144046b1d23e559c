"""The pages around the real advisor and a store in memory."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from actwise.contract.quote import Quote
from actwise.contract.request import TaskDescription
from rules import RuleSet
from service.advice.advisor import Advisor, recommendation_json
from service.answering import Answering
from service.http import Services, create_app
from service.http.loading import load_reference
from service.http.memory import MemoryRecommendations
from service.probing.calibration import Calibration

OURS = {"Sec-Fetch-Site": "same-origin"}
"""What a browser sends with a form of our own page."""


@pytest.fixture(scope="session")
def advisor() -> Advisor:
    return Advisor(RuleSet.load())


@pytest.fixture
def store(advisor: Advisor) -> MemoryRecommendations:
    return MemoryRecommendations(advisor, recommendation_json, queue_bound=2)


@pytest.fixture(scope="session")
def services(advisor: Advisor) -> Services:
    answering = Answering(advisor)

    def quote(request: TaskDescription) -> Quote:
        answering.check(request)
        return answering.quote(request, Calibration())

    return Services(
        recommendations=MemoryRecommendations(advisor, recommendation_json),
        reference=load_reference(advisor.rules),
        quoting=quote,
        advise=advisor.recommend,
    )


@pytest.fixture
def app(services: Services, store: MemoryRecommendations) -> Flask:
    return create_app(replace(services, recommendations=store))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()

"""The real advisor, the shipped catalogue and the rules, as the pages get them."""

from __future__ import annotations

import pytest

from actwise.contract.quote import Quote
from actwise.contract.request import TaskDescription
from rules import RuleSet
from service.advice.advisor import Advisor, recommendation_json
from service.answering import Answering
from service.http import Services
from service.http.loading import load_reference
from service.http.memory import MemoryRecommendations
from service.http.reference import Reference
from service.probing.calibration import Calibration


@pytest.fixture(scope="session")
def advisor() -> Advisor:
    return Advisor(RuleSet.load())


@pytest.fixture(scope="session")
def reference(advisor: Advisor) -> Reference:
    return load_reference(advisor.rules)


@pytest.fixture(scope="session")
def services(advisor: Advisor, reference: Reference) -> Services:
    answering = Answering(advisor)

    def quote(request: TaskDescription) -> Quote:
        answering.check(request)
        return answering.quote(request, Calibration())

    return Services(
        recommendations=MemoryRecommendations(advisor, recommendation_json),
        reference=reference,
        quoting=quote,
        advise=advisor.recommend,
    )

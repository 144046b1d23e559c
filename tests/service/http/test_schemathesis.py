"""Generated requests, sound and unsound, against the whole application: every answer is as described."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from actwise.contract.quote import Quote
from actwise.contract.request import TaskDescription
from service.http import Services, create_app
from service.http.passport_views import ExportFacts, Passport
from service.races.stored import StoredRaces

OPERATIONS = [
    "createRecommendation",
    "listRecommendations",
    "readRecommendation",
    "cancelRecommendation",
    "createDiagnosis",
    "listActivations",
    "readActivation",
    "listRules",
    "readRule",
    "listSources",
    "alive",
    "ready",
    "createDataset",
    "listDatasets",
    "readDataset",
    "deleteDataset",
    "createQuote",
    "createRace",
    "listRaces",
    "readRace",
    "askRace",
    "tellRace",
    "cancelRace",
    "readScoreboard",
    "readPassport",
]

REFUSED_BY_MEANING = ["listRecommendations", "listDatasets", "listRaces", "readPassport"]
CAN_BE_MISUSED = [
    "createRecommendation",
    "createDiagnosis",
    "listRecommendations",
    "readActivation",
    "createDataset",
    "createQuote",
    "createRace",
    "askRace",
    "tellRace",
    "readPassport",
]

# What JSON Schema has no words for: contradictions between fields, unknown names, cursors never given out.
_REFUSED_THOUGH_WELL_FORMED = ["2xx", "404", "409", "422", "429"]
_REFUSALS = ["400", "404", "405", "413", "415", "422"]


def quoting(asked: TaskDescription) -> Quote:
    assert asked.probe is not None
    return Quote(seconds=asked.probe.seconds, cores=1, network_steps=1)


@pytest.fixture
def app(services: Services, races: StoredRaces) -> Flask:
    """The application with every operation that there is."""
    relu = services.reference.activations["relu"]
    facts = ExportFacts(onnx=("Relu",), opset=6, older=(), settings="", tflite=("RELU",), cudnn=(), sources={})
    passport = Passport(
        function=relu,
        formula=None,
        network="dense",
        differences=(),
        signal=None,
        memory=None,
        cost=None,
        export=facts,
        deployment=None,
    )
    return create_app(replace(services, quoting=quoting, passports=lambda *_: passport, races=races))


@pytest.fixture
def api(app: Flask) -> Any:
    return _described(app, _REFUSED_THOUGH_WELL_FORMED)


def _described(app: Flask, accepted: list[str]) -> Any:
    checks = {
        "positive_data_acceptance": {"expected-statuses": accepted},
        "negative_data_rejection": {"expected-statuses": _REFUSALS},
    }
    config = SchemathesisConfig.from_dict({"checks": checks})
    return schemathesis.openapi.from_wsgi("/openapi.json", app, config=config)


def test_no_operation_is_left_out(api: Any) -> None:
    assert sorted(one.ok().definition.raw["operationId"] for one in api.get_all_operations()) == sorted(OPERATIONS)


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("name", sorted({*OPERATIONS} - {*REFUSED_BY_MEANING}))
def test_sound_requests_are_answered_as_described(api: Any, name: str) -> None:
    _try(api.find_operation_by_id(name), GenerationMode.POSITIVE)


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("name", REFUSED_BY_MEANING)
def test_a_query_is_answered_as_described_though_its_values_mean_nothing(app: Flask, name: str) -> None:
    api = _described(app, [*_REFUSED_THOUGH_WELL_FORMED, "400"])
    _try(api.find_operation_by_id(name), GenerationMode.POSITIVE)


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("name", CAN_BE_MISUSED)
def test_unsound_requests_are_refused_as_described(api: Any, name: str) -> None:
    _try(api.find_operation_by_id(name), GenerationMode.NEGATIVE)


def _try(operation: Any, mode: GenerationMode) -> None:
    @settings(
        max_examples=40,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def answered(case: Any) -> None:
        case.call_and_validate()

    answered()

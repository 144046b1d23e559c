"""An application on memory alone, with an advisor that is quick and true to the contract."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from actwise.contract import answer as contract
from actwise.contract.evidence import Citation, Effect, Evidence
from actwise.contract.request import TaskDescription
from actwise.contract.situation import resolve
from rules.cards import RuleCard, SourceCard
from service.http import Reference, Services, create_app, views
from service.http.memory import MemoryRecommendations
from service.races.stored import StoredRaces
from tests.service.storage.databases import _sqlite_template

__all__ = ["_sqlite_template"]

_EFFECT = Effect(mean=1.0, low=-0.5, high=2.5)
_EVIDENCE = Evidence(
    kind="documented",
    source="cheap-on-small-devices",
    cause="cost",
    claim="it is cheap",
    direction="for",
    effect=_EFFECT,
    citations=(Citation(source="he2015", title="Delving deep"),),
    scope="convolutional networks",
)


class PlainAdvisor:
    """Recommends relu for everything, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def recommend(self, request: TaskDescription) -> contract.Recommendation:
        self.asked += 1
        situations, assumptions = resolve(request)
        digest = hashlib.sha256(request.model_dump_json().encode()).hexdigest()
        return contract.Recommendation(
            id=f"rec_{digest[:20]}",
            status="complete",
            request=request,
            assumptions=assumptions,
            summary=("Use relu.",),
            hidden=tuple(contract.BlockRanking(block=one.block, ranking=(_hidden(),)) for one in situations),
            output=contract.OutputRanking(ranking=(_output(),)),
            flips=(),
            not_checked=(),
            scope=contract.Scope(basis=("rules",), covers="nothing but relu"),
            receipt=contract.Receipt(request=request, version="0", rules="none"),
        )


def _hidden() -> contract.HiddenChoice:
    return contract.HiddenChoice(
        rank=1,
        activation="relu",
        tie_group=1,
        probability_best=1.0,
        effect=_EFFECT,
        cost=contract.Cost(relative=1.0, cost_class="A"),
        initialization=contract.Initialization(scheme="he", gain=1.4142),
        evidence=(_EVIDENCE,),
    )


def _output() -> contract.OutputChoice:
    return contract.OutputChoice(
        rank=1,
        head="softmax",
        activation="softmax",
        units="classes",
        loss="cross_entropy",
        from_logits=True,
        target_transform="none",
        bias_initialization="zero",
        at_inference="softmax of the raw output",
        tie_group=1,
        probability_best=1.0,
        effect=_EFFECT,
        evidence=(_EVIDENCE,),
    )


def _facts() -> views.ActivationFacts:
    return views.ActivationFacts(
        low=0.0,
        high=None,
        smoothness=0,
        monotone=True,
        zero_centred=False,
        mean=0.4,
        saturates="left",
        exact_zeros=True,
        zero_gradient=(None, 0.0),
        lipschitz=1.0,
        homogeneous=True,
        odd=False,
        periodic=False,
        piecewise_linear=True,
    )


def _activation(name: str) -> views.ActivationDetail:
    return views.ActivationDetail(
        name=name,
        title=name.upper(),
        formula="max(x, 0)",
        derivative="1 for x > 0, else 0",
        roles=("hidden",),
        cost=contract.Cost(relative=1.0, cost_class="A"),
        initialization=contract.Initialization(scheme="he", gain=1.4142),
        facts=_facts(),
        gains=views.ActivationGains(forward=1.4142, variance=1.7, backward=1.4142),
        parameters=(),
        code=contract.Code(pytorch="torch.nn.ReLU()"),
        sources=("he2015",),
        curve=views.Curve(x=(-1.0, 1.0), value=(0.0, 1.0), slope=(0.0, 1.0)),
    )


def _passport(name: str, wanted: views.PassportRequest) -> views.SignalPassport | None:
    if name == "softmax":
        return None
    figure = views.Spread(mean=1.0, low=0.9, high=1.1)
    layer = views.PassportLayer(layer=1, variance=figure, gradient=figure, dead_share=figure, saturated_share=figure)
    return views.SignalPassport(
        depth=wanted.depth,
        width=wanted.width,
        normalization=wanted.normalization,
        residual=wanted.residual,
        initialization=contract.Initialization(scheme="he", gain=1.4142),
        seeds=5,
        gradient_decades=figure,
        layers=(layer,) * wanted.depth,
    )


def _rule() -> RuleCard:
    return RuleCard(
        id="cheap-on-small-devices",
        role="hidden",
        kind="documented",
        when="compute_budget is low",
        conditions={"compute_budget": "low"},
        favours=("relu",),
        against=(),
        excludes=False,
        strength="moderate",
        mean=1.5,
        sd=1.5,
        cause="cost",
        cause_description="time and memory",
        because="one comparison per value",
        citations=(Citation(source="he2015", title="Delving deep"),),
        contested=False,
        contested_by=(),
        caution=None,
        experiment=None,
        scope=None,
        unverified=False,
    )


def _source() -> SourceCard:
    return SourceCard(
        key="he2015",
        title="Delving deep",
        authors="He and others",
        year=2015,
        venue="ICCV",
        url="https://arxiv.org/abs/1502.01852",
        read="full",
        rules=("cheap-on-small-devices",),
    )


@pytest.fixture
def advisor() -> PlainAdvisor:
    return PlainAdvisor()


@pytest.fixture
def store(advisor: PlainAdvisor) -> MemoryRecommendations:
    return MemoryRecommendations(advisor, lambda answer: answer.model_dump_json().encode(), queue_bound=2)


@pytest.fixture
def services(store: MemoryRecommendations, advisor: PlainAdvisor) -> Services:
    reference = Reference(
        activations={name: _activation(name) for name in ("relu", "gelu", "silu", "softmax")},
        rules=(_rule(),),
        sources=(_source(),),
        passport=_passport,
    )
    return Services(recommendations=store, reference=reference, max_body=100_000, advise=advisor.recommend)


@pytest.fixture
def races(_sqlite_template: Path, tmp_path: Path, advisor: PlainAdvisor) -> Iterator[StoredRaces]:
    """Races on a database of their own."""
    path = tmp_path / "actwise.db"
    shutil.copyfile(_sqlite_template, path)
    store = StoredRaces(f"sqlite:///{path}", advisor.recommend)
    yield store
    store.close()


@pytest.fixture
def app(services: Services) -> Flask:
    return create_app(services)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def four_fields() -> dict[str, Any]:
    return {"task": "classification", "layer_type": "conv", "depth": 8, "compute_budget": "low"}


@pytest.fixture
def probing(four_fields: dict[str, Any]) -> dict[str, Any]:
    return {**four_fields, "probe": {"seconds": 5}}


@pytest.fixture
def post(client: FlaskClient) -> Callable[..., Any]:
    """Post a body, as plain data or as raw bytes, with headers."""

    def send(body: Any, **headers: str) -> Any:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return client.post(
            "/v1/recommendations",
            data=raw,
            content_type=headers.pop("content_type", "application/json"),
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )

    return send

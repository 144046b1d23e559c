"""The reference made from the real catalogue, rules and theory."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from actwise.contract.names import ACTIVATIONS
from actwise.contract.vocabulary import NORMALIZATIONS
from rules import RuleSet
from service.http import Reference, Services, create_app
from service.http.loading import load_reference
from service.http.memory import MemoryRecommendations
from service.http.views import PassportRequest


@pytest.fixture(scope="module")
def reference() -> Reference:
    return load_reference(RuleSet.load())


def test_every_canonical_name_is_described(reference: Reference) -> None:
    assert tuple(reference.activations) == ACTIVATIONS


def test_every_document_keeps_to_its_schema(reference: Reference, store: MemoryRecommendations) -> None:
    client = create_app(Services(store, reference)).test_client()
    specification: Any = client.get("/openapi.json").json
    single = {"/v1/activations/{name}": "relu", "/v1/rules/{id}": reference.rules[0].id}
    for path in ("/v1/activations", "/v1/activations/{name}", "/v1/rules", "/v1/rules/{id}", "/v1/sources"):
        schema = specification["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        answer = client.get(path.split("{")[0] + single.get(path, ""))
        Draft202012Validator({**schema, "components": specification["components"]}).validate(answer.json)


def test_unbounded_facts_are_null_since_json_has_no_infinity(reference: Reference) -> None:
    facts = reference.activations["relu"].facts
    assert (facts.low, facts.high, facts.zero_gradient) == (0.0, None, (None, 0.0))
    assert reference.activations["gelu"].facts.smoothness is None


def test_gains_are_those_of_the_quadrature_and_absent_for_whole_rows(reference: Reference) -> None:
    relu = reference.activations["relu"].gains
    assert relu is not None
    assert relu.forward == pytest.approx(2**0.5, abs=1e-5)
    assert reference.activations["softmax"].gains is None


def test_every_curve_has_points_in_order(reference: Reference) -> None:
    for one in reference.activations.values():
        assert len(one.curve.x) == len(one.curve.value) == len(one.curve.slope) >= 50
        assert list(one.curve.x) == sorted(one.curve.x)


@pytest.mark.parametrize("normalization", NORMALIZATIONS)
def test_a_passport_exists_for_every_normalization_that_can_be_asked_for(
    reference: Reference, normalization: str
) -> None:
    passport = reference.passport("tanh", PassportRequest(4, 16, normalization, True))
    assert passport is not None
    assert [layer.layer for layer in passport.layers] == [1, 2, 3, 4]
    assert all(layer.variance.low <= layer.variance.mean <= layer.variance.high for layer in passport.layers)


def test_every_activation_has_a_passport_or_a_reason_to_have_none(reference: Reference) -> None:
    without = {
        name for name in reference.activations if not reference.passport(name, PassportRequest(2, 8, "none", False))
    }
    assert {"softmax", "log_softmax", "exp", "swiglu"} <= without
    assert not without & {"relu", "gelu", "tanh", "sine", "prelu", "rrelu", "swish"}


def test_rules_and_sources_refer_to_each_other_without_loose_ends(reference: Reference) -> None:
    sources = {source.key for source in reference.sources}
    rules = {rule.id for rule in reference.rules}
    assert {citation.source for rule in reference.rules for citation in rule.citations} <= sources
    assert {rule for source in reference.sources for rule in source.rules} <= rules

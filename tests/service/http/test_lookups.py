from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from service.http.memory import MemoryRecommendations
from service.ports import Readiness


def test_the_catalogue_lists_facts_without_curves(client: FlaskClient) -> None:
    items = client.get("/v1/activations").json["items"]
    assert [item["name"] for item in items] == ["relu", "gelu", "silu", "softmax"]
    assert items[0]["facts"]["high"] is None
    assert "curve" not in items[0]


def test_an_activation_comes_with_gains_and_curve(client: FlaskClient) -> None:
    relu = client.get("/v1/activations/relu").json
    assert relu["gains"]["forward"] == pytest.approx(2**0.5, abs=1e-3)
    assert relu["curve"]["x"]
    assert relu["passport"] is None


@pytest.mark.parametrize("spelling", ["ReLU", "Swish-1", "SiLU"])
def test_names_may_be_spelt_as_other_libraries_do(client: FlaskClient, spelling: str) -> None:
    assert client.get(f"/v1/activations/{spelling}").status_code == 200


def test_a_passport_is_computed_for_the_network_asked_for(client: FlaskClient) -> None:
    query = "passport=1&depth=3&width=16&normalization=batch&residual=1"
    passport = client.get(f"/v1/activations/relu?{query}").json["passport"]
    assert len(passport["layers"]) == 3
    assert (passport["width"], passport["normalization"], passport["residual"]) == (16, "batch", True)


def test_an_activation_of_output_layers_has_no_passport(client: FlaskClient) -> None:
    answer = client.get("/v1/activations/softmax?passport=1")
    assert (answer.status_code, answer.json["faults"][0]["code"]) == (400, "no_passport")


def test_an_unknown_activation_names_the_nearest(client: FlaskClient) -> None:
    answer = client.get("/v1/activations/geluu")
    assert (answer.status_code, answer.json["code"]) == (404, "unknown_activation")
    assert "'gelu'" in answer.json["detail"]


def test_rules_and_sources_lead_to_each_other(client: FlaskClient) -> None:
    rule = client.get("/v1/rules").json["items"][0]
    source = client.get("/v1/sources").json["items"][0]
    assert rule["citations"][0]["source"] == source["key"]
    assert source["rules"] == [rule["id"]]
    assert client.get(f"/v1/rules/{rule['id']}").json == rule


def test_an_unknown_rule_names_the_nearest(client: FlaskClient) -> None:
    answer = client.get("/v1/rules/cheap-on-small-device")
    assert (answer.status_code, answer.json["code"]) == (404, "unknown_rule")
    assert "'cheap-on-small-devices'" in answer.json["detail"]


@pytest.mark.parametrize(
    "path",
    ["/v1/activations", "/v1/activations/relu", "/v1/rules", "/v1/sources", "/openapi.json", "/docs", "/"],
)
def test_what_did_not_change_is_not_sent_again(client: FlaskClient, path: str) -> None:
    tag = client.get(path).headers["ETag"]
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304


def test_health_looks_at_the_process_alone_and_readiness_at_its_parts(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/readyz").json == {"status": "ok", "checks": {"storage": "ok"}}
    broken = Readiness(False, {"storage": "ok", "workers": "none has been seen for 30 s"})
    monkeypatch.setattr(MemoryRecommendations, "ready", lambda _: broken)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["code"]) == (503, "not_ready")
    assert [fault["pointer"] for fault in answer.json["faults"]] == ["/workers"]
    assert client.get("/healthz").json["status"] == "ok"

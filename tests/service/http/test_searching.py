"""The list of recommendations, searched over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

REQUEST = {"task": "regression", "layer_type": "dense", "depth": 3, "compute_budget": "low"}


@pytest.fixture
def listed(post: Callable[..., Any], client: FlaskClient) -> Callable[..., list[str]]:
    """Domains of the entries that a search finds, after three requests."""
    for domain, more in (("wind farms", {}), ("Wind tunnels", {"depth": 4}), ("rain", {"probe": {"seconds": 1}})):
        assert post(REQUEST | {"domain": domain} | more).status_code < 300

    def search(**query: str) -> list[str]:
        found = client.get("/v1/recommendations", query_string=query)
        assert found.status_code == 200, found.text
        return [item["request"]["domain"] for item in found.json["items"]]

    return search


def test_words_must_all_occur_in_any_case(listed: Callable[..., list[str]]) -> None:
    assert listed(q="WIND") == ["Wind tunnels", "wind farms"]
    assert listed(q="wind farms") == ["wind farms"]
    assert listed(q="depth:4") == ["Wind tunnels"]
    assert listed(q="snow") == []


def test_the_status_chooses_among_them(listed: Callable[..., list[str]]) -> None:
    assert listed(status="queued") == ["rain"]
    assert listed(status="complete", q="wind", limit="1") == ["Wind tunnels"]


def test_pages_of_a_search_hold_only_what_is_searched(listed: Callable[..., list[str]], client: FlaskClient) -> None:
    assert listed()
    first = client.get("/v1/recommendations", query_string={"q": "wind", "limit": "1"}).json
    assert first["next"]
    second = client.get("/v1/recommendations", query_string={"q": "wind", "limit": "1", "cursor": first["next"]}).json
    assert [item["request"]["domain"] for item in second["items"]] == ["wind farms"]
    assert second["next"] is None


@pytest.mark.parametrize("query", [{"status": "canceled"}, {"q": ""}, {"q": "x" * 201}])
def test_a_faulty_search_is_refused(client: FlaskClient, query: dict[str, str]) -> None:
    found = client.get("/v1/recommendations", query_string=query)
    assert found.status_code == 400
    assert found.json["faults"]

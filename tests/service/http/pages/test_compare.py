"""Two answers side by side over HTTP: by id, by link, and with repairs for what cannot be compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

LINK = "task=classification&layer_type=conv&depth=8&compute_budget=low"


def compare(client: FlaskClient, a: str, b: str) -> Any:
    return client.get("/compare", query_string={"a": a, "b": b})


@pytest.fixture
def kept(post: Callable[..., Any], four_fields: dict[str, Any]) -> str:
    return str(post(four_fields).json["id"])


def test_without_answers_the_page_says_what_it_takes(client: FlaskClient) -> None:
    found = client.get("/compare")
    assert found.status_code == 200
    assert "Name two answers" in found.text


def test_the_example_of_the_empty_page_works(client: FlaskClient) -> None:
    page = client.get("/compare").text
    start = page.index('href="/compare?a=') + len('href="')
    found = client.get(page[start : page.index('"', start)].replace("&amp;", "&"))
    assert found.status_code == 200
    assert "What the descriptions say differently" in found.text


def test_kept_answers_are_compared_by_their_ids(client: FlaskClient, kept: str) -> None:
    found = compare(client, kept, f" {kept} ")
    assert found.status_code == 200
    assert "They are alike" in found.text
    assert f'href="/recommendations/{kept}"' in found.text


@pytest.mark.parametrize(
    "sent",
    [LINK, f"?{LINK}", f"/?{LINK}", f"http://localhost:8000/?{LINK}", f"{LINK}&probe.seconds=5"],
)
def test_answers_are_compared_by_their_links_and_not_kept(client: FlaskClient, kept: str, sent: str) -> None:
    found = compare(client, kept, sent.replace("depth=8", "depth=9"))
    assert found.status_code == 200
    assert "What the descriptions say differently" in found.text
    assert len(client.get("/v1/recommendations").json["items"]) == 1


@pytest.mark.parametrize("before", ["/recommendations/", "http://localhost/recommendations/", "/v1/recommendations/"])
def test_the_link_of_a_kept_answer_will_do(client: FlaskClient, kept: str, before: str) -> None:
    found = compare(client, kept, f"{before}{kept}")
    assert "They are alike" in found.text


def test_one_side_alone_is_shown_without_a_comparison(client: FlaskClient, kept: str) -> None:
    found = compare(client, kept, "")
    assert found.status_code == 200
    assert "Use relu." in found.text
    assert "What the descriptions say" not in found.text


@pytest.mark.parametrize(
    ("sent", "repair"),
    [
        ("rec_gone", "nothing is kept under rec_gone"),
        ("nonsense", "neither the id of an answer nor the link of one"),
        (LINK.replace("task=classification", "task=clasification"), "did you mean &#39;classification&#39;"),
        (LINK.replace("&depth=8", ""), "/depth"),
        ("a=b", "/a"),
        (LINK + "&depth=8", "given more than once"),
    ],
)
def test_what_cannot_be_compared_is_told_at_its_field_and_kept(
    client: FlaskClient, kept: str, sent: str, repair: str
) -> None:
    found = compare(client, kept, sent)
    assert found.status_code == 422
    assert repair in found.text
    assert 'aria-invalid="true" aria-describedby="faults-b"' in found.text
    assert f'value="{sent.replace("&", "&amp;")}"' in found.text


@pytest.mark.parametrize(
    "typed", ['"><script>alert(1)</script>=', "<b>=1", "\x00=\x00", "=", "&&&", "%", "é=é", "rec_" + "0" * 7_000]
)
def test_anything_else_is_answered_with_a_page(client: FlaskClient, typed: str) -> None:
    found = compare(client, typed, typed)
    assert found.status_code in (200, 422)
    assert "<script>" not in found.text
    assert "<b>" not in found.text


@pytest.mark.parametrize("query", [{"a": "x" * 8_001}, {"c": "1"}, {"a": ["1", "2"]}])
def test_a_query_with_faults_is_refused(client: FlaskClient, query: dict[str, Any]) -> None:
    assert client.get("/compare", query_string=query).status_code == 400

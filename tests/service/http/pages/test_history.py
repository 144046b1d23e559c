"""The list of kept answers over HTTP: newest first, in pages, searchable, and safe."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient


def listed(page: str) -> list[str]:
    return re.findall(r'class="headline"><a href="/recommendations/(rec_\w+)"', page)


@pytest.fixture
def kept(post: Callable[..., Any], four_fields: dict[str, Any]) -> list[str]:
    """Ids of answers that are kept, the newest first."""
    bodies = [{**four_fields, "depth": depth, "domain": f"scans of {depth}"} for depth in range(1, 31)]
    return [post(body).json["id"] for body in bodies][::-1]


def test_nothing_kept_says_how_to_begin(client: FlaskClient) -> None:
    page = client.get("/history").text
    assert "Nothing is kept yet" in page
    assert listed(page) == []


def test_the_newest_come_first_and_older_ones_follow_without_a_gap(client: FlaskClient, kept: list[str]) -> None:
    first = client.get("/history").text
    older = re.search(r'href="(/history\?[^"]*)" rel="next"', first)
    assert older
    second = client.get(older[1].replace("&amp;", "&")).text
    assert listed(first) + listed(second) == kept
    assert 'rel="next"' not in second


def test_a_search_finds_by_words_fields_and_id(client: FlaskClient, kept: list[str]) -> None:
    for query, found in (
        ("q=depth:7", [kept[-7]]),
        ("q=scans+of+7", [kept[-27], kept[-17], kept[-7]]),
        (f"q={kept[3]}", [kept[3]]),
        ("q=depth:7&status=complete&task=classification&layer_type=conv", [kept[-7]]),
        ("task=ranking", []),
        ("status=failed", []),
        ("layer_type=dense", []),
        ("q=%25", []),
    ):
        assert [one for one in listed(client.get(f"/history?{query}").text) if one in found] == found, query
        assert len(listed(client.get(f"/history?{query}").text)) == len(found) or query.startswith("q=scans"), query


@pytest.mark.usefixtures("kept")
def test_the_next_page_keeps_the_search(client: FlaskClient) -> None:
    page = client.get("/history?q=scans").text
    assert re.search(r'href="/history\?q=scans&amp;cursor=[^"]+" rel="next"', page)


def test_what_was_searched_for_stays_in_the_form(client: FlaskClient) -> None:
    page = client.get("/history?q=relu&status=running&task=ranking&layer_type=graph").text
    for part in ('value="relu"', 'value="running" selected', 'value="ranking" selected', 'value="graph" selected'):
        assert part in page
    assert "No kept answer has all of this" in page


def test_a_line_links_to_its_answer_and_to_asking_anew(client: FlaskClient, kept: list[str]) -> None:
    page = client.get("/history?q=depth:7").text
    assert f'href="/recommendations/{kept[-7]}"' in page
    assert 'href="/?task=classification&amp;layer_type=conv&amp;depth=7' in page
    assert f'name="a" value="{kept[-7]}"' in page
    assert "Use relu." in page


def test_a_probe_tells_how_far_it_is(client: FlaskClient, post: Callable[..., Any], probing: dict[str, Any]) -> None:
    post(probing)
    page = client.get("/history").text
    assert "probe waiting" in page
    assert "probe of 5 s" in page


@pytest.mark.parametrize("query", ["cursor=rec_never", "status=done", "task=No", "q=a&q=b", "page=2", "q=" + "x" * 201])
def test_a_query_with_faults_is_refused(client: FlaskClient, query: str) -> None:
    found = client.get(f"/history?{query}")
    assert found.status_code == 400
    assert found.json["code"] == "invalid_query"


@pytest.mark.parametrize("typed", ['"><script>alert(1)</script>', "<b>", "\x00", "{{ 7 * 7 }}", "a:b:c", '"', "\\"])
def test_what_is_typed_or_kept_is_shown_as_text(
    client: FlaskClient, post: Callable[..., Any], four_fields: dict[str, Any], typed: str
) -> None:
    post({**four_fields, "domain": f"x{typed}"})
    for found in (client.get("/history", query_string={"q": typed}), client.get("/history")):
        assert found.status_code == 200
        assert "<script>" not in found.text
        assert "<b>" not in found.text
        assert ">49<" not in found.text

"""The front page: it answers at once, says faults at the fields, and runs nothing inline."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from actwise.contract.reading import read_request
from service.http.examples import REQUESTS
from service.pages.form import permalink

HTMX = {"HX-Request": "true"}
FOUR = {"task": "regression", "layer_type": "dense", "depth": "20", "compute_budget": "medium"}
PAGES = ["/", "/?task=regression", f"/?{urlencode(FOUR)}", f"/signal?{urlencode(FOUR)}"]


def said(part: str) -> dict[str, Any]:
    """What a part of the page says about the fields."""
    block = re.search(r'<script type="application/json" id="said">(.*?)</script>', part)
    assert block is not None
    found: dict[str, Any] = json.loads(block[1])
    return found


def test_the_first_visit_has_a_form_and_an_answer(client: FlaskClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert "Use relu in the hidden layers" in page.text
    for name in ("task", "layer_type", "depth", "compute_budget"):
        assert f'name="{name}"' in page.text


def test_the_address_decides_what_is_answered_and_fills_the_form(client: FlaskClient) -> None:
    text = client.get("/", query_string=FOUR | {"normalization": "batch"}).text
    assert '<option value="regression" selected>' in text
    assert 'value="20"' in text
    assert '<option value="batch" selected>' in text


def test_a_form_sent_without_scripts_gets_a_short_address(client: FlaskClient) -> None:
    sent = FOUR | {"width": "", "prefer": "balanced", "residual": "true", "target.low": ""}
    answer = client.get("/", query_string=sent)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/?{urlencode(FOUR)}&residual=true")
    assert client.get("/", query_string=sent | {"depth": "x"}).status_code == 422
    assert client.get("/", query_string=sent | {"empty_blocks": "1"}).status_code == 200


def test_a_page_keeps_nothing(client: FlaskClient) -> None:
    client.get("/", query_string=FOUR)
    client.get("/advice", query_string=FOUR, headers=HTMX)
    assert client.get("/v1/recommendations").json["items"] == []


@pytest.mark.parametrize("path", PAGES)
def test_nothing_runs_inline_and_nothing_comes_from_elsewhere(client: FlaskClient, path: str) -> None:
    page = client.get(path)
    for tag in re.findall(r"<script[^>]*>", page.text):
        assert tag == '<script type="application/json">' or re.search(r'src="/static/[^"]+" defer', tag), tag
    assert not re.search(r"\s(?:style|on\w+)=", page.text)
    assert "<style" not in page.text
    loaded = re.findall(r'(?:src|<link[^>]*href)="([^"]*)"', page.text)
    assert all(address.startswith("/static/") for address in loaded)
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert page.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", PAGES)
def test_what_the_scripts_read_is_json(client: FlaskClient, path: str) -> None:
    for block in re.findall(r'<script type="application/json">(.*?)</script>', client.get(path).text, re.DOTALL):
        assert json.loads(block)["lines"]


@pytest.mark.parametrize("path", PAGES)
def test_every_field_has_a_label_and_every_id_is_there_once(client: FlaskClient, path: str) -> None:
    text = client.get(path).text
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    for name in ("for", "aria-labelledby"):
        assert set(re.findall(rf'\s{name}="([^"]+)"', text)) <= set(ids)
    described = {one for names in re.findall(r'aria-describedby="([^"]+)"', text) for one in names.split()}
    assert described <= set(ids)


def test_every_link_of_the_answer_to_us_leads_somewhere(client: FlaskClient) -> None:
    text = client.get("/").text
    for address in set(re.findall(r'href="(/[^"#]*)"', text)):
        assert client.get(address.replace("&amp;", "&")).status_code in (200, 301), address


def test_faults_are_told_at_once_in_the_words_of_the_api(client: FlaskClient) -> None:
    sent: dict[str, Any] = {"task": "regresion", "layer_type": "dense", "depth": 0, "compute_budget": "low"}
    page = client.get("/", query_string=sent)
    problem = client.post("/v1/recommendations", json=sent).json
    assert page.status_code == 422
    assert len(problem["faults"]) == 2
    for fault in problem["faults"]:
        message = fault["message"].replace("'", "&#39;")
        place = re.search(rf'id="say{fault["pointer"].replace("/", "-")}"[^>]*>([^<]*)', page.text)
        assert place is not None
        assert place[1] == message
    assert 'value="regresion" selected' in page.text


@pytest.mark.parametrize("typed", ['"><script>alert(1)</script>', "<b>", "{{ 7 * 7 }}", "\x00", "%"])
def test_what_is_typed_is_shown_as_text(client: FlaskClient, typed: str) -> None:
    for path in ("/", "/advice", "/quote", "/signal", f"/recommendations/{typed}"):
        page = client.get(path, query_string=FOUR | {"domain": typed, "depth": typed, typed: "x"})
        assert page.status_code in (404, 422)
        assert "<script>" not in page.text
        assert "<b>" not in page.text
        assert ">49<" not in page.text


def test_a_change_of_the_form_gets_the_answer_alone_and_its_address(client: FlaskClient) -> None:
    part = client.get("/advice", query_string=FOUR | {"width": "", "prefer": "balanced"}, headers=HTMX)
    assert part.headers["HX-Push-Url"] == f"/?{urlencode(FOUR)}"
    assert "<html" not in part.text
    assert 'id="headline"' in part.text
    assert said(part.text)["say-normalization"] == ["taken: none, usual for dense layers", False]


def test_a_faulty_change_leaves_the_address_as_it_was(client: FlaskClient) -> None:
    part = client.get("/advice", query_string=FOUR | {"depth": "x"}, headers=HTMX)
    assert part.status_code == 422
    assert "HX-Push-Url" not in part.headers
    assert said(part.text) == {"say-depth": ["a number is wanted, not text or a truth value", True]}


def test_what_is_behind_a_choice_is_a_part_for_the_script_and_a_page_for_everybody_else(client: FlaskClient) -> None:
    sent = FOUR | {"place": "block-1", "name": "tanh"}
    page, part = client.get("/choice", query_string=sent), client.get("/choice", query_string=sent, headers=HTMX)
    assert "<h1>tanh in this network</h1>" in page.text
    assert "torch.nn.Tanh()" in part.text
    assert "<html" not in part.text
    assert client.get("/choice", query_string=sent | {"name": "no"}).status_code == 404
    assert client.get("/choice", query_string=sent | {"depth": "x"}).status_code == 422


def test_empty_parts_can_be_added_and_say_nothing_by_themselves(client: FlaskClient) -> None:
    page = client.get("/", query_string=FOUR | {"empty_blocks": "2"})
    assert page.status_code == 200
    assert 'name="layers.1.layer_type"' in page.text
    assert client.get("/", query_string=FOUR | {"empty_blocks": "-1"}).status_code == 200


def test_a_probe_in_the_address_is_priced_and_not_run(client: FlaskClient) -> None:
    sent = FOUR | {"depth": "3", "probe.seconds": "5", "probe.data.name": "diabetes"}
    text = client.get("/", query_string=sent).text
    assert 'name="probe.seconds" value="5"' in text
    assert '<option value="diabetes" selected>' in text
    quote = client.get("/quote", query_string=sent, headers=HTMX)
    assert "About" in quote.text
    assert "Start the probe" in quote.text
    assert "<html" not in quote.text
    assert "<html" in client.get("/quote", query_string=sent).text
    assert client.get("/v1/recommendations").json["items"] == []


@pytest.mark.parametrize("changed", [{"probe.data.name": "digts"}, {"probe.seconds": "0"}])
def test_a_probe_that_cannot_be_is_refused_before_it_starts(client: FlaskClient, changed: dict[str, str]) -> None:
    sent = FOUR | {"depth": "3", "probe.seconds": "5", "probe.data.name": "diabetes"} | changed
    page, part = client.get("/quote", query_string=sent), client.get("/quote", query_string=sent, headers=HTMX)
    assert page.status_code == part.status_code == 422
    told = "there is no bundled data set" if "probe.data.name" in changed else "seconds: Input should be"
    assert told in page.text
    assert told in part.text


def test_the_gradient_by_layer_is_a_part_for_the_script_and_a_page_for_everybody_else(client: FlaskClient) -> None:
    sent = FOUR | {"depth": "3", "width": "8"}
    page, part = client.get("/signal", query_string=sent), client.get("/signal", query_string=sent, headers=HTMX)
    assert "<html" in page.text
    assert "<html" not in part.text
    assert 'data-plot="gradient"' in part.text
    assert client.get("/signal", query_string=sent | {"place": "2"}).status_code == 404
    assert client.get("/signal", query_string=sent | {"place": "x"}).status_code == 404


@pytest.mark.parametrize("body", REQUESTS.values(), ids=REQUESTS)
def test_the_page_answers_what_the_api_answers(client: FlaskClient, body: dict[str, Any]) -> None:
    asked = {name: value for name, value in body.items() if name != "probe"}
    answer = client.post("/v1/recommendations", json=asked).json
    page = client.get(permalink(read_request(asked)))
    assert answer["summary"][0].replace("'", "&#39;") in page.text


@pytest.mark.parametrize("path", ["/nowhere", "/recommendations/rec_x"])
def test_people_get_errors_as_pages_and_programs_as_documents(client: FlaskClient, path: str) -> None:
    page = client.get(path, headers={"Accept": "text/html,*/*"})
    assert page.status_code == client.get(path).status_code == 404
    assert page.content_type == "text/html; charset=utf-8"
    assert "<h1>There is no such" in page.text
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert client.get(path).json["code"] == "not_found"


def test_the_api_answers_documents_to_browsers_too(client: FlaskClient) -> None:
    assert client.get("/v1/nothing", headers={"Accept": "text/html"}).json["code"] == "not_found"


def test_pages_are_compressed_for_those_who_read_that(client: FlaskClient) -> None:
    packed = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < 60_000
    assert "Content-Encoding" not in client.get("/").headers

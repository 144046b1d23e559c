"""The atlas and its pages over HTTP: complete, linked, searchable without scripts, and repairing wrong names."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient

from models.activations import catalogue
from rules import RuleSet
from service.http import Services, create_app
from service.http.loading import load_reference


class Balanced(HTMLParser):
    """Fails for elements that are not closed in their order, and for ids given twice."""

    EMPTY = frozenset({"meta", "link", "input", "br", "wbr", "hr", "img"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, tag


def assert_sound(page: str) -> None:
    """Well-formed, nothing inline, nothing from elsewhere."""
    reader = Balanced()
    reader.feed(page)
    assert reader.open == []
    assert len(reader.ids) == len(set(reader.ids))
    assert not re.search(r"<script(?![^>]*\ssrc=)", page)
    assert not re.search(r"\s(?:style|on\w+)=", page)
    loaded = re.findall(r'<(?:script[^>]*src|link[^>]*href|img[^>]*src)="([^"]*)"', page)
    assert all(address.startswith("/static/") for address in loaded)


@pytest.fixture(scope="module")
def shipped() -> FlaskClient:
    """The pages of the catalogue as shipped; no recommendation is asked of it."""
    return create_app(Services(None, load_reference(RuleSet.load()))).test_client()  # type: ignore[arg-type]


def shown(page: str) -> set[str]:
    return set(re.findall(r'class="tile" href="/activations/(\w+)"', page))


def test_the_atlas_shows_every_function(shipped: FlaskClient) -> None:
    page = shipped.get("/activations").text
    assert shown(page) == set(catalogue())
    assert f"All {len(catalogue())} functions." in page
    assert_sound(page)


@pytest.mark.parametrize("name", catalogue())
def test_every_function_has_a_sound_page(shipped: FlaskClient, name: str) -> None:
    found = shipped.get(f"/activations/{name}")
    assert found.status_code == 200
    assert_sound(found.text)
    assert catalogue()[name].title.replace("'", "&#39;") in found.text


@pytest.mark.parametrize("name", ["relu", "gelu", "swiglu", "softmax"])
def test_every_link_of_a_page_leads_somewhere(shipped: FlaskClient, name: str) -> None:
    page = shipped.get(f"/activations/{name}").text
    links = set(re.findall(r'href="(/(?:docs|activations|v1)[^"#]*)', page))
    assert len(links) > 5
    for address in links:
        assert shipped.get(address).status_code == 200, address


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", set(catalogue())),
        ("?q=&role=&cost=&framework=", set(catalogue())),
        ("?q=swish", {"silu", "swish", "hard_swish"}),
        ("?smooth=1&bounded=1&zero_centred=1", {"tanh", "lecun_tanh", "sine"}),
        ("?role=gate&cost=A", {"hard_sigmoid", "hard_tanh"}),
        ("?framework=sklearn&role=hidden", {"identity", "sigmoid", "tanh", "relu"}),
        ("?q=nothing+like+this", set()),
    ],
)
def test_the_form_works_as_a_plain_get(shipped: FlaskClient, query: str, found: set[str]) -> None:
    page = shipped.get(f"/activations{query}").text
    assert shown(page) == found
    assert_sound(page)


def test_what_was_searched_for_stays_in_the_form(shipped: FlaskClient) -> None:
    page = shipped.get("/activations?q=tanh&role=gate&cost=B&framework=jax&smooth=1").text
    for part in ('value="tanh"', 'value="gate" selected', 'value="B" selected', 'value="jax" selected'):
        assert part in page
    assert re.findall(r'name="(\w+)" value="1" checked', page) == ["smooth"]


def test_a_search_does_not_change_the_kept_page(shipped: FlaskClient) -> None:
    before = shipped.get("/activations").text
    shipped.get("/activations?q=tanh")
    assert shipped.get("/activations").text == before


@pytest.mark.parametrize("query", ["?q=" + "x" * 201, "?smooth=2", "?cost=E", "?colour=red", "?q=a&q=b"])
def test_a_query_with_faults_is_refused(shipped: FlaskClient, query: str) -> None:
    assert shipped.get(f"/activations{query}").status_code == 400


@pytest.mark.parametrize(("spelt", "name"), [("SiLU", "silu"), ("hard-swish", "hard_swish"), ("linear", "identity")])
def test_other_spellings_lead_to_the_page(shipped: FlaskClient, spelt: str, name: str) -> None:
    found = shipped.get(f"/activations/{spelt}")
    assert (found.status_code, found.headers["Location"]) == (308, f"/activations/{name}")


@pytest.mark.parametrize(("wrong", "near"), [("geluu", "gelu"), ("softmaxx", "softmax"), ("zzzz", None)])
def test_a_wrong_name_is_a_page_with_the_nearest(shipped: FlaskClient, wrong: str, near: str | None) -> None:
    found = shipped.get(f"/activations/{wrong}")
    assert found.status_code == 404
    assert_sound(found.text)
    assert f"<code>{wrong}</code>" in found.text
    assert (f'<a href="/activations/{near}">' in found.text) == bool(near)


@pytest.mark.parametrize("typed", ['"><script>alert(1)</script>', "<b>", "\x00", "%00", "{{ 7 * 7 }}", "é" * 90])
def test_what_is_typed_is_shown_as_text(shipped: FlaskClient, typed: str) -> None:
    for found in (shipped.get("/activations", query_string={"q": typed}), shipped.get(f"/activations/{typed}")):
        assert found.status_code in (200, 404)
        assert "<script>" not in found.text
        assert "<b>" not in found.text
        assert ">49<" not in found.text


def test_pages_are_guarded_and_known_again(shipped: FlaskClient) -> None:
    first = shipped.get("/activations/gelu")
    assert "default-src 'none'" in first.headers["Content-Security-Policy"]
    assert "unsafe" not in first.headers["Content-Security-Policy"]
    again = shipped.get("/activations/gelu", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_rules_and_networks_that_speak_about_a_function_are_on_its_page(shipped: FlaskClient) -> None:
    page = shipped.get("/activations/gelu").text
    assert all(
        f'href="/docs/rules/{rule.id}"' in page
        for rule in RuleSet.load().cards()
        if rule.role != "output" and "gelu" in {*rule.favours, *rule.against, *(rule.support or {})}
    )
    assert "Whisper" in page
    assert 'href="/docs/sources/hendrycks2016"' in page


def test_signals_through_many_layers_are_measured_on_a_page_of_their_own(shipped: FlaskClient) -> None:
    found = shipped.get("/activations/gelu/signals?depth=4&normalization=batch&residual=1")
    assert found.status_code == 200
    assert_sound(found.text)
    assert "4 dense layers of 128 units, batch normalised, residual paths" in found.text
    assert 'id="signals"' in found.text
    assert "<option selected>4</option>" in found.text


def test_a_depth_that_the_form_does_not_offer_stays_in_it(shipped: FlaskClient) -> None:
    assert "<option selected>5</option>" in shipped.get("/activations/elu/signals?depth=5").text


def test_only_functions_that_stand_alone_offer_to_be_measured(shipped: FlaskClient) -> None:
    for name in catalogue():
        offered = f'action="/activations/{name}/signals"' in shipped.get(f"/activations/{name}").text
        assert offered == (shipped.get(f"/activations/{name}/signals?depth=2").status_code == 200), name


def test_what_cannot_be_measured_leads_back_to_its_page(shipped: FlaskClient) -> None:
    found = shipped.get("/activations/swiglu/signals")
    assert (found.status_code, found.headers["Location"]) == (303, "/activations/swiglu")


@pytest.mark.parametrize("query", ["depth=1", "depth=65", "depth=x", "normalization=some", "residual=2", "width=9"])
def test_a_network_that_cannot_be_is_refused(shipped: FlaskClient, query: str) -> None:
    assert shipped.get(f"/activations/gelu/signals?{query}").status_code == 400


def test_signals_of_a_wrong_name_are_a_page_with_the_nearest(shipped: FlaskClient) -> None:
    found = shipped.get("/activations/geluu/signals")
    assert found.status_code == 404
    assert '<a href="/activations/gelu">' in found.text

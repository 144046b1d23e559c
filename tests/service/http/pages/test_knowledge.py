"""The pages about rules and sources: complete, linked, searchable, and safe against what is typed into the search."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from actwise.contract.evidence import Citation
from rules import RuleSet
from rules.cards import RuleCard
from service.authoring.scoreboard import RuleScore
from service.http import Services, create_app
from service.http.loading import load_reference
from service.http.pages.knowledge import MARKS, grouped

RULES = RuleSet.load()
RULE = "cheap-on-small-devices"
PAGES = ["/docs/rules", "/docs/rules?q=cheap", f"/docs/rules/{RULE}", "/docs/sources", "/docs/sources/he2015"]
MISSING = ["/docs/rules/cheap-on-small-device", "/docs/sources/he2016"]


@pytest.fixture(scope="module")
def shipped() -> FlaskClient:
    """The pages of the rules as shipped; no recommendation is asked of it."""
    return create_app(Services(None, load_reference(RULES))).test_client()  # type: ignore[arg-type]


def card(services: Services, **changes: object) -> RuleCard:
    return services.reference.rules[0].model_copy(update=changes)


def page(services: Services, *rules: RuleCard, **further: object) -> str:
    """The page of the first rule where these are all the rules."""
    reference = replace(services.reference, rules=rules, **further)
    found = create_app(replace(services, reference=reference)).test_client().get(f"/docs/rules/{rules[0].id}")
    assert found.status_code == 200
    return " ".join(found.text.split())


@pytest.mark.parametrize("path", [*PAGES, *MISSING])
def test_the_pages_run_nothing_inline_and_load_nothing_from_elsewhere(client: FlaskClient, path: str) -> None:
    found = client.get(path)
    assert not re.search(r"<script(?![^>]*\ssrc=\"/static/)", found.text)
    assert not re.search(r"\s(?:style|on\w+)=", found.text)
    assert "default-src 'none'" in found.headers["Content-Security-Policy"]
    assert "unsafe" not in found.headers["Content-Security-Policy"]
    assert found.content_type == "text/html; charset=utf-8"


@pytest.mark.parametrize("path", PAGES)
def test_every_link_to_us_leads_somewhere(client: FlaskClient, path: str) -> None:
    for address in set(re.findall(r'href="(/[^"#]*)"', client.get(path).text)):
        answer = client.get(address.replace("&amp;", "&"))
        assert answer.status_code == 200, address
        answer.close()


@pytest.mark.parametrize(("path", "near"), [(MISSING[0], RULE), (MISSING[1], "he2015")])
def test_a_name_that_nobody_has_is_a_page_with_the_nearest_one(client: FlaskClient, path: str, near: str) -> None:
    found = client.get(path)
    assert found.status_code == 404
    assert f'/{near}">{near}</a>' in found.text


@pytest.mark.parametrize("typed", ['"><script>alert(1)</script>', "<b>", "&amp;", "\x00", "%", "{{ 7 * 7 }}"])
def test_what_is_typed_is_shown_as_text(client: FlaskClient, typed: str) -> None:
    for found in (client.get("/docs/rules", query_string={"q": typed}), client.get(f"/docs/rules/{typed}")):
        assert found.status_code in (200, 404)
        assert "<script>" not in found.text
        assert "<b>" not in found.text
        assert ">49<" not in found.text


@pytest.mark.parametrize("query", [{"q": "x" * 201}, {"words": "relu"}, {"q": ["a", "b"]}])
def test_a_query_with_faults_is_refused(client: FlaskClient, query: dict[str, object]) -> None:
    found = client.get("/docs/rules", query_string=query)
    assert found.status_code == 400
    assert found.json["code"] == "invalid_query"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, 1),
        ({"q": "", "role": "", "cause": ""}, 1),
        ({"q": "CHEAP  comparison"}, 1),
        ({"q": "delving"}, 1),
        ({"q": "cheap sigmoid"}, 0),
        ({"role": "hidden"}, 1),
        ({"role": "gate"}, 0),
        ({"role": "nothing"}, 0),
        ({"cause": "cost"}, 1),
        ({"q": "cheap", "cause": "capacity"}, 0),
        ({"mark": "documented"}, 1),
        ({"mark": "measured"}, 0),
        ({"mark": "refuted"}, 0),
        ({"mark": "nothing"}, 1),
    ],
)
def test_a_search_finds_the_rules_in_which_all_words_occur(
    client: FlaskClient, query: dict[str, str], found: int
) -> None:
    text = client.get("/docs/rules", query_string=query).text
    assert f"{found} of 1 rules" in text
    assert (f'href="/docs/rules/{RULE}"' in text) == bool(found)


def test_what_was_searched_for_stays_in_the_form(client: FlaskClient) -> None:
    text = client.get("/docs/rules?q=relu&role=gate").text
    assert 'value="relu"' in text
    assert '<option value="gate" selected>' in text


def test_the_list_is_not_changed_by_a_search_before_it(client: FlaskClient) -> None:
    before = client.get("/docs/rules").text
    client.get("/docs/rules?q=nothing")
    assert client.get("/docs/rules").text == before


def test_rules_stand_by_role_and_cause_in_their_usual_order(services: Services) -> None:
    kinds = [("output", "capacity"), ("hidden", "capacity"), ("hidden", "dead_units"), ("output", "capacity")]
    rules = [card(services, id=str(place), role=role, cause=cause) for place, (role, cause) in enumerate(kinds)]
    found = [(role, cause, [rule.id for rule in group]) for role, cause, group in grouped(rules)]
    assert found == [
        ("hidden", "dead_units", ["2"]),
        ("hidden", "capacity", ["1"]),
        ("output", "capacity", ["0", "3"]),
    ]


def test_every_rule_and_source_that_is_shipped_has_a_page_with_all_it_rests_on(shipped: FlaskClient) -> None:
    for rule in RULES.cards():
        found = shipped.get(f"/docs/rules/{rule.id}")
        assert found.status_code == 200, rule.id
        links = set(re.findall(r'href="([^"]+)"', found.text))
        assert {f"/docs/sources/{one.source}" for one in rule.citations} <= links
        assert {f"/docs/rules/{other}" for other in rule.contested_by} <= links
        assert all(f">{claim}</th>" in found.text for claim in rule.carries)
    for source in RULES.source_cards():
        found = shipped.get(f"/docs/sources/{source.key}")
        assert found.status_code == 200, source.key
        assert {f"/docs/rules/{name}" for name in source.rules} <= set(re.findall(r'href="([^"]+)"', found.text))


def test_the_list_and_the_bibliography_name_everything(shipped: FlaskClient) -> None:
    rules, sources = shipped.get("/docs/rules").text, shipped.get("/docs/sources").text
    assert all(f'"/docs/rules/{rule.id}"' in rules for rule in RULES.cards())
    assert all(f'"/docs/sources/{one.key}"' in sources for one in RULES.source_cards())


def test_a_verdict_is_shown_with_its_interval(shipped: FlaskClient) -> None:
    verified = next(rule for rule in RULES.cards() if rule.verification and len(rule.verification.seeds) > 1)
    assert verified.verification is not None
    text = shipped.get(f"/docs/rules/{verified.id}").text
    ends = f"{verified.verification.low:+.3g} to {verified.verification.high:+.3g}"
    assert ends.replace("-", "−") in text
    assert verified.verification.verdict.replace("_", " ") in text


def test_a_refuted_claim_is_shown_as_such(services: Services) -> None:
    verdict = next(rule.verification for rule in RULES.cards() if rule.verification)
    text = page(services, card(services, verification=verdict.model_copy(update={"verdict": "refuted"})))
    assert ": refuted" in text
    assert "keeps a quarter of its size" in text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "yes, in full"),
        ({"multiplier": 0.25}, "yes, times 0.25"),
        ({"multiplier": 0.0}, "yes, times 0 "),
        ({"counts": False}, "the table behind it is counted"),
        ({"excludes": True, "mean": None, "sd": None, "counts": False}, "by removing candidates"),
        (
            {"kind": "practice", "support": {"relu": 0.5}, "mean": None, "sd": None, "counts": False},
            '<a href="/activations/relu">relu</a> 50 %',
        ),
        ({"unverified": True}, "nobody has read a text"),
        ({"experiment": "gradient-ratio"}, "has not been run"),
        ({"contested": True}, "sources that disagree"),
        ({"caution": "a < b"}, "a &lt; b"),
        ({"carries": ("H01",)}, "H01"),
        ({"citations": (Citation(source="he2015", title="Delving deep", where="Table 2"),)}, ", Table 2"),
    ],
    ids=str,
)
def test_a_rule_tells_whether_and_how_it_counts(services: Services, changes: dict[str, object], words: str) -> None:
    assert words in page(services, card(services, **changes))


def test_opponents_are_linked_from_both_sides(services: Services) -> None:
    one, other = card(services, contested=True, contested_by=("other",)), card(services, id="other")
    assert '/docs/rules/other">' in page(services, one, other)
    assert f'/docs/rules/{RULE}">' in page(services, other, one)


def test_how_a_rule_fares_against_networks_and_tables_is_shown(services: Services) -> None:
    score = RuleScore(networks=7, favoured=5, opposed=0, tables=3, agreeing=2)
    text = page(services, card(services), scores=lambda: {RULE: score})
    assert "7, of which 5 use what it is for" in text
    assert "what it is against" not in text
    assert "3, of which 2 agree" in text
    assert "No fair test" not in page(services, card(services))


@pytest.mark.parametrize("mark", MARKS)
def test_rules_can_be_asked_for_by_kind_and_verdict(shipped: FlaskClient, mark: str) -> None:
    text = shipped.get(f"/docs/rules?mark={mark}").text
    wanted = {rule.id for rule in RULES.cards() if MARKS[mark][1](rule)}
    assert set(re.findall(r'<li><a href="/docs/rules/([^"]+)"', text)) == wanted
    assert f"{len(wanted)} of {len(RULES.cards())} rules" in text
    assert wanted or mark == "refuted"


def test_a_rule_links_the_functions_that_it_speaks_about(shipped: FlaskClient) -> None:
    cards = (one for one in RULES.cards() if one.role == "hidden" and one.kind == "documented" and one.favours)
    rule = next(one for one in cards if one.verification is None)
    links = set(re.findall(r'href="/activations/(\w+)"', shipped.get(f"/docs/rules/{rule.id}").text))
    assert links == {*rule.favours, *rule.against}


def test_rules_of_heads_link_no_functions(shipped: FlaskClient) -> None:
    rule = next(one for one in RULES.cards() if one.role == "output" and one.favours)
    assert "/activations/" not in shipped.get(f"/docs/rules/{rule.id}").text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, 1),
        ({"q": "DELVING deep"}, 1),
        ({"q": "2015"}, 1),
        ({"q": "he2016"}, 0),
        ({"read": "full"}, 1),
        ({"read": "abstract"}, 0),
        ({"q": "deep", "read": "full"}, 1),
        ({"read": "nothing"}, 0),
    ],
)
def test_sources_are_found_by_words_and_by_how_much_was_read(
    client: FlaskClient, query: dict[str, str], found: int
) -> None:
    text = client.get("/docs/sources", query_string=query).text
    assert f"{found} of 1 sources" in text
    assert ('href="/docs/sources/he2015"' in text) == bool(found)


def test_a_source_links_the_functions_that_lean_on_it(client: FlaskClient) -> None:
    text = client.get("/docs/sources/he2015").text
    assert 'href="/activations/relu"' in text
    assert "1 for" in text

"""The scoreboard over HTTP: the list, on each rule, and on its page."""

from __future__ import annotations

from dataclasses import replace

from flask.testing import FlaskClient

from actwise.contract.evidence import Effect
from service.http import Services, create_app
from service.learning.agreement import Agreement, Scoreboard


def _client(services: Services, **changes: object) -> tuple[FlaskClient, str]:
    """An application where probes tested the first rule."""
    rule = services.reference.rules[0]
    fields = {"rule": rule.id, "cause": rule.cause, "because": rule.because, "tasks": 9, "here": 2, "decided": 4}
    more = {"agreeing": 3, "share": 0.75, "low": 0.36, "high": 0.94, "lead": Effect(mean=2.5, low=-0.5, high=5.5)}
    board = Scoreboard(items=(Agreement.model_validate(fields | more | changes),), shipped=7, here=2)
    return create_app(replace(services, board=lambda: board)).test_client(), rule.id


def test_the_list_tells_of_every_rule_that_was_tested(services: Services) -> None:
    client, rule = _client(services)
    found = client.get("/v1/scoreboard")
    assert found.status_code == 200
    assert found.json is not None
    assert (found.json["shipped"], found.json["here"]) == (7, 2)
    assert found.json["items"][0]["rule"] == rule


def test_a_rule_tells_how_often_it_was_right(services: Services) -> None:
    client, rule = _client(services)
    found = client.get(f"/v1/rules/{rule}").json
    assert found is not None
    assert found["agreement"]["agreeing"] == 3


def test_the_list_tells_the_same_of_each_rule_as_its_own_page(services: Services) -> None:
    client, rule = _client(services)
    items = {one["id"]: one for one in client.get("/v1/rules").json["items"]}  # type: ignore[index]
    assert items[rule] == client.get(f"/v1/rules/{rule}").json
    assert [name for name, one in items.items() if one["agreement"]] == [rule]


def test_the_list_follows_the_scoreboard(services: Services) -> None:
    rule = services.reference.rules[0]
    boards = [Scoreboard(items=(), shipped=0, here=0)]
    client = create_app(replace(services, board=lambda: boards[-1])).test_client()
    before = client.get("/v1/rules")
    assert client.get("/v1/rules", headers={"If-None-Match": before.headers["ETag"]}).status_code == 304
    tested = {"rule": rule.id, "cause": rule.cause, "because": rule.because, "tasks": 1, "here": 1, "decided": 0}
    more = {"agreeing": 0, "share": None, "low": 0.0, "high": 1.0, "lead": None}
    boards.append(Scoreboard(items=(Agreement.model_validate(tested | more),), shipped=0, here=1))
    after = client.get("/v1/rules", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert after.json["items"][0]["agreement"]["tasks"] == 1  # type: ignore[index]


def test_a_rule_that_nothing_tested_says_so(services: Services) -> None:
    client, _ = _client(services, rule="another")
    found = client.get(f"/v1/rules/{services.reference.rules[0].id}").json
    assert found is not None
    assert found["agreement"] is None


def test_the_page_of_a_rule_shows_its_agreement(services: Services) -> None:
    client, rule = _client(services)
    text = " ".join(client.get(f"/docs/rules/{rule}").text.split())
    assert "9, 2 of them here" in text
    assert "4, of which 3 agree: 75 %, 90 % interval 36 to 94 %" in text
    assert "+2.5 points" in text


def test_the_page_of_a_rule_that_nothing_decided_names_no_share(services: Services) -> None:
    client, rule = _client(services, decided=0, agreeing=0, share=None, lead=None)
    text = client.get(f"/docs/rules/{rule}").text
    assert "Decided beyond noise" in text
    assert "agree:" not in text


def test_without_probes_the_board_is_empty(client: FlaskClient) -> None:
    assert client.get("/v1/scoreboard").json == {"items": [], "shipped": 0, "here": 0}


def test_an_unknown_parameter_is_refused(client: FlaskClient) -> None:
    assert client.get("/v1/scoreboard?rule=x").status_code == 400

"""Pages of callers' own races: nothing to begin with, a race as it goes on, its end, and what is refused."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from actwise.contract.race import RaceState, RaceTask
from service.http import Services, create_app
from service.races.stored import StoredRaces
from tests.service.http.test_races import RACE
from tests.service.races.simulated import accuracy

HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def app(services: Services, races: StoredRaces) -> Flask:
    return create_app(replace(services, races=races))


def send(client: FlaskClient, path: str, body: Any) -> Any:
    return client.post(path, data=json.dumps(body), content_type="application/json").json


@pytest.fixture
def identifier(client: FlaskClient) -> str:
    return str(send(client, "/v1/races", RACE)["id"])


def train_all(client: FlaskClient, identifier: str) -> RaceState:
    while (work := send(client, f"/v1/races/{identifier}/ask", {"tasks": 100}))["do"] == "train":
        for task in work["tasks"]:
            value = accuracy(RaceTask.model_validate(task))
            send(client, f"/v1/races/{identifier}/tell", {"task": task["id"], "value": value})
    return RaceState.model_validate_json(client.get(f"/v1/races/{identifier}").data)


def test_without_a_race_the_list_says_how_to_make_one(client: FlaskClient) -> None:
    page = client.get("/races").text
    assert "No race yet" in page
    assert 'href="/races" aria-current="page"' in page


def test_a_service_that_keeps_no_races_does_not_lead_there(services: Services) -> None:
    client = create_app(services).test_client()
    assert client.get("/races").status_code == 404
    assert 'href="/races"' not in client.get("/history").text


def test_an_unknown_race_is_not_found(client: FlaskClient) -> None:
    assert client.get("/races/race_x").status_code == 404
    assert client.post("/races/race_x/cancel", headers=HERE).status_code == 404


def test_a_race_that_waits_for_trainers_says_how_to_start_one(client: FlaskClient, identifier: str) -> None:
    page = client.get(f"/races/{identifier}").text
    assert "Nobody is training" in page
    assert f'hx-get="/races/{identifier}/standing"' in page


def test_who_trains_what_is_told_as_text(client: FlaskClient, identifier: str) -> None:
    send(client, f"/v1/races/{identifier}/ask", {"trainer": "<script>alert(1)</script>"})
    page = client.get(f"/races/{identifier}").text
    assert "In training now" in page
    assert "<script>alert" not in page


def test_an_ended_race_shows_who_left_and_asks_no_more(client: FlaskClient, identifier: str) -> None:
    state = train_all(client, identifier)
    page = client.get(f"/races/{identifier}").text
    assert state.summary[0] in page
    assert "hx-trigger" not in page
    for entry in state.standing.entries:
        assert re.search(rf'<tr class="{entry.status}"><th scope="row">{entry.candidate}', page)
    assert f"/races/{identifier}" in client.get("/races").text


def test_the_changing_part_is_no_page_of_its_own(client: FlaskClient, identifier: str) -> None:
    part = client.get(f"/races/{identifier}/standing", headers={"HX-Request": "true"}).text
    assert part.count("<section id") == 1
    assert "<html" not in part
    assert client.get(f"/races/{identifier}/standing").headers["Location"].endswith(f"/races/{identifier}")


def test_a_race_is_cancelled_from_its_page_and_from_no_other_site(client: FlaskClient, identifier: str) -> None:
    assert client.post(f"/races/{identifier}/cancel", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post(f"/races/{identifier}/cancel", headers=HERE).status_code == 303
    assert client.get(f"/v1/races/{identifier}").json["status"] == "cancelled"
    assert client.post(f"/races/{identifier}/cancel", headers=HERE).status_code == 303


def test_older_races_follow_without_a_gap(client: FlaskClient) -> None:
    made = [str(send(client, "/v1/races", RACE)["id"]) for _ in range(22)]
    first = client.get("/races").text
    older = re.search(r'href="(/races\?[^"]*)" rel="next"', first)
    assert older
    found = re.findall(r'class="headline"><a href="/races/(\w+)"', first + client.get(older[1]).text)
    assert found == made[::-1]


def test_a_cursor_that_was_never_given_is_refused(client: FlaskClient) -> None:
    assert client.get("/races?cursor=nonsense").status_code == 400

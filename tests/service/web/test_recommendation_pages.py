"""Kept answers: the forms that keep, start and cancel are ours alone, and the page follows the probe."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from flask.testing import FlaskClient

from actwise.contract.answer import ProbeReport, Race, RaceEntry, Recommendation
from service.http.memory import MemoryRecommendations
from tests.service.web.conftest import OURS

HTMX = {"HX-Request": "true"}
FOUR = {"task": "classification", "layer_type": "dense", "depth": "3", "compute_budget": "low"}
PROBE = FOUR | {"probe.seconds": "5"}
RACE = Race(
    subject="dense",
    metric="accuracy",
    rungs=(20, 80),
    entries=(
        RaceEntry(candidate="relu", status="in_group", learning_rate=0.01, seeds=2, score=0.9, difference=None),
        RaceEntry(
            candidate="sine", status="dropped", learning_rate=0.01, seeds=2, score=0.2, difference=None, dropped_at=0
        ),
    ),
    network_steps=100,
    stopped="running",
)


def kept(client: FlaskClient, sent: Mapping[str, str]) -> str:
    """The path of the page that a form leads to."""
    answer = client.post("/recommendations", data=sent, headers=OURS)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def report(store: MemoryRecommendations, path: str, **changes: object) -> None:
    """What a worker would tell."""
    stored = store.find(path.rpartition("/")[2])
    assert stored is not None
    store.replace(Recommendation.model_validate_json(stored.body).model_copy(update=changes))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
    ],
)
def test_forms_of_other_sites_are_refused(client: FlaskClient, headers: dict[str, str]) -> None:
    path = kept(client, PROBE)
    assert client.post("/recommendations", data=FOUR, headers=headers).status_code == 403
    assert client.post(f"{path}/cancel", headers=headers).status_code == 403
    assert client.get(f"/v1{path}").json["status"] == "queued"


@pytest.mark.parametrize("headers", [OURS, {"Origin": "http://localhost"}])
def test_our_own_forms_are_taken(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.post("/recommendations", data=FOUR, headers=headers).status_code == 303


def test_an_answer_that_is_kept_has_a_page_with_its_form_filled_in(client: FlaskClient) -> None:
    path = kept(client, FOUR | {"residual": "true"})
    page = client.get(path)
    assert page.status_code == 200
    assert "Kept as" in page.text
    assert '<option value="true" selected>yes</option>' in page.text
    assert client.get(f"/v1{path}").json["status"] == "complete"
    assert kept(client, FOUR | {"residual": "true"}) == path


def test_what_is_behind_a_kept_choice_comes_from_the_kept_answer(client: FlaskClient) -> None:
    path = kept(client, FOUR)
    assert f'hx-get="{path}/choice?place=block-1&amp;name=' in client.get(path).text
    assert "Back to the answer" in client.get(f"{path}/choice?place=block-1&name=relu").text
    assert client.get(f"{path}/choice?place=block-9&name=relu").status_code == 404


def test_faults_of_a_posted_form_are_shown_in_the_form(client: FlaskClient) -> None:
    page = client.post("/recommendations", data=FOUR | {"depth": "0"}, headers=OURS)
    assert page.status_code == 422
    assert 'id="say-depth"' in page.text


def test_a_running_probe_is_followed_until_its_answer_takes_the_place(
    client: FlaskClient, store: MemoryRecommendations
) -> None:
    path = kept(client, PROBE)
    page = client.get(path).text
    assert "The probe waits for a worker" in page
    assert f'hx-get="{path}/progress" hx-trigger="every 1s"' in page
    assert '<noscript><meta http-equiv="refresh"' in page
    probe = ProbeReport(network_steps_budget=1_000, network_steps_done=400, progress=0.4, races=(RACE,))
    report(store, path, status="running", probe=probe)
    part = client.get(f"{path}/progress", headers=HTMX)
    assert 'value="40"' in part.text
    assert "still racing" in part.text
    assert "HX-Retarget" not in part.headers
    done = probe.model_copy(update={"progress": 1.0, "data": "digits", "races": ()})
    report(store, path, status="complete", probe=done)
    last = client.get(f"{path}/progress", headers=HTMX)
    assert last.headers["HX-Retarget"] == "#answer"
    assert "What the probe measured" in last.text
    assert "every 1s" not in last.text
    assert "every 1s" not in client.get(path).text


def test_a_probe_can_be_cancelled_twice_and_started_again(client: FlaskClient) -> None:
    path = kept(client, PROBE)
    for _ in range(2):
        part = client.post(f"{path}/cancel", headers=OURS | HTMX)
        assert "The probe was cancelled" in part.text
        assert part.headers["HX-Retarget"] == "#answer"
    assert client.post(f"{path}/cancel", headers=OURS).headers["Location"] == path
    assert kept(client, PROBE) == path
    assert "waits for a worker" in client.get(path).text


def test_cancelling_what_is_done_shows_what_it_found(client: FlaskClient, store: MemoryRecommendations) -> None:
    path = kept(client, PROBE)
    report(store, path, status="complete", probe=ProbeReport(network_steps_budget=10, data="digits"))
    assert "What the probe measured" in client.post(f"{path}/cancel", headers=OURS | HTMX).text


def test_a_probe_that_was_refused_or_failed_says_so(client: FlaskClient, store: MemoryRecommendations) -> None:
    path = kept(client, PROBE)
    report(store, path, status="complete", probe=ProbeReport(network_steps_budget=1, refused="no such data"))
    assert "No probe was run: no such data" in client.get(path).text
    report(store, path, status="failed")
    assert "The probe failed" in client.get(path).text


def test_when_no_more_probes_are_taken_the_page_says_so(client: FlaskClient) -> None:
    kept(client, PROBE)
    kept(client, PROBE | {"depth": "4"})
    full = client.post("/recommendations", data=PROBE | {"depth": "5"}, headers={**OURS, "Accept": "text/html"})
    assert full.status_code == 429
    assert "<h1>Too many probes are waiting</h1>" in full.text
    assert int(full.headers["Retry-After"]) >= 1


@pytest.mark.parametrize("path", ["", "/progress", "/cancel"])
def test_what_nobody_kept_is_not_there(client: FlaskClient, path: str) -> None:
    send = client.post if path == "/cancel" else client.get
    assert send(f"/recommendations/rec_nothing{path}", headers=OURS | HTMX).status_code == 404

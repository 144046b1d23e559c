"""The HTTP client against a real server: typed answers, and errors that say how to mend things."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from itertools import islice
from typing import Any
from uuid import UUID

import pytest
import requests
from flask import Flask

import actwise
from actwise.client import Client
from actwise.contract.answer import Recommendation
from actwise.contract.faults import ContractError
from actwise.contract.request import TaskDescription
from actwise.errors import RefusedError, UnreachableError, WaitTimeoutError
from actwise.testing import wsgi_client

FIELDS = {"task": "classification", "layer_type": "conv", "depth": 8, "compute_budget": "low"}


@pytest.fixture
def client(server_url: str) -> Client:
    return Client(server_url)


def test_fields_and_a_whole_request_get_the_same_answer(client: Client) -> None:
    assert client.recommend(**FIELDS) == client.recommend(TaskDescription(**FIELDS))


def test_fields_beside_a_whole_request_replace_its_own(client: Client) -> None:
    answer = client.recommend(TaskDescription(**FIELDS), depth=3, allow=["mish"])
    assert (answer.request.layer_type, answer.request.depth, answer.request.allow) == ("conv", 3, ("mish",))


def test_a_stored_answer_can_be_read_again(client: Client) -> None:
    answer = client.recommend(**FIELDS)
    assert client.get(answer.id) == answer


def test_a_contradiction_is_refused_before_anything_is_sent() -> None:
    nowhere = Client("http://127.0.0.1:9")
    with pytest.raises(ContractError):
        nowhere.recommend(**FIELDS, target={"mean": 1.0})


def test_a_network_gets_its_diagnosis_and_a_text_that_is_none_is_refused(client: Client) -> None:
    assert client.diagnose(text="layers: [dense 3 softmax]", context={"loss": "CrossEntropyLoss"}).findings
    with pytest.raises(RefusedError, match="neither"):
        client.diagnose(text="what should I use?")
    with pytest.raises(ContractError):
        client.diagnose()


def test_what_the_server_refuses_carries_its_problem_document(client: Client) -> None:
    with pytest.raises(RefusedError) as caught:
        client.get("rec_00000000000000000000")
    assert caught.value.problem.status == 404


def test_a_refusal_of_the_service_names_every_faulty_field(client: Client) -> None:
    with pytest.raises(RefusedError) as caught:
        client.recommend(**FIELDS, deployment={"operators": []})
    assert [fault.pointer for fault in caught.value.problem.faults] == ["/deployment/operators"]
    assert "/deployment/operators" in str(caught.value)


def test_no_server_gives_an_error_that_names_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("actwise.transport.time.sleep", lambda _seconds: None)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(UnreachableError, match=url):
        Client(url, timeout=1).recommend(**FIELDS)


def test_a_probe_is_queued_with_the_instant_answer_inside_and_can_be_cancelled(client: Client) -> None:
    answer = client.recommend(**FIELDS, probe={"seconds": 5}, key="client-test-1")
    assert answer.status == "queued"
    assert answer.hidden[0].ranking
    seen = []
    with pytest.raises(WaitTimeoutError):
        client.wait(answer.id, timeout=0.05, on_progress=seen.append, interval=0.02)
    assert seen
    assert client.cancel(answer.id).status == "cancelled"
    assert client.wait(answer.id).status == "cancelled"


def test_the_catalogue_is_readable(client: Client) -> None:
    assert client.read("/v1/activations/gelu")["name"] == "gelu"


def test_a_probe_gets_a_new_key_at_each_call_and_what_needs_none_gets_none(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = []

    def noted(self: Client, method: str, path: str, **options: Any) -> requests.Response:
        keys.append(options.get("headers", {}).get("Idempotency-Key"))
        return sending(self, method, path, **options)

    sending = Client._send
    monkeypatch.setattr(Client, "_send", noted)
    for _ in range(2):
        queued = wsgi_client(app).recommend(**FIELDS, probe={"seconds": 7})
    wsgi_client(app).recommend(**FIELDS)
    wsgi_client(app).recommend(**FIELDS, key="mine")
    wsgi_client(app).cancel(queued.id)
    made = keys[:2]
    assert all(UUID(key).version == 4 for key in made)
    assert made[0] != made[1]
    assert keys[2:4] == [None, "mine"]


def test_a_service_that_restarts_is_waited_for(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = wsgi_client(app)
    answer = client.recommend(**FIELDS)
    failures = iter([UnreachableError("gone"), UnreachableError("gone"), None])

    def flaky(identifier: str) -> Recommendation:
        failure = next(failures)
        if failure:
            raise failure
        return Client.get(client, identifier)

    monkeypatch.setattr(client, "get", flaky)
    assert client.wait(answer.id).status == "complete"


def test_a_service_that_stays_away_is_told_when_time_is_up(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = wsgi_client(app)

    def gone(_identifier: str) -> Recommendation:
        raise UnreachableError("gone")

    monkeypatch.setattr(client, "get", gone)
    with pytest.raises(UnreachableError):
        client.wait("rec_x", timeout=0.0)


def test_the_history_is_searched_by_words_and_fields(app: Flask) -> None:
    client = wsgi_client(app)
    own = client.recommend(**FIELDS, domain="Sentinel-2 Wolken", deployment={"int8": True})
    assert next(client.history()).id == own.id
    assert [entry.id for entry in client.history("wolken", "SENTINEL-2")] == [own.id]
    assert [entry.id for entry in client.history("wolken", deployment__int8=True, status="complete")] == [own.id]
    assert list(client.history("wolken", depth=7)) == []
    assert list(client.history("wolken", status="queued")) == []
    assert list(client.history("wolken", status="no such status")) == []


def test_pages_of_the_history_are_fetched_as_they_are_wanted(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = wsgi_client(app)
    for depth in range(1, 120):
        client.recommend(**FIELDS | {"depth": depth, "layer_type": "dense"}, domain="pages")
    fetched = []
    sending = client._send
    monkeypatch.setattr(client, "_send", lambda *args, **options: fetched.append(1) or sending(*args, **options))
    assert len(list(islice(client.history("pages"), 100))) == 100
    assert len(fetched) == 1
    assert len(list(client.history("pages"))) == 119


def test_a_bar_is_drawn_only_where_somebody_looks(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    client = wsgi_client(app)
    answer = client.recommend(**FIELDS)
    assert client.wait(answer.id, progress=True) == answer
    assert capsys.readouterr().err == ""


def test_importing_the_package_imports_nothing_of_weight() -> None:
    code = (
        "import sys, actwise\n"
        "heavy = {'pydantic', 'requests', 'rich', 'typer', 'numpy', 'pandas', 'torch'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
        "from actwise import Client\n"
        "assert Client is __import__('actwise.client').client.Client\n"
        "assert not {'rich', 'typer', 'numpy', 'pandas', 'html'} & set(sys.modules)\n"
        "assert set(actwise.__all__) <= set(dir(actwise))\n"
        "assert all(getattr(actwise, name) for name in actwise.__all__)\n"
    )
    env = os.environ | {"PYTHONPATH": "client"}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_an_unknown_name_of_the_package_is_told_as_usual() -> None:
    with pytest.raises(AttributeError, match="'actwise' has no attribute 'Clinet'"):
        _ = actwise.Clinet

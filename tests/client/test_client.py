"""The HTTP client against a real server: typed answers, and errors that say how to mend things."""

from __future__ import annotations

import socket

import pytest

from actwise.client import Client
from actwise.contract.faults import ContractError
from actwise.contract.request import TaskDescription
from actwise.errors import RefusedError, UnreachableError, WaitTimeoutError

FIELDS = {"task": "classification", "layer_type": "conv", "depth": 8, "compute_budget": "low"}


@pytest.fixture
def client(server_url: str) -> Client:
    return Client(server_url)


def test_fields_and_a_whole_request_get_the_same_answer(client: Client) -> None:
    assert client.recommend(**FIELDS) == client.recommend(TaskDescription(**FIELDS))


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


def test_no_server_gives_an_error_that_names_the_address() -> None:
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

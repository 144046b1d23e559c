"""Data sets over HTTP: kept under a hash, refused with the reason, and never half kept."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient

from service.datasets.memory import MemoryDatasets
from service.datasets.port import InUseError, Limits
from service.http import Services, create_app

CSV = ("size,colour,price\n" + "".join(f"{i},{'rgb'[i % 3]},{i * i}\n" for i in range(30))).encode()

Send = Callable[..., Any]


@pytest.fixture
def send(client: FlaskClient) -> Send:
    """Send the bytes of a file."""

    def post(content: bytes, kind: str = "application/octet-stream", **query: str) -> Any:
        return client.post("/v1/datasets", data=content, content_type=kind, query_string=query)

    return post


def npz(**arrays: Any) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def test_a_data_set_is_kept_once_whatever_it_is_called(send: Send, client: FlaskClient) -> None:
    first = send(CSV, "text/csv", name="houses.csv")
    assert (first.status_code, first.json["name"]) == (201, "houses.csv")
    assert first.headers["Location"] == f"/v1/datasets/{first.json['id']}"
    again = send(CSV, name="other.csv")
    assert (again.status_code, again.json) == (200, first.json)
    assert client.get("/v1/datasets").json["items"] == [first.json]


def test_what_is_known_of_a_data_set_can_be_read_and_its_content_cannot(send: Send, client: FlaskClient) -> None:
    made = send(CSV).json
    found = client.get(f"/v1/datasets/{made['id']}").json
    assert found["facts"]["rows"] == 30
    kinds = [(column["name"], column["kind"], column["high"]) for column in found["facts"]["columns"]]
    assert kinds == [("size", "numbers", 29.0), ("colour", "words", None), ("price", "numbers", 841.0)]
    assert "content" not in found


def test_a_deleted_data_set_is_gone_and_can_be_sent_again(send: Send, client: FlaskClient) -> None:
    path = send(CSV).headers["Location"]
    assert client.delete(path).status_code == 204
    for answer in (client.get(path), client.delete(path)):
        assert (answer.status_code, answer.json["code"]) == (404, "unknown_dataset")
    assert send(CSV).status_code == 201


def test_pages_follow_each_other(send: Send, client: FlaskClient) -> None:
    for number in range(3):
        send(CSV + f"{number},r,1\n".encode())
    first = client.get("/v1/datasets?limit=2").json
    second = client.get("/v1/datasets", query_string={"limit": 2, "cursor": first["next"]}).json
    assert (len(first["items"]), len(second["items"]), second["next"]) == (2, 1, None)
    assert client.get("/v1/datasets?cursor=never-given").status_code == 400


@pytest.mark.parametrize(
    ("content", "kind", "status", "code"),
    [
        (b"", "text/csv", 400, "empty_data"),
        (CSV, "application/json", 415, "unsupported_data_type"),
        (CSV, "multipart/form-data", 415, "unsupported_data_type"),
        (CSV, "application/vnd.apache.parquet", 422, "unusable_data"),
        (npz(x=np.ones((30, 2)), y=np.ones(30)), "text/csv", 422, "unusable_data"),
        (b"a,b\n1,2\n", "text/csv", 422, "unusable_data"),
        (b"\x00" * 500, "application/octet-stream", 422, "unusable_data"),
    ],
)
def test_what_cannot_be_kept_is_a_problem_and_leaves_nothing(
    send: Send, client: FlaskClient, content: bytes, kind: str, status: int, code: str
) -> None:
    answer = send(content, kind)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert answer.content_type == "application/problem+json"
    assert client.get("/v1/datasets").json["items"] == []


def test_an_unusable_data_set_carries_the_code_of_what_is_wrong(send: Send) -> None:
    fault = send(b"a,a\n" + b"1,2\n" * 30).json["faults"][0]
    assert fault["code"] == "duplicate_columns"
    assert "'a'" in fault["message"]


def test_a_compressed_body_is_refused(client: FlaskClient) -> None:
    answer = client.post("/v1/datasets", data=CSV, content_type="text/csv", headers={"Content-Encoding": "gzip"})
    assert answer.status_code == 415


@pytest.mark.parametrize("name", ["a/b.csv", "a\nb", "x" * 201, ""])
def test_a_name_that_no_file_has_is_refused(send: Send, name: str) -> None:
    assert send(CSV, name=name).json["code"] == "invalid_query"


def limited(services: Services, **limits: int) -> FlaskClient:
    return create_app(replace(services, datasets=MemoryDatasets(Limits(**limits)))).test_client()


def test_a_data_set_of_just_the_limit_is_taken_and_one_byte_more_is_not(services: Services) -> None:
    for limit, status in ((len(CSV), 201), (len(CSV) - 1, 413)):
        answer = limited(services, bytes_each=limit).post("/v1/datasets", data=CSV, content_type="text/csv")
        assert answer.status_code == status


@pytest.mark.parametrize("limits", [{"number": 1}, {"bytes_together": len(CSV) + 1}])
def test_a_quota_that_is_reached_is_told_and_a_deletion_makes_room(services: Services, limits: dict[str, int]) -> None:
    client = limited(services, **limits)
    first = client.post("/v1/datasets", data=CSV, content_type="text/csv")
    other = CSV.replace(b"colour", b"paint")
    refused = client.post("/v1/datasets", data=other, content_type="text/csv")
    assert (refused.status_code, refused.json["code"]) == (409, "datasets_full")
    assert client.post("/v1/datasets", data=CSV, content_type="text/csv").status_code == 200
    client.delete(first.headers["Location"])
    assert client.post("/v1/datasets", data=other, content_type="text/csv").status_code == 201


def test_a_data_set_in_use_is_not_deleted(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    def in_use(_: Any, identifier: str) -> bool:
        raise InUseError(identifier, ["rec_1"])

    monkeypatch.setattr(MemoryDatasets, "delete", in_use)
    answer = create_app(services).test_client().delete("/v1/datasets/ds_1")
    assert (answer.status_code, answer.json["code"]) == (409, "dataset_in_use")
    assert "rec_1" in answer.json["detail"]

"""Bad data over HTTP: every kind is a problem that says what is wrong, and what was stored stays as it was."""

from __future__ import annotations

import io
import shutil
import struct
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient

from actwise.contract.request import TaskDescription
from models.training.task import TaskResult
from rules import RuleSet
from service.datasets.inspection import inspect
from service.datasets.sandbox import inspect_safely
from service.datasets.stored import Inspect, StoredDatasets
from service.http import Services, create_app
from service.http.loading import load_reference
from service.jobs.actwise_probing import ActwiseProbing
from service.jobs.recommendations import DurableRecommendations
from tests.service.storage.databases import _sqlite_template

__all__ = ["_sqlite_template"]

RULES = RuleSet.load()
RNG = np.random.default_rng(4)
X = RNG.standard_normal((60, 3)).astype(np.float32)
STEPS = RNG.standard_normal((60, 5, 2)).astype(np.float32)
Y = np.arange(60) % 2
REGRESSION = {"task": "regression"}
RECURRENT = {"layer_type": "recurrent"}


def csv(rows: int = 60, **columns: Sequence[Any]) -> bytes:
    """A table whose columns are named; `a` and `b` hold numbers unless said."""
    numbers = np.random.default_rng(1).standard_normal((2, rows)).round(3).tolist()
    made: dict[str, Sequence[Any]] = {"a": numbers[0], "b": numbers[1], **columns}
    rows_ = zip(*made.values(), strict=True)
    return "\n".join([",".join(made), *(",".join(map(str, row)) for row in rows_)]).encode()


def npz(**arrays: Any) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def entry(header: bytes, body: bytes = b"") -> bytes:
    """An NPZ file whose x begins with this header."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("x.npy", header + body)
    return buffer.getvalue()


def claiming(shape: str) -> bytes:
    """An NPZ file of a few bytes whose header claims an array of this shape."""
    words = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}}}".encode()
    return entry(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(words)) + words, bytes(64))


def twice(content: bytes) -> bytes:
    """The archive with a second x, which would silently replace the first."""
    buffer = io.BytesIO(content)
    with zipfile.ZipFile(buffer, "a") as file:
        file.writestr("x", file.read("x.npy"))
    return buffer.getvalue()


def bomb() -> bytes:
    """An NPZ file of some hundred kilobytes that unpacks to more than is read."""
    zeros = bytes(1_000_000)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file, file.open("x.npy", "w") as inside:
        for _ in range(100):
            inside.write(zeros)
    return buffer.getvalue()


TABLE = csv(y=Y.tolist())
RAGGED = np.array([X[0], X[1, :2]] * 30, dtype=object)

REFUSED_WHEN_SENT: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "a header and nothing else": (lambda: b"a,b,y\n", "too_few_rows", "no row below its header"),
    "white space": (lambda: b" \n\n", "too_few_rows", "no row"),
    "one row": (lambda: csv(1, y=[1]), "too_few_rows", "1 rows"),
    "one row of arrays": (lambda: npz(x=X[:1], y=Y[:1]), "too_few_rows", "1 rows"),
    "an empty archive": (lambda: b"PK\x05\x06" + bytes(18), "wrong_encoding", "no text"),
    "arrays without rows": (lambda: npz(x=X[:0], y=Y[:0]), "too_few_rows", "0 rows"),
    "one column": (lambda: b"y\n" + b"1\n2\n" * 30, "no_features", "one column"),
    "constant columns alone": (lambda: b"a,y\n" + b"1,2\n" * 60, "no_features", "constant"),
    "duplicated names": (lambda: TABLE.replace(b"a,b,y", b"a,a,y"), "duplicate_columns", "'a'"),
    "no names": (lambda: TABLE.partition(b"\n")[2], "unreadable", "header"),
    "ragged rows": (lambda: TABLE + b"\n1,2\n", "unreadable", "row 62"),
    "an array twice": (lambda: twice(npz(x=X, y=Y)), "duplicate_columns", "'x'"),
    "ragged sequences": (lambda: npz(x=RAGGED, y=Y), "unreadable", "never loaded"),
    "an array of objects": (lambda: npz(x=X.astype(object), y=Y), "unreadable", "never loaded"),
    "UTF-16": (lambda: TABLE.decode().encode("utf-16"), "wrong_encoding", "UTF-8"),
    "UTF-32": (lambda: TABLE.decode().encode("utf-32"), "wrong_encoding", "UTF-8"),
    "Latin-1": (lambda: csv(y=["é", "o"] * 30).decode().encode("latin-1"), "wrong_encoding", "line 2"),
    "an image": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(300), "wrong_encoding", "no text"),
    "a broken archive": (lambda: npz(x=X, y=Y)[:200], "unreadable", "no NPZ file"),
    "a broken Parquet file": (lambda: b"PAR1" + bytes(100) + b"PAR1", "unreadable", "Parquet"),
    "x without axes": (lambda: npz(x=np.float32(1.0), y=Y), "unreadable", "x ()"),
    "x with one axis": (lambda: npz(x=X[:, 0], y=Y), "unreadable", "(60,)"),
    "words as x": (lambda: npz(x=X.astype(str), y=Y), "not_numeric", "no numbers"),
    "targets missing": (lambda: npz(x=X), "unreadable", "y"),
}

HOSTILE: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "a zip bomb": (bomb, "too_large", "unpacks to 100,000,000 bytes"),
    "a header of 2 GB": (
        lambda: entry(b"\x93NUMPY\x02\x00" + struct.pack("<I", 2**31), b"{"),
        "unreadable",
        "no NPZ file",
    ),
    "a header that claims 2 GB": (lambda: claiming("(250000000,)"), "unreadable", "claims the shape"),
    "a header that claims more than there are bytes": (
        lambda: claiming(f"({2**63}, {2**63})"),
        "unreadable",
        "claims the shape",
    ),
    "a header that is a program": (lambda: claiming("__import__('os').abort()"), "unreadable", "no NPZ file"),
}

REFUSED_WHEN_ASKED: dict[str, tuple[Callable[[], bytes], dict[str, Any], str]] = {
    "one class": (lambda: csv(y=[1] * 60), {}, "one_class"),
    "one class of arrays": (lambda: npz(x=X, y=Y * 0), {}, "one_class"),
    "a class that has all but one row": (lambda: csv(y=["rare"] + ["usual"] * 59), {}, "one_class"),
    "10,000 classes": (lambda: csv(20_000, y=[f"k{i // 2}" for i in range(20_000)]), {}, "too_many_classes"),
    "a constant target": (lambda: csv(y=[1.5] * 60), REGRESSION, "constant_target"),
    "an infinite target": (lambda: csv(y=["inf"] + [0.5, 1] * 29 + [1]), REGRESSION, "target_not_finite"),
    "an infinite target in an array": (lambda: npz(x=X, y=np.where(Y, np.inf, 1.0)), REGRESSION, "target_not_finite"),
    "a missing target": (lambda: csv(y=[""] + [0.5, 1] * 29 + [1]), REGRESSION, "target_missing"),
    "targets of 1e31": (lambda: csv(y=[1e31, 1] * 30), REGRESSION, "target_out_of_range"),
    "words as target": (lambda: csv(y=["low", "high"] * 30), REGRESSION, "target_not_numeric"),
    "a word among numbers": (lambda: csv(y=Y.tolist(), c=[*range(59), "old"]), {"target": "y"}, "not_numeric"),
    "free text": (
        lambda: csv(1_200, y=[0, 1] * 600, c=[f"text {i}" for i in range(1_200)]),
        {"target": "y"},
        "not_numeric",
    ),
    "more rows than targets": (lambda: npz(x=X, y=Y[:-1]), {}, "wrong_shape"),
    "x with five axes": (lambda: npz(x=X.reshape(60, 1, 1, 1, 3), y=Y), {}, "wrong_shape"),
    "targets with three axes": (lambda: npz(x=X, y=np.ones((60, 2, 2))), REGRESSION, "wrong_shape"),
    "a length beyond the end": (lambda: npz(x=STEPS, y=Y, lengths=np.full(60, 6)), RECURRENT, "wrong_shape"),
    "too few lengths": (lambda: npz(x=STEPS, y=Y, lengths=np.full(59, 5)), RECURRENT, "wrong_shape"),
    "sequences without any step": (
        lambda: npz(x=np.where(Y[:, None, None], STEPS, np.nan), y=Y),
        RECURRENT,
        "wrong_shape",
    ),
    "tokens beyond the vocabulary": (
        lambda: npz(x=np.tile(np.arange(6), (60, 1)), y=Y, vocabulary=5),
        RECURRENT,
        "wrong_shape",
    ),
    "constant channels": (lambda: npz(x=np.ones((60, 5, 2)), y=np.arange(60.0)), RECURRENT | REGRESSION, "no_features"),
}

TAKEN: dict[str, tuple[Callable[[], bytes], dict[str, Any]]] = {
    "a class with one member": (lambda: csv(y=["rare"] + ["yes", "no"] * 29 + ["no"]), {}),
    "infinite features": (lambda: csv(far=["inf", "-inf", *range(58)], y=Y.tolist()), {}),
    "features of 1e30": (lambda: csv(far=[1e30, -1e30, *range(58)], y=Y.tolist()), {}),
    "features of 1e300": (lambda: csv(far=[1e300, -1e300, *range(58)], y=Y.tolist()), {}),
    "1e30 in sequences": (lambda: npz(x=np.where(STEPS > 2, 1e30, STEPS), y=Y), RECURRENT),
    "a constant column": (lambda: csv(same=[7] * 60, y=Y.tolist()), {}),
    "an empty column": (lambda: csv(none=[""] * 60, y=Y.tolist()), {}),
    "a byte-order mark and Windows lines": (lambda: b"\xef\xbb\xbf" + TABLE.replace(b"\n", b"\r\n"), {}),
}


@dataclass(frozen=True)
class Door:
    """The application on a database that holds one data set and one probe on it."""

    client: FlaskClient
    datasets: StoredDatasets
    probing: ActwiseProbing
    kept: dict[str, Any]
    queued: dict[str, Any]

    def send(self, content: bytes) -> Any:
        return self.client.post("/v1/datasets", data=content, content_type="application/octet-stream")

    def ask(self, dataset: str, **wanted: Any) -> Any:
        return self.client.post("/v1/recommendations", json=asked(dataset, **wanted))

    def read(self, path: str) -> Any:
        return self.client.get(path).json

    def unchanged(self) -> None:
        """What was stored before is all that is stored."""
        assert self.read("/v1/datasets")["items"] == [self.kept]
        assert self.datasets.contents[self.kept["id"]] == TABLE
        found = self.read("/v1/recommendations")["items"]
        assert [one["id"] for one in found] == [self.queued["id"]]
        assert self.read(f"/v1/recommendations/{self.queued['id']}") == self.queued


def asked(dataset: str, target: str | None = None, **network: Any) -> dict[str, Any]:
    data = {"dataset": dataset} | ({"target": target} if target else {})
    plain = {"task": "classification", "layer_type": "dense", "depth": 1, "width": 4, "compute_budget": "low"}
    return plain | network | {"allow": ["relu", "tanh"], "probe": {"network_steps": 2_000, "seeds": 2, "data": data}}


@pytest.fixture(scope="module")
def opened(_sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Inspect], Door]]:
    stores: list[Any] = []

    def make(inspecting: Inspect) -> Door:
        path = tmp_path_factory.mktemp("bad") / "actwise.db"
        shutil.copyfile(_sqlite_template, path)
        datasets = StoredDatasets(f"sqlite:///{path}", inspect=inspecting)
        probing = ActwiseProbing(None, 1, RULES, datasets.contents)
        store = DurableRecommendations(f"sqlite:///{path}", lambda: probing)
        stores.extend((datasets, store))
        client = create_app(Services(store, load_reference(RULES), datasets=datasets)).test_client()
        kept: Any = client.post("/v1/datasets", data=TABLE, content_type="text/csv").json
        queued: Any = client.post("/v1/recommendations", json=asked(kept["id"])).json
        return Door(client, datasets, probing, kept, queued)

    yield make
    for store in stores:
        store.close()


@pytest.fixture(scope="module")
def door(opened: Callable[[Inspect], Door]) -> Door:
    return opened(inspect)


@pytest.fixture(scope="module")
def sandboxed(opened: Callable[[Inspect], Door]) -> Door:
    return opened(inspect_safely)


def fault(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The one fault of a problem document."""
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json"), answer.text
    assert answer.json["code"] == code
    (found,) = answer.json["faults"]
    assert found["message"]
    assert len(answer.json["detail"]) < 1_100
    return dict(found)


@pytest.mark.parametrize("case", REFUSED_WHEN_SENT)
def test_what_no_probe_could_use_is_refused_when_it_is_sent(door: Door, case: str) -> None:
    content, code, word = REFUSED_WHEN_SENT[case]
    found = fault(door.send(content()), 422, "unusable_data")
    assert found["code"] == code
    assert word in found["message"]
    door.unchanged()


def test_an_empty_body_is_refused(door: Door) -> None:
    answer = door.send(b"")
    assert (answer.status_code, answer.json["code"]) == (400, "empty_data")
    door.unchanged()


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_ends_at_most_its_own_process(sandboxed: Door, case: str) -> None:
    content, code, word = HOSTILE[case]
    sent = content()
    assert len(sent) < 200_000
    found = fault(sandboxed.send(sent), 422, "unusable_data")
    assert found["code"] == code
    assert word in found["message"]
    sandboxed.unchanged()


@pytest.mark.parametrize("case", REFUSED_WHEN_ASKED)
def test_what_a_request_cannot_learn_from_is_refused_with_it(door: Door, case: str) -> None:
    content, wanted, code = REFUSED_WHEN_ASKED[case]
    sent = door.send(content())
    assert sent.status_code == 201, sent.text
    found = fault(door.ask(sent.json["id"], **wanted), 422, "invalid_request")
    assert (found["pointer"].startswith("/probe/data"), found["code"]) == (True, code)
    assert door.datasets.contents[sent.json["id"]] == content()
    assert door.client.delete(sent.headers["Location"]).status_code == 204
    door.unchanged()


@pytest.mark.parametrize("case", TAKEN)
def test_what_is_odd_but_can_be_learned_from_trains(door: Door, case: str) -> None:
    content, wanted = TAKEN[case]
    sent = door.send(content())
    answer = door.ask(sent.json["id"], **wanted)
    assert answer.status_code == 202, answer.text
    assert trained(door, answer.json)
    assert door.client.delete(f"/v1/recommendations/{answer.json['id']}").status_code == 200
    assert door.client.delete(sent.headers["Location"]).status_code == 204


def trained(door: Door, answer: Any) -> bool:
    """Whether a worker's first training of this probe gives scores."""
    plan = door.probing.plan(TaskDescription.model_validate(answer["request"]))
    task = door.probing.open(plan).ask()[0]
    result = TaskResult.model_validate_json(door.probing.train(plan, task.payload, lambda: False))
    return any(member.score is not None for member in result.members)


def test_a_worker_trains_on_what_was_stored_before(door: Door) -> None:
    assert trained(door, door.queued)

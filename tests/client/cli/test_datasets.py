"""`actwise datasets`, on this machine's database and over HTTP: one set of words for both."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from actwise.cli.backend import Remote
from actwise.cli.main import app
from actwise.client import Client
from actwise.contract.reading import read_request
from actwise.errors import RefusedError

CSV = "size,colour,price\n" + "".join(f"{i},{'rgb'[i % 3]},{i * i}\n" for i in range(30))


@pytest.fixture(params=["local", "remote"])
def actwise(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs a command of `actwise datasets`."""
    monkeypatch.setenv("ACTWISE_HOME", str(tmp_path / "home"))
    url = ["--url", request.getfixturevalue("server_url")] if request.param == "remote" else []
    return lambda *words: CliRunner().invoke(app, ["datasets", *words, *url])


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "houses.csv"
    path.write_text(CSV)
    return str(path)


def failed(result: Result, code: int) -> str:
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result.output


def test_a_file_is_added_listed_shown_and_deleted(actwise: Any, file: str) -> None:
    added = actwise("add", file)
    assert added.exit_code == 0, added.output
    identifier = added.output.split()[0]
    assert "colour: 3 words" in added.output
    assert identifier in actwise("list").output
    shown = json.loads(actwise("show", identifier, "--json").output)
    assert (shown["id"], shown["facts"]["rows"]) == (identifier, 30)
    assert actwise("delete", identifier).output == f"deleted {identifier}\n"
    assert identifier not in actwise("list").output
    assert "kept under" in failed(actwise("delete", identifier), 4)


@pytest.mark.parametrize("name", ["up/here.csv", "a\nb", "n" * 201, "\x1b[31m.csv"])
def test_a_name_that_no_file_has_is_refused(actwise: Any, file: str, name: str) -> None:
    result = actwise("add", file, "--name", name)
    assert result.exit_code not in (0, 1), result.output
    assert "Traceback" not in result.output
    assert "\x1b" not in result.output
    assert actwise("list").output == ""


def test_a_name_in_a_file_cannot_command_the_terminal(actwise: Any, tmp_path: Path) -> None:
    rows = "".join(f"{i},,{i % 2}\n" for i in range(30))
    (tmp_path / "odd.csv").write_text(f"a\x1b[31m,none,y\n{rows}")
    lines = actwise("add", str(tmp_path / "odd.csv")).output.splitlines()
    assert lines[1:3] == ["  a?[31m: 0 to 29", "  none: no numbers, 30 missing"]
    assert not any("\x1b" in line for line in lines)


def test_what_cannot_be_used_is_refused_with_the_reason(actwise: Any, tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("a,a\n1,2\n")
    assert "each its own name" in failed(actwise("add", str(tmp_path / "bad.csv")), 4)
    assert "nowhere.csv" in failed(actwise("add", "nowhere.csv"), 2)


def test_a_file_that_a_request_names_is_sent_before_the_request(server_url: str, file: str) -> None:
    remote = Remote(server_url)
    wanted = {"task": "regression", "layer_type": "dense", "depth": 1, "compute_budget": "low"}
    request = read_request(wanted | {"probe": {"data": {"file": file, "target": "price"}}})
    sent = remote._with_dataset(request)
    assert sent.probe is not None
    assert sent.probe.data is not None
    assert sent.probe.data.file is None
    assert sent.probe.data.target == "price"
    assert Client(server_url).dataset(str(sent.probe.data.dataset)).name == "houses.csv"


def test_the_client_lists_every_page_and_deletes(server_url: str) -> None:
    client = Client(server_url)
    made = client.add_dataset(CSV.encode() + b"1,r,2\n", "more.csv")
    assert made in client.datasets()
    client.delete_dataset(made.id)
    with pytest.raises(RefusedError) as refused:
        client.dataset(made.id)
    assert refused.value.problem.code == "unknown_dataset"


@pytest.mark.parametrize(
    ("data", "field"),
    [("ds_" + "0" * 32, "dataset"), ("a.csv", "file"), ("A.PARQUET", "file"), ("a.npz", "file"), ("digits", "name")],
)
def test_data_are_named_by_id_by_file_or_by_a_bundled_name(data: str, field: str) -> None:
    from actwise.cli.recommend import _probe_in_seconds

    assert _probe_in_seconds({"data": data})[f"probe.data.{field}"] == data

"""`history`, `compare` and `probe`: answers that were given, found again, set side by side, backed by training."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from actwise.cli.recommend import probed
from actwise.client import Client
from actwise.contract.answer import ProbeReport, Race, RaceEntry
from actwise.contract.reading import read_request
from actwise.progress import Departures

CONV = {"task": "classification", "layer_type": "conv", "depth": 8, "compute_budget": "low"}
LSTM = {"task": "classification", "layer_type": "recurrent", "cell": "lstm", "depth": 2, "compute_budget": "low"}


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    found = tmp_path / "conv.json", tmp_path / "lstm.json"
    for path, request in zip(found, (CONV, LSTM), strict=True):
        path.write_text(json.dumps(request))
    return found


def test_two_requests_are_answered_and_compared(actwise: Any, files: tuple[Path, Path]) -> None:
    done = actwise("compare", *files)
    assert done.exit_code == 0, done.stderr
    text = " ".join(done.stdout.split())
    for words in ("layer_type: conv | recurrent", "cell: not said | lstm", "relu | tanh", "With layer type recurrent"):
        assert words in text
    assert "Why, conv and recurrent" in text


def test_compare_is_quiet_about_what_is_the_same(actwise: Any, files: tuple[Path, Path]) -> None:
    assert actwise("compare", files[0], files[0], "-q").stdout == ""
    assert "conv and recurrent: relu tanh\n" in actwise("compare", *files, "-q").stdout


def test_a_saved_answer_and_the_request_behind_it_are_the_same(actwise: Any, files: tuple[Path, Path]) -> None:
    saved = files[0].with_name("answer.json")
    saved.write_text(actwise("recommend", "-f", files[0], "--json").stdout)
    found = json.loads(actwise("compare", saved, files[0], "--json").stdout)
    assert found["ids"][0] == found["ids"][1]
    assert found["fields"] == found["circumstances"] == found["foretold"] == []


def test_an_answer_of_another_version_is_told(actwise: Any, files: tuple[Path, Path]) -> None:
    files[1].write_text('{"receipt": {}, "id": 3}')
    done = actwise("compare", *files)
    assert done.exit_code == 2
    assert "is no answer of this version" in done.stderr


def test_a_missing_file_names_the_nearest(actwise: Any, files: tuple[Path, Path]) -> None:
    done = actwise("compare", files[0], files[1].with_name("lstn.json"))
    assert done.exit_code == 2
    assert "lstm.json'?" in done.stderr


def test_an_empty_history_says_so_and_creates_nothing(actwise: Any, tmp_path: Path) -> None:
    assert actwise("history").stdout == "nothing is kept yet\n"
    assert json.loads(actwise("history", "--json").stdout) == {"items": []}
    assert not (tmp_path / "home").exists()


def test_the_history_of_a_service_is_searched(actwise: Any, server_url: str) -> None:
    kept = Client(server_url).recommend(**CONV, domain="roads seen from above", deployment={"int8": True})
    url = ("--url", server_url)
    assert actwise("history", "ROADS", "above", "-q", *url).stdout == f"{kept.id}\n"
    printed = actwise("history", "roads", "--where", "deployment.int8=true", "--where", "status=complete", *url).stdout
    assert kept.id in printed
    assert "domain=roads seen from above, deployment.int8=true" in " ".join(printed.split())
    assert actwise("history", "roads", "--where", "depth=3", *url).stdout == "nothing that is kept matches\n"
    assert len(json.loads(actwise("history", "--limit", "1", "--json", *url).stdout)["items"]) == 1


def test_a_stored_answer_is_compared_by_its_id(actwise: Any, server_url: str, files: tuple[Path, Path]) -> None:
    kept = Client(server_url).recommend(**CONV)
    found = json.loads(actwise("compare", kept.id, files[1], "--json", "--url", server_url).stdout)
    assert found["ids"][0] == kept.id


def test_an_id_that_nothing_is_kept_under_says_where_to_look(actwise: Any) -> None:
    done = actwise("probe", "rec_nothing")
    assert done.exit_code == 4
    assert "actwise history" in done.stderr


@pytest.mark.parametrize("command", [("recommend", "-f"), ("probe",)])
def test_a_probe_that_cannot_be_run_ends_the_quote_with_a_code_of_its_own(
    actwise: Any, files: tuple[Path, Path], command: tuple[str, ...]
) -> None:
    files[0].with_name("three.csv").write_text("a,y\n1,1\n2,0\n3,1\n")
    data = ("--data", files[0].with_name("three.csv"), "--target-column", "y")
    done = actwise(*command, files[0], *data, "--quote")
    assert "a probe needs at least 20" in done.stdout
    assert done.exit_code == 4


NOT_SAID = {"probe": None}


def test_what_is_to_be_probed_can_be_an_answer_or_a_request(actwise: Any, files: tuple[Path, Path]) -> None:
    saved = files[0].with_name("answer.json")
    saved.write_text(actwise("recommend", "-f", files[0], "--json").stdout)
    expected = read_request(CONV | {"probe": {"seconds": 20.0}})
    assert [read_request(probed(str(file), NOT_SAID, None)) for file in (files[0], saved)] == [expected, expected]


def test_what_is_to_be_probed_can_be_kept_by_a_service(server_url: str) -> None:
    kept = Client(server_url).recommend(**CONV)
    assert probed(kept.id, NOT_SAID, server_url) == CONV | {"probe": {"seconds": 20.0}}


def test_a_length_that_is_given_replaces_the_steps_that_were(files: tuple[Path, Path]) -> None:
    files[0].write_text(json.dumps(CONV | {"probe": {"network_steps": 600, "seeds": 3}}))
    assert probed(str(files[0]), NOT_SAID, None)["probe"] == {"network_steps": 600, "seeds": 3}
    assert probed(str(files[0]), {"probe": "5s"}, None)["probe"] == {"seeds": 3}


@pytest.mark.slow
def test_an_answer_is_backed_by_training(tmp_path: Path) -> None:
    request = CONV | {"layer_type": "dense", "depth": 2, "allow": ["relu", "tanh"]}
    short = ["--set", "probe.network_steps=9000", "--set", "probe.seeds=2", "--data", "iris", "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "actwise.cli.main", "probe", "-", *short],
        cwd=Path(__file__).parents[3],
        env=os.environ | {"PYTHONPATH": "client:.", "ACTWISE_HOME": str(tmp_path)},
        input=json.dumps(request),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["probe"]["races"]


@pytest.mark.parametrize(
    ("given", "code", "said"), [("[1]", 2, "an object"), ("{", 2, "no JSON"), ("a: [", 2, "no YAML")]
)
def test_what_is_no_request_is_told(actwise: Any, given: str, code: int, said: str) -> None:
    done = actwise("probe", "-", given=given)
    assert (done.exit_code, said in done.stderr) == (code, True), done.stderr


def test_candidates_that_leave_a_race_are_told_once() -> None:
    def race(**fates: Any) -> ProbeReport:
        entries = tuple(
            RaceEntry(candidate=name, status=status, learning_rate=None, seeds=0, score=None, difference=None)
            for name, status in fates.items()
        )
        told = Race(subject="dense", metric="m", rungs=(9, 99), entries=entries, network_steps=1, stopped="running")
        return ProbeReport(network_steps_budget=9, races=(told,))

    departures = Departures()
    assert list(departures.news(race(relu="in_group", tanh="in_group", elu="in_group"))) == []
    assert list(departures.news(race(relu="in_group", tanh="dropped", elu="in_group"))) == [
        "dense, rung 1 of 2: out tanh; 2 left"
    ]
    assert list(departures.news(race(relu="in_group", tanh="dropped", elu="diverged"))) == [
        "dense, rung 1 of 2: out elu (diverged); 1 left"
    ]

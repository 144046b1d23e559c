"""The command line, run as a user runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from actwise.cli.main import app as commands

FOUR = ["--task", "classification", "--layer-type", "conv", "--depth", "8", "--compute-budget", "low"]
SMALL_PROBE = ["--set", "probe.network_steps=9000", "--set", "probe.seeds=2", "--allow", "relu", "--allow", "tanh"]


def actwise(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command called in this process."""
    done = CliRunner(env={"NO_COLOR": "1", "COLUMNS": "150"}).invoke(commands, arguments)
    return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)


def probing(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own, with processes of its own that train."""
    env = os.environ | {"PYTHONPATH": "client:.", "ACTWISE_HOME": str(home)}
    command = [sys.executable, "-m", "actwise.cli.main", *arguments]
    root = Path(__file__).parents[3]
    return subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, timeout=120, check=False)


def test_the_four_fields_get_a_table_with_the_first_choice_and_the_output() -> None:
    done = actwise("recommend", *FOUR)
    assert done.returncode == 0, done.stderr
    assert "Use relu" in done.stdout
    assert "softmax" in done.stdout
    assert "What would change this" in done.stdout


def test_json_is_the_whole_answer_and_nothing_else() -> None:
    answer = json.loads(actwise("recommend", *FOUR, "--json").stdout)
    assert answer["status"] == "complete"
    assert len(answer["hidden"][0]["ranking"]) >= 5


def test_explain_shows_evidence_assumptions_and_gaps() -> None:
    printed = actwise("recommend", *FOUR, "--explain").stdout
    assert "Assumed" in printed
    assert "Not checked" in printed


@pytest.mark.parametrize("name", ["task.yaml", "task.json"])
def test_a_file_holds_the_request_and_flags_win_over_it(tmp_path: Path, name: str) -> None:
    request = {"task": "regression", "layer_type": "dense", "depth": 3, "compute_budget": "low"}
    (tmp_path / name).write_text(json.dumps(request))  # JSON is YAML too
    answer = json.loads(actwise("recommend", "-f", str(tmp_path / name), "--depth", "5", "--json").stdout)
    assert answer["request"]["task"] == "regression"
    assert answer["request"]["depth"] == 5


def test_any_field_can_be_set_by_its_path() -> None:
    done = actwise("recommend", *FOUR, "--set", "deployment.int8=true", "--json")
    assert json.loads(done.stdout)["request"]["deployment"]["int8"] is True


def test_a_faulty_request_exits_with_2_and_names_every_fault() -> None:
    done = actwise("recommend", "--task", "clasification", "--depth", "0", "--set", "nonsense=1")
    assert done.returncode == 2
    for pointer in ("/task", "/depth", "/layer_type", "/compute_budget", "/nonsense"):
        assert pointer in done.stderr
    assert "did you mean 'classification'?" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["recommend", "-f", "nowhere.yaml"],
        ["recommend", *FOUR, "--probe", "soon"],
        ["recommend", *FOUR, "--set", "depth"],
        ["recommend", *FOUR, "--probe", "1s", "--data", "nowhere.csv"],
        ["recommend", *FOUR, "--probe", "1s", "--data", "digitz"],
    ],
)
def test_what_cannot_be_read_exits_with_2_and_one_clear_message(arguments: list[str]) -> None:
    done = actwise(*arguments)
    assert done.returncode == 2, done.stdout
    assert done.stderr.startswith("actwise: ")
    assert "Traceback" not in done.stderr


def test_an_unreachable_service_exits_with_3() -> None:
    done = actwise("recommend", *FOUR, "--url", "http://127.0.0.1:9")
    assert done.returncode == 3
    assert "actwise serve" in done.stderr


def test_over_http_the_answer_is_the_same_as_in_process(server_url: str) -> None:
    remote = actwise("recommend", *FOUR, "--json", "--url", server_url)
    assert remote.stdout == actwise("recommend", *FOUR, "--json").stdout


def test_activations_lists_the_catalogue_and_shows_one() -> None:
    assert "quick_gelu" in actwise("activations").stdout
    assert json.loads(actwise("activations", "gelu", "--json").stdout)["name"] == "gelu"


def test_an_unknown_activation_exits_with_4_and_the_nearest_name() -> None:
    done = actwise("activations", "gellu")
    assert done.returncode == 4
    assert "gelu" in done.stderr


def test_rules_can_be_listed_read_and_checked(tmp_path: Path) -> None:
    rules = json.loads(actwise("rules", "--json").stdout)["items"]
    assert json.loads(actwise("rules", rules[0]["id"], "--json").stdout)["id"] == rules[0]["id"]
    assert actwise("rules", "--lint").returncode == 0
    (tmp_path / "house.yaml").write_text("- id: broken\n  role: hidden\n")
    done = actwise("rules", "--lint", "--house", str(tmp_path))
    assert done.returncode == 2
    assert "broken" in done.stdout


def test_a_trace_tells_what_fires_and_what_keeps_the_rest_from_it(tmp_path: Path) -> None:
    (tmp_path / "task.json").write_text(
        json.dumps({"task": "classification", "layer_type": "conv", "depth": 8, "compute_budget": "low"})
    )
    done = actwise("rules", "--trace", str(tmp_path / "task.json"), "--json")
    traced = {item["rule"]: item for item in json.loads(done.stdout)["items"]}
    assert any(item["fired"] and not item["failing"] for item in traced.values())
    assert "gated ffn is yes (here it is no)" in traced["gated-ffn-beats-ungated"]["failing"]


@pytest.mark.slow
def test_a_probe_on_a_file_of_the_callers_own_is_measured_and_replayable(tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    x = draw.normal(size=(300, 3))
    rows = [",".join([*(f"{value:.5f}" for value in row), "yes" if row.sum() > 0 else "no"]) for row in x]
    (tmp_path / "own.csv").write_text("\n".join(["a,b,c,label", *rows]))
    own = ["--data", str(tmp_path / "own.csv"), "--target-column", "label", "--classes", "2"]
    network = ["--task", "classification", "--layer-type", "dense", "--depth", "2", "--compute-budget", "low"]
    done = probing("recommend", *network, *own, *SMALL_PROBE, "--json", home=tmp_path)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["probe"]["races"][0]["entries"]
    assert {item["kind"] for item in answer["hidden"][0]["ranking"][0]["evidence"]} >= {"measured"}
    assert probing("recommend", *network, *own, *SMALL_PROBE, "--json", home=tmp_path).stdout == done.stdout


@pytest.mark.slow
def test_a_probe_on_a_constant_target_is_refused_with_the_reason_and_still_answered(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("a,label\n" + "\n".join(f"{value},1" for value in range(100)))
    own = ["--data", str(tmp_path / "own.csv"), "--target-column", "label"]
    done = probing("recommend", *FOUR, *own, *SMALL_PROBE, "--json", home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["probe"]["refused"]


def test_help_is_quick_because_nothing_heavy_is_imported() -> None:
    code = (
        "import sys; sys.argv = ['actwise', '--help']\n"
        "from actwise.cli.main import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'pydantic', 'requests', 'rich', 'flask', 'scipy', 'sklearn'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    env = os.environ | {"PYTHONPATH": "client"}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "recommend" in done.stdout


def test_every_exit_code_is_told_in_the_help() -> None:
    printed = actwise("--help").stdout
    for code in ("0 done", "2 the request", "3 no answer", "4 the service", "130 interrupted"):
        assert code in " ".join(printed.split())

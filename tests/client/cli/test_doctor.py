"""`actwise doctor`, run as a user runs it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from actwise.cli.main import app as commands

NET = "Net(\n  (fc): Linear(in_features=8, out_features=10, bias=True)\n  (probabilities): Softmax(dim=1)\n)\n"
KNOWN = ["--set", "loss=CrossEntropyLoss", "--context", "task=multiclass_classification", "--set", "classes=10"]


def doctor(*arguments: str, given: str | bytes = NET) -> subprocess.CompletedProcess[str]:
    """The command called in this process."""
    done = CliRunner(env={"NO_COLOR": "1", "COLUMNS": "150"}).invoke(commands, ["doctor", *arguments], input=given)
    return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)


def test_a_print_on_standard_input_gets_findings_with_proof_fix_and_sources() -> None:
    done = doctor("-", *KNOWN)
    assert done.returncode == 0, done.stderr
    for word in ("1. error  probabilities (Softmax)", "1.461", "torch.nn.Identity()", "sources", "Not checked"):
        assert word in done.stdout
    assert "keras.losses.Sparse" not in done.stdout


def test_json_is_the_whole_diagnosis_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "net.txt").write_text(NET)
    answer = json.loads(doctor(str(tmp_path / "net.txt"), *KNOWN, "--json").stdout)
    assert answer["read_as"] == "pytorch"
    assert answer["findings"][0]["severity"] == "error"


@pytest.mark.parametrize(
    ("words", "level", "code"),
    [
        ("layers: [dense 8 -> 10 softmax]", "error", 1),
        ("layers: [dense 8 -> 10 softmax]", "advice", 1),
        ("layers: [dense 8 -> 10]", "error", 0),
    ],
)
def test_findings_as_grave_as_asked_set_the_exit_code(words: str, level: str, code: int) -> None:
    assert doctor("-", *KNOWN, "--fail-on", level, given=words).returncode == code


def test_a_faulty_level_names_the_nearest() -> None:
    done = doctor("-", "--fail-on", "warn")
    assert done.returncode == 2
    assert "did you mean 'warning'?" in done.stderr


def test_faults_of_text_and_settings_exit_with_2_all_at_once() -> None:
    done = doctor("-", "--set", "lss=mse", given="layers: [dense 3 reluu]")
    assert done.returncode == 2
    assert "/context/lss" in done.stderr
    assert "did you mean 'relu'?" in done.stderr


@pytest.mark.parametrize(
    ("given", "said"), [(b"", "nothing to read"), (b"\xff\x00\xfa", "no text"), (b"\x00\x01", "no text")]
)
def test_bytes_that_are_no_text_are_told(given: bytes, said: str) -> None:
    done = doctor("-", given=given)
    assert done.returncode == 2
    assert said in done.stderr


def test_text_that_a_shell_wrote_in_utf_16_is_read() -> None:
    assert "1. error" in doctor("-", *KNOWN, given=NET.encode("utf-16")).stdout


def test_a_missing_file_is_told() -> None:
    done = doctor("nowhere.txt")
    assert done.returncode == 2
    assert "nowhere.txt" in done.stderr


def test_a_service_gives_the_same_answer(server_url: str) -> None:
    assert doctor("-", *KNOWN, "--json").stdout == doctor("-", *KNOWN, "--json", "--url", server_url).stdout

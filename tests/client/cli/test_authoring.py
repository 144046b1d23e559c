"""`actwise rules lint`, `test` and `schema`: what is printed, and the exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from actwise.cli.main import app

GOOD = """
- name: Gated
  describe: {task: language_modeling, layer_type: attention, depth: 6, compute_budget: low, gated_ffn: true}
  expect: {fires: gated-ffn-beats-ungated}
"""
BAD = GOOD.replace("fires", "silent")
HOUSE = """
- id: ours
  role: hidden
  when: {{layer_type: attention}}
  for: {{name: {name}}}
  strength: weak
  cause: capacity
  because: A sentence of some length.
  sources: [actwise-measurements]
"""


def run(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["rules", *arguments], env={"COLUMNS": "200"})
    return done.exit_code, done.stdout, done.stderr


def kept(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text)
    return str(folder / name)


def test_the_lint_is_a_word_and_a_flag() -> None:
    assert run("lint") == run("--lint") == (0, "0 finding(s)\n", "")


@pytest.mark.parametrize(("name", "code"), [("silu", 0), ("sillu", 2)])
def test_the_lint_takes_a_folder_of_house_rules(tmp_path: Path, name: str, code: int) -> None:
    kept(tmp_path, "house.yaml", HOUSE.format(name=name))
    found, printed, _ = run("lint", str(tmp_path))
    assert found == code
    assert ("did you mean 'silu'" in printed) == bool(code)


def test_a_folder_that_is_not_there_is_a_finding() -> None:
    code, printed, _ = run("lint", "nowhere")
    assert code == 2
    assert "nowhere: is not a folder" in printed


def test_cases_that_hold_exit_with_0(tmp_path: Path) -> None:
    assert run("test", kept(tmp_path, "good.yaml", GOOD)) == (0, "1 case(s), 0 failed\n", "")


def test_a_case_that_fails_exits_with_1_and_all_files_are_run(tmp_path: Path) -> None:
    files = kept(tmp_path, "bad.yaml", BAD + BAD), kept(tmp_path, "good.yaml", GOOD)
    code, printed, _ = run("test", *files)
    assert code == 1
    assert printed.count("gated-ffn-beats-ungated fires: ") == 2
    assert f"{files[0]}: Gated\n" in printed
    assert printed.endswith("3 case(s), 2 failed\n")


def test_a_case_that_cannot_be_read_fails_with_the_nearest_spelling(tmp_path: Path) -> None:
    code, printed, _ = run("test", kept(tmp_path, "bad.yaml", GOOD.replace("expect", "expekt")))
    assert code == 1
    assert "did you mean 'expect'?" in printed


@pytest.mark.parametrize("content", [b"", b"- [", b"\xff\xfe\x00"])
def test_a_file_without_cases_fails(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "odd.yaml").write_bytes(content)
    code, printed, _ = run("test", str(tmp_path / "odd.yaml"))
    assert code == 1
    assert printed.startswith(f"{tmp_path / 'odd.yaml'}\n")


def test_cases_are_plain_data_too(tmp_path: Path) -> None:
    code, printed, _ = run("test", "--json", kept(tmp_path, "bad.yaml", BAD))
    (outcome,) = json.loads(printed)
    assert code == 1
    assert outcome["case"] == "Gated"
    assert len(outcome["failures"]) == 1


def test_house_rules_count_in_cases(tmp_path: Path) -> None:
    (tmp_path / "house").mkdir()
    kept(tmp_path / "house", "house.yaml", HOUSE.format(name="silu"))
    case = kept(tmp_path, "cases.yaml", GOOD.replace("gated-ffn-beats-ungated", "ours"))
    assert run("test", case, "--house", str(tmp_path / "house"))[0] == 0
    assert run("test", case)[0] == 1


@pytest.mark.parametrize("arguments", [("nowhere.yaml",), ("--house", "nowhere", "cases.yaml"), ()])
def test_what_cannot_be_read_at_all_exits_with_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    kept(tmp_path, "cases.yaml", GOOD)
    code, printed, _ = run("test", *arguments)
    assert code == 2
    assert "failed" not in printed


@pytest.mark.parametrize("what", ["rules", "bibliography", "cases"])
def test_a_schema_is_printed_as_it_is_kept(what: str) -> None:
    code, printed, _ = run("schema", "--what", what)
    assert code == 0
    assert printed == (Path(__file__).parents[3] / "docs" / "schema" / f"{what}.schema.json").read_text()


def test_the_schema_of_rules_is_meant_unless_told() -> None:
    assert run("schema") == run("schema", "--what", "rules")


def test_an_unknown_schema_exits_with_2_and_the_nearest_word() -> None:
    code, _, told = run("schema", "--what", "rule")
    assert code == 2
    assert "did you mean 'rules'?" in told

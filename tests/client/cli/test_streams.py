"""Pipes, terminals and encodings: what goes out is whole, plain where it must be, and never a traceback."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from actwise.cli.main import app as commands

ROOT = Path(__file__).parents[3]
FOUR = ["--task", "classification", "--layer-type", "conv", "--depth", "8", "--compute-budget", "low"]


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "actwise.cli.main", *words]


def environment(tmp_path: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "ACTWISE_URL")}
    return kept | {"PYTHONPATH": "client:.", "ACTWISE_HOME": str(tmp_path), "COLUMNS": "120", **more}


def on_a_terminal(tmp_path: Path, *words: str, **more: str) -> str:
    """What a command writes to a terminal."""
    main, side = pty.openpty()
    env = environment(tmp_path, TERM="xterm-256color", **more)
    process = subprocess.Popen(command(*words), cwd=ROOT, env=env, stdout=side, stderr=side, stdin=side)
    os.close(side)
    written = b""
    while True:
        try:
            part = os.read(main, 65_536)
        except OSError:
            break
        if not part:
            break
        written += part
    os.close(main)
    assert process.wait(60) == 0, written.decode()
    return written.decode()


def test_a_terminal_gets_colour_and_curves_unless_it_says_no(tmp_path: Path) -> None:
    written = on_a_terminal(tmp_path, "activations", "gelu")
    assert "\x1b[" in written
    assert any("\u2800" < letter <= "\u28ff" for letter in written)
    plain = on_a_terminal(tmp_path, "recommend", *FOUR, NO_COLOR="1")
    assert not [code for code in ("\x1b[3", "\x1b[9", "\x1b[4m") if code in plain]


def test_a_pipe_gets_neither_colour_nor_curves_unless_asked(actwise: Any) -> None:
    piped = actwise("activations", "gelu").stdout
    assert "\x1b" not in piped
    assert "f'(x)" not in piped
    assert "f'(x)" in actwise("activations", "gelu", "--curve").stdout


def test_what_reads_the_output_may_stop_reading(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    env = environment(tmp_path)
    done = subprocess.run(command("rules"), cwd=ROOT, env=env, stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.parametrize("words", [["recommend", *FOUR, "--explain"], ["activations", "gelu", "--curve"]])
def test_characters_that_a_stream_cannot_carry_are_replaced(actwise: Any, words: list[str]) -> None:
    assert actwise(*words).stdout.isascii() is False
    done = CliRunner(charset="ascii").invoke(commands, words)
    assert done.exit_code == 0, done.exception
    assert done.stdout.isascii()


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        (["recommend", *FOUR], ["conv relu", "output softmax_cross_entropy"]),
        (["activations", "silu"], ["silu"]),
        (["history"], []),
    ],
)
def test_quiet_is_what_a_script_needs(actwise: Any, words: list[str], lines: list[str]) -> None:
    assert actwise(*words, "--quiet").stdout.splitlines() == lines


def test_json_wins_over_quiet(actwise: Any) -> None:
    assert actwise("activations", "silu", "-q", "--json").stdout.startswith("{")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["recomend"], 2, "Did you mean 'recommend'?"),
        (["datasets", "lst"], 2, "Did you mean 'list'?"),
        (["recommend", "--taks", "x"], 2, "--task"),
        (["recommend", *FOUR, "--optmizer", "x"], 2, "No such option"),
        (["recommend", *FOUR, "--set", "optimzer=sgd"], 2, "did you mean 'optimizer'?"),
        (["recommend", "--task", "clasification"], 2, "did you mean 'classification'?"),
        (["rules", "lnt"], 4, "`actwise rules lint`"),
        (["activations", "geluu"], 4, "did you mean 'gelu'?"),
        (["activations", "--url", "localhost:8000"], 2, "did you mean 'http://localhost:8000'?"),
        (["history", "--limit", "0"], 2, "--limit"),
        (["history", "--where", "depth"], 2, "field=value"),
        (["history", "--where", "status=canceled"], 2, "did you mean 'cancelled'?"),
        (["history", "--where", "tsk=regression"], 2, "did you mean 'task'?"),
        (["history", "--where", "task=regresion"], 2, "did you mean 'regression'?"),
    ],
)
def test_every_error_says_what_was_probably_meant(actwise: Any, words: list[str], code: int, said: str) -> None:
    done = actwise(*words)
    assert done.exit_code == code, done.stderr
    assert said in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    ("words", "module"),
    [
        (["rules", "lint"], "catalogue"),
        (["rules", "--trace", "x.json"], "catalogue"),
        (["rules", "verify"], "rules"),
        (["serve"], "processes"),
    ],
)
def test_what_needs_the_server_says_what_to_install(
    actwise: Any, monkeypatch: pytest.MonkeyPatch, words: list[str], module: str
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    monkeypatch.setattr(f"actwise.cli.{module}.find_spec", lambda _name: None, raising=False)
    done = actwise(*words)
    assert done.exit_code == 2
    assert "pip install actwise-server" in done.stderr


def test_names_and_words_are_completed(tmp_path: Path) -> None:
    for typed, expected in (
        ("actwise activations leaky", "leaky_relu"),
        ("actwise recommend --task bin", "binary_classification"),
        ("actwise recommend --allow hard_sw", "hard_swish"),
        ("actwise doctor x --format sa", "sarif"),
        ("actwise comp", "compare"),
    ):
        words = str(len(typed.split()) - 1)
        env = environment(tmp_path, _ACTWISE_COMPLETE="complete_bash", COMP_WORDS=typed, COMP_CWORD=words)
        run = "import sys; sys.argv[0] = 'actwise'; from actwise.cli.main import main; main()"
        done = subprocess.run(
            [sys.executable, "-c", run], cwd=ROOT, env=env, capture_output=True, text=True, check=False
        )
        assert expected in done.stdout.splitlines(), done.stderr

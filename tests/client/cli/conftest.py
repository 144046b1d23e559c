"""The command line called in this process, which is quicker than a process for each command."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import pytest
from typer.testing import CliRunner

from actwise.cli.main import app as commands


class Called(Protocol):
    """What a command printed, and how it ended."""

    exit_code: int
    stdout: str
    stderr: str


class Caller(Protocol):
    """Calls the command line with these words."""

    def __call__(self, *words: str | Path, given: str = "") -> Called: ...


@pytest.fixture
def actwise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Caller:
    """`actwise ...` with a home and a database of its own, plain and 150 columns wide."""
    for name, value in {"ACTWISE_HOME": str(tmp_path / "home"), "NO_COLOR": "1", "COLUMNS": "150"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("ACTWISE_URL", raising=False)

    def call(*words: str | Path, given: str = "") -> Any:
        return CliRunner().invoke(commands, [str(word) for word in words], input=given)

    return call

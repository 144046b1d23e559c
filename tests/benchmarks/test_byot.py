"""Killing trainers and the server loses no result, and changes no decision."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from benchmarks.byot.killing import disturbed, undisturbed
from tests.service.storage.databases import _sqlite_template

__all__ = ["_sqlite_template"]


@pytest.fixture
def url(_sqlite_template: Path, tmp_path: Path) -> str:
    shutil.copyfile(_sqlite_template, tmp_path / "actwise.db")
    return f"sqlite:///{tmp_path / 'actwise.db'}"


@pytest.mark.slow
def test_killing_trainers_and_the_server_loses_no_result_and_decides_alike(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = Path(__file__).parents[2]
    monkeypatch.setenv("PYTHONPATH", f"{root}:{root / 'client'}")
    alone, killed = undisturbed(url), disturbed(url, tmp_path, kills=5, seed=1, seconds=0.2)
    assert killed.trainers_killed + killed.servers_killed == 5
    assert killed.servers_killed > 0
    assert killed.lost == ()
    assert 0 < killed.taken <= killed.state.results == alone.results
    assert killed.state.standing == alone.standing
    assert killed.state.status == alone.status == "decided"

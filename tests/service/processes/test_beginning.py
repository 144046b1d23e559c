"""Entry points: what the operator can repair is said in one line, with exit code 2."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules import Finding, RulesRefused
from service.processes import purge
from service.processes.beginning import entry
from service.processes.listening import PortError
from service.settings import Settings
from service.storage.migrate import migrate


@pytest.fixture(autouse=True)
def _home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ACTWISE_HOME", str(tmp_path))
    monkeypatch.delenv("ACTWISE_DATABASE_URL", raising=False)


def _main_that_raises(error: Exception) -> int:
    def main(_settings: Settings) -> int:
        raise error

    return entry(main)()


@pytest.mark.parametrize("error", [PortError("port 1 is taken"), OSError(13, "denied", "/home/actwise.db")])
def test_a_fault_of_the_surroundings_is_one_line(error: Exception, capsys: pytest.CaptureFixture[str]) -> None:
    assert _main_that_raises(error) == 2
    told = capsys.readouterr().err
    assert told.startswith("actwise: ")
    assert told.count("\n") == 1


def test_house_rules_that_cannot_be_used_are_told_finding_by_finding(capsys: pytest.CaptureFixture[str]) -> None:
    findings = (Finding("house.yaml", "one", "wrong"), Finding("house.yaml", "two", "wrong too"))
    assert _main_that_raises(RulesRefused(findings)) == 2
    told = capsys.readouterr().err
    assert "actwise: house.yaml: one: wrong" in told
    assert "actwise: house.yaml: two: wrong too" in told


def test_a_fault_of_ours_is_not_hidden() -> None:
    with pytest.raises(KeyError):
        _main_that_raises(KeyError("bug"))


def test_every_wrong_setting_is_a_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PORT", "http")
    monkeypatch.setenv("ACTWISE_WORKERS", "many")
    assert entry(lambda _: 0)() == 2
    told = capsys.readouterr().err
    assert "PORT" in told
    assert "ACTWISE_WORKERS" in told


def test_purging_an_unmigrated_database_says_what_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    assert purge.main() == 2
    assert "database" in capsys.readouterr().err


def test_purging_says_how_much_it_deleted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    migrate(f"sqlite:///{tmp_path / 'actwise.db'}")
    assert purge.main(30) == 0
    assert "deleted 0 recommendations" in capsys.readouterr().out

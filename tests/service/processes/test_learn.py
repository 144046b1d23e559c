"""`actwise learn`: what it writes and says, and how to go back."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.prior import past
from service.learning import refit
from service.learning.serving import own_file
from service.learning.store import remember
from service.processes import learn
from tests.models.prior.races import history, race


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation whose shipped history is small, so that learning is quick."""
    monkeypatch.setenv("ACTWISE_HOME", str(tmp_path))
    monkeypatch.delenv("ACTWISE_DATABASE_URL", raising=False)
    few = tuple(history(24, lambda name, _: 10.0 if name == "tanh" else 0.0))
    monkeypatch.setattr(past, "starting_history", lambda: few)
    monkeypatch.setattr(refit.learn, "__defaults__", (refit.GRID[:1],))
    return tmp_path


def test_learning_keeps_a_model_and_says_what_it_rests_on(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    remember(f"sqlite:///{home / 'actwise.db'}", [race(900, {"relu": 0.0, "tanh": 0.0, "gelu": -1.0})])
    assert learn.main() == 0
    assert own_file(home).exists()
    told = capsys.readouterr().out
    assert "25 races, 1 of them probes of this installation" in told
    assert "dense: 25 races, skill 0." in told
    assert "real data sets left out; effects count" in told


def test_forgetting_goes_back_to_what_is_shipped(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own_file(home).write_text("{}")
    assert learn.main(forget=True) == 0
    assert not own_file(home).exists()
    assert learn.main(forget=True) == 0
    assert "shipped" in capsys.readouterr().out

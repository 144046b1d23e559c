"""The PyTorch example trains real networks, and its race ends with a decision that its results bear out."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("sqlalchemy")
pytest.importorskip("flask")
sys.path.insert(0, str(Path(__file__).parents[2] / "examples"))

import digits_cnn_torch as example  # noqa: E402

from actwise.contract.race import RaceStart, RaceTask  # noqa: E402
from actwise.testing import wsgi_client  # noqa: E402
from service.http.races_alone import races_application  # noqa: E402
from service.storage.migrate import migrate  # noqa: E402

START = RaceStart(scheme="he_normal", gain=1.4, first_gain=1.0)


def task(**fields: object) -> RaceTask:
    usual = {
        "id": "t",
        "attempt": 1,
        "activation": "silu",
        "initialization": START,
        "learning_rate_factor": 1.0,
        "learning_rate": 0.01,
        "seed": 0,
        "length": 2,
        "unit": "epochs",
        "lease_seconds": 60.0,
    }
    return RaceTask.model_validate(usual | fields)


def quiet(_value: float, _at: int | None = None) -> None:
    """Nobody listens."""


def test_weights_begin_as_the_task_says() -> None:
    torch.manual_seed(0)
    centred = START.model_copy(update={"centred": True})
    first, second, *_ = [layer for layer in example.network(torch.nn.ReLU(), centred) if hasattr(layer, "weight")]
    ours, theirs = first.weight.detach(), second.weight.detach()
    assert float(ours.std()) == pytest.approx(1 / 3, rel=0.2)
    assert float(theirs.std()) == pytest.approx(1.4 / 12, rel=0.1)
    assert float(theirs.flatten(1).sum(1).abs().max()) < 1e-5
    assert float(ours.flatten(1).sum(1).abs().max()) > 0.1


def test_a_training_is_a_function_of_its_task_and_learns() -> None:
    once, again, other = (example.train(task(seed=seed), quiet) for seed in (0, 0, 1))
    assert once == again != other
    assert once > 0.3


def test_a_network_that_diverges_is_worth_no_number() -> None:
    assert example.train(task(learning_rate=1e30), quiet) != example.train(task(learning_rate=1e30), quiet)


@pytest.mark.slow
def test_the_race_of_the_example_ends_with_a_decision(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = f"sqlite:///{tmp_path / 'actwise.db'}"
    migrate(url)
    state = example.race(wsgi_client(races_application(url)), ["silu", "sigmoid"], epochs=4, runs=9)
    assert state.status in ("decided", "undecided")
    assert state.tie_group[0] == "silu"
    assert state.failures == 0
    example.show(state)
    assert state.summary[0] in capsys.readouterr().out

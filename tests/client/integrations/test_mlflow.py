"""Answers logged to a real MLflow server, with its SQLite store on this machine."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

pytest.importorskip("mlflow")

import mlflow
from mlflow.tracking import MlflowClient

from actwise.contract.answer import MemberCurve, ProbeReport, Race, RaceEntry, Recommendation
from actwise.integrations.mlflow import log_answer, log_race

Advise = Callable[..., Recommendation]
pytestmark = [
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.slow,
    pytest.mark.usefixtures("mlflow_server"),
]  # MLflow's own parts warn of each other


def race() -> Race:
    entries = (
        RaceEntry(candidate="relu", status="in_group", learning_rate=1e-3, seeds=2, score=0.9, difference=None),
        RaceEntry(candidate="x * tanh(x)", status="diverged", learning_rate=None, seeds=2, score=None, difference=None),
    )
    curves = (
        MemberCurve(candidate="relu", steps=(10, 20, 40), score=(0.2, 0.5, 0.9)),
        MemberCurve(candidate="x * tanh(x)", steps=(10, 20), score=(0.3, 0.1)),
    )
    return Race(
        subject="conv",
        metric="accuracy",
        rungs=(10, 20, 40),
        entries=entries,
        network_steps=9,
        stopped="decided",
        curves=curves,
    )


@pytest.fixture
def answer(advise: Advise) -> Recommendation:
    found = advise(task="classification", layer_type="conv", depth=8, compute_budget="low", domain="x" * 200)
    return found.model_copy(update={"probe": ProbeReport(network_steps_budget=9, races=(race(),))})


def artifacts(run: str) -> set[str]:
    return {one.path for one in MlflowClient().list_artifacts(run, "actwise")}


def test_an_answer_is_logged_whole(answer: Recommendation, tmp_path: Path) -> None:
    with mlflow.start_run() as active:
        assert log_answer(answer) == active.info.run_id
    run = mlflow.get_run(active.info.run_id)
    first = answer.hidden[0].ranking[0]
    assert run.data.params["actwise.conv.activation"] == first.activation
    assert run.data.params["actwise.layer_type"] == "conv"
    assert run.data.params["actwise.output.loss"] == answer.output.ranking[0].loss
    assert run.data.tags["actwise.id"] == answer.id
    assert run.data.tags["actwise.rules"] == answer.receipt.rules
    assert run.data.metrics["actwise.conv.probability_best"] == pytest.approx(first.probability_best)
    content = Path(
        mlflow.artifacts.download_artifacts(
            run_id=run.info.run_id, artifact_path="actwise/answer.json", dst_path=str(tmp_path)
        )
    )
    assert Recommendation.model_validate_json(content.read_text()).receipt == answer.receipt
    assert artifacts(run.info.run_id) >= {"actwise/answer.json", "actwise/receipt.json"}


def test_curves_are_metrics_step_by_step_without_what_is_no_number(answer: Recommendation) -> None:
    odd = MemberCurve(candidate="x * tanh(x)", steps=(10, 20), score=(0.3, float("nan")))
    run = log_answer(answer)
    log_race(race().model_copy(update={"subject": "odd", "curves": (odd,)}), run, plots=False)
    client = MlflowClient()
    history = client.get_metric_history(run, "actwise.conv.relu")
    assert [(one.step, one.value) for one in sorted(history, key=lambda one: one.step)] == [
        (10, 0.2),
        (20, 0.5),
        (40, 0.9),
    ]
    assert [one.step for one in client.get_metric_history(run, "actwise.odd.x _ tanh_x_")] == [10]
    assert client.get_run(run).info.status == "FINISHED", "a run that was begun here is ended"


def test_logging_again_changes_nothing_and_a_run_can_be_named(answer: Recommendation) -> None:
    run = MlflowClient().create_run("0").info.run_id
    assert log_answer(answer, run) == run
    assert log_answer(answer, run) == run
    assert MlflowClient().get_run(run).info.status == "RUNNING", "the caller's run goes on"
    assert mlflow.active_run() is None


def test_the_picture_is_a_png_with_matplotlib_and_an_svg_without(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pytest.importorskip("matplotlib")
    assert artifacts(log_race(race())) == {"actwise/race-conv.png"}
    assert artifacts(log_race(race(), plots=False)) == set()
    really = builtins.__import__

    def without(name: str, *rest: Any, **named: Any) -> Any:
        if name.startswith("matplotlib"):
            raise ImportError(name)
        return really(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    run = log_race(race())
    monkeypatch.undo()
    assert artifacts(run) == {"actwise/race-conv.svg"}
    file = mlflow.artifacts.download_artifacts(
        run_id=run, artifact_path="actwise/race-conv.svg", dst_path=str(tmp_path)
    )
    assert len(ElementTree.parse(file).findall("{http://www.w3.org/2000/svg}polyline")) == 2


def test_more_points_than_one_call_takes_are_logged() -> None:
    long = MemberCurve(candidate="relu", steps=tuple(range(2_500)), score=(0.5,) * 2_500)
    run = log_race(race().model_copy(update={"curves": (long,)}), plots=False)
    assert len(MlflowClient().get_metric_history(run, "actwise.conv.relu")) == 2_500

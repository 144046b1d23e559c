"""MLflow: an answer, its receipt and the curves of its races, kept with a run.

from actwise.integrations import mlflow as actwise_mlflow

with mlflow.start_run():
    actwise_mlflow.log_answer(answer)
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from math import isfinite
from typing import Any

from actwise.contract.answer import Race, Recommendation
from actwise.integrations.curves import svg_of
from actwise.integrations.missing import not_installed

try:
    import mlflow
    from mlflow.entities import Metric, Param, RunTag
    from mlflow.tracking import MlflowClient
except ImportError as error:
    raise not_installed("MLflow", "mlflow", error) from error

__all__ = ["log_answer", "log_race"]

_FOLDER = "actwise"
_AT_ONCE = {"metrics": 1_000, "params": 100, "tags": 100}
"""The most that MLflow takes in one call."""

_LONGEST = 500
_NOT_IN_KEYS = re.compile(r"[^\w\-./ ]")


def log_answer(answer: Recommendation, run: Any = None, plots: bool = True) -> str:
    """Log an answer to a run, and give the run's id.

    run: a run or its id; the active run unless given; where there is none, a run is begun and ended. Logged are

    - parameters: every field of the request that was said (`actwise.layer_type`, ...), and for each block the first
      choice (`actwise.conv.activation`, `.gain`, `.scheme`), the output head and its loss
    - tags: id, version, status and rules of the answer
    - metrics: `probability_best` and the effect of each first choice; for each race its curves, step by step
    - artifacts in `actwise/`: answer.json, receipt.json, and with `plots` one picture of each race (PNG where
      matplotlib is installed, else SVG)

    The same answer may be logged to the same run again. Raises what MLflow raises, such as for a store that cannot be
    reached.
    """
    client = MlflowClient()
    identifier, begun = _run_of(run)
    _log(client, identifier, params=[Param(key, value[:_LONGEST]) for key, value in _parameters(answer)])
    _log(client, identifier, tags=[RunTag(key, value) for key, value in _tags(answer)])
    _log(client, identifier, metrics=[Metric(key, value, _now(), 0) for key, value in _figures(answer)])
    client.log_text(identifier, answer.model_dump_json(indent=2), f"{_FOLDER}/answer.json")
    client.log_text(identifier, answer.receipt.model_dump_json(indent=2), f"{_FOLDER}/receipt.json")
    for race in answer.probe.races if answer.probe else ():
        log_race(race, identifier, plots)
    if begun:
        client.set_terminated(identifier)
    return identifier


def log_race(race: Race, run: Any = None, plots: bool = True) -> str:
    """Log the curves of a race to a run as metrics (`actwise.conv.relu`, step by step), and its picture; the run's id.

    run and plots as for `log_answer`. Scores that are no finite numbers are left out.
    """
    client = MlflowClient()
    identifier, begun = _run_of(run)
    _log(client, identifier, metrics=[Metric(key, value, _now(), step) for key, value, step in _curves(race)])
    if plots and race.curves:
        _picture(client, identifier, race)
    if begun:
        client.set_terminated(identifier)
    return identifier


def _run_of(run: Any) -> tuple[str, bool]:
    """(the run's id, whether it was begun here)."""
    if isinstance(run, str):
        return run, False
    active = run if run is not None else mlflow.active_run()
    if active is not None:
        return str(active.info.run_id), False
    begun = mlflow.start_run()
    mlflow.end_run("RUNNING")
    return str(begun.info.run_id), True


def _log(client: MlflowClient, run: str, **entries: list[Any]) -> None:
    for kind, all_ in entries.items():
        for start in range(0, len(all_), _AT_ONCE[kind]):
            client.log_batch(run, **{kind: all_[start : start + _AT_ONCE[kind]]})


def _key(*parts: str) -> str:
    return _NOT_IN_KEYS.sub("_", ".".join((_FOLDER, *parts)))[:250]


def _now() -> int:
    return int(time.time() * 1_000)


def _parameters(answer: Recommendation) -> Iterator[tuple[str, str]]:
    for name, value in answer.request.model_dump(mode="json", exclude_unset=True).items():
        if value is not None:
            yield _key(name), str(value)
    for block in answer.hidden:
        first = block.ranking[0]
        yield _key(block.block, "activation"), first.activation
        yield _key(block.block, "scheme"), first.initialization.scheme
        if first.initialization.gain is not None:
            yield _key(block.block, "gain"), f"{first.initialization.gain:g}"
    head = answer.output.ranking[0]
    yield _key("output", "head"), head.head
    yield _key("output", "loss"), head.loss


def _tags(answer: Recommendation) -> Iterator[tuple[str, str]]:
    yield _key("id"), answer.id
    yield _key("status"), answer.status
    yield _key("version"), answer.receipt.version
    yield _key("rules"), answer.receipt.rules


def _figures(answer: Recommendation) -> Iterator[tuple[str, float]]:
    for block in answer.hidden:
        first = block.ranking[0]
        yield _key(block.block, "probability_best"), first.probability_best
        for name in ("mean", "low", "high"):
            yield _key(block.block, "effect", name), getattr(first.effect, name)


def _curves(race: Race) -> Iterator[tuple[str, float, int]]:
    for curve in race.curves:
        for step, score in zip(curve.steps, curve.score, strict=True):
            if isfinite(score):
                yield _key(race.subject, curve.candidate), score, step


def _picture(client: MlflowClient, run: str, race: Race) -> None:
    name = _NOT_IN_KEYS.sub("_", f"{_FOLDER}/race-{race.subject.replace('/', '_')}")
    try:
        from matplotlib.figure import Figure
    except ImportError:
        client.log_text(run, svg_of(race), f"{name}.svg")
        return
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.add_subplot()
    for curve in race.curves:
        axes.plot(curve.steps, curve.score, label=curve.candidate)
    axes.set(xlabel="steps", ylabel=race.metric, title=f"race of {race.subject}")
    axes.legend()
    client.log_figure(run, figure, f"{name}.png")

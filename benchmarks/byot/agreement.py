"""The PyTorch example beside our own probe of the same network, on the same rows, with the same budget.

Both race the same candidates, from the same starts, at the same learning rates, with Adam on the same schedule; what is
drawn by chance (weights, batches) differs, and so does all code between a task and its score.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from actwise.contract.answer import Race, RaceEntry
from actwise.contract.evidence import Effect
from actwise.contract.race import RaceState, RaceTask
from actwise.contract.request import TaskDescription
from actwise.contract.situation import situations_of
from actwise.racing import Report
from models.data.prepared import PreparedData
from models.race.plan import RacePlan
from service.probing.calibration import Calibration
from service.probing.data import load
from service.probing.inline import run_inline
from service.probing.plan import ProbePlan, plan_probe
from service.probing.run import ProbeRun

CANDIDATES = ("relu", "gelu", "silu", "tanh", "selu", "sigmoid")
NETWORK_STEPS = 16_000


def agreement(network_steps: int = NETWORK_STEPS) -> tuple[Race, RaceState]:
    """Our probe's race, and that of the example; needs PyTorch."""
    example = _example()
    described = {**example.DESCRIPTION, "rows": None}
    description = TaskDescription.model_validate(described)
    probe = {"data": {"name": "digits"}, "network_steps": network_steps, "heads": False}
    plan = _plan(TaskDescription.model_validate({**described, "probe": probe}))
    assert plan.data is not None, plan.refused
    data = load(plan.data)
    return run_inline(ProbeRun(plan), data).races[0], _theirs(example, description, plan.races[0], data)


def tied_alike(ours: Race, theirs: Race) -> dict[str, bool]:
    """Per candidate, whether both races say the same of it: in the tie group or out, or intervals that overlap."""
    other = {entry.candidate: entry for entry in theirs.entries}
    return {entry.candidate: _alike(entry, other[entry.candidate]) for entry in ours.entries}


def _alike(one: RaceEntry, other: RaceEntry) -> bool:
    if (one.status == "in_group") == (other.status == "in_group"):
        return True
    first, second = one.difference, other.difference
    return first is not None and second is not None and _overlap(first, second)


def _overlap(one: Effect, other: Effect) -> bool:
    return one.low <= other.high and other.low <= one.high


def _plan(request: TaskDescription) -> ProbePlan:
    situations = situations_of(request)
    return plan_probe(request, situations, {situations[0].block: CANDIDATES}, Calibration())


def _theirs(example: Any, description: TaskDescription, plan: RacePlan, data: PreparedData) -> RaceState:
    """The race of the example's networks, through the service's own operations, on our rows."""
    from actwise.testing import wsgi_client
    from service.http.races_alone import races_application
    from service.storage.migrate import migrate

    rows = _rows(example, data)

    def train(task: RaceTask, report: Report) -> float:
        return float(example.fit(task, report, rows, task.length))

    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/actwise.db"
        migrate(url)
        return wsgi_client(races_application(url)).race(
            train,
            description,
            candidates=list(CANDIDATES),
            budget={"length": plan.rungs[-1], "unit": "steps", "runs": plan.budget / plan.rungs[-1]},
            metric=plan.metric,
            direction="maximize",
            margin=plan.margin,
            baseline=plan.baseline,
            learning_rate=1e-3,
            learning_rate_factors=[rate / 1e-3 for rate in plan.learning_rates],
            most_seeds=plan.most_seeds,
        )


def _rows(example: Any, data: PreparedData) -> Any:
    import torch

    torch.set_num_threads(1)
    images = [torch.tensor(_images(data, x)) for x in (data.x_train, data.x_valid)]
    labels = [torch.tensor(np.asarray(y, dtype=np.int64).ravel()) for y in (data.y_train, data.y_valid)]
    return example.Rows(images[0], labels[0], images[1], labels[1])


def _images(data: PreparedData, x: Any) -> Any:
    """Channels first, as PyTorch has them."""
    images = np.asarray(x, dtype=np.float32).reshape(len(x), *data.row.sizes)
    return np.ascontiguousarray(np.moveaxis(images, -1, 1))


def _example() -> Any:
    sys.path.insert(0, str(Path(__file__).parents[2] / "examples"))
    try:
        return import_module("digits_cnn_torch")
    finally:
        sys.path.pop(0)


def lines(ours: Race, theirs: Race) -> Sequence[str]:
    """Both races side by side, by our order."""
    other, alike = {entry.candidate: entry for entry in theirs.entries}, tied_alike(ours, theirs)
    head = f"{'activation':<12}{'ours':<46}{'PyTorch':<46}alike"
    rows = [
        f"{one.candidate:<12}{_told(one):<46}{_told(other[one.candidate]):<46}{'yes' if alike[one.candidate] else 'NO'}"
        for one in ours.entries
    ]
    return [head, *rows]


def _told(entry: RaceEntry) -> str:
    gap = entry.difference
    interval = f"{gap.mean:+.4f} ({gap.low:+.4f}, {gap.high:+.4f})" if gap else "-"
    return f"{entry.status:<9} {entry.learning_rate or 0:<6g} {entry.seeds} {interval}"

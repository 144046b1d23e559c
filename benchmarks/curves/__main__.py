"""Learning curves of one real probe network per layer type, with bands over seeds, as pictures in docs/curves.

Run: PYTHONPATH=client:. python -m benchmarks.curves [layer type ...] [--steps 600] [--seeds 8]

Every candidate has its recommended start and its own best learning rate of three; a band reaches from the second lowest
to the second highest seed (from the lowest to the highest below six seeds). The data are those that a probe would take.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from actwise.contract.reading import read_request
from actwise.contract.situation import resolve
from benchmarks.curves.drawing import Band, picture
from models.data.prepared import PreparedData
from models.heads import score_for
from models.training.run import run_task
from models.training.task import MemberResult, TrainingTask
from service.probing.data import load, reference
from service.probing.entrants import hidden_entrants
from service.probing.judging import usable_heads
from service.probing.proxy import proxy_network

FOLDER = Path(__file__).parents[2] / "docs" / "curves"
CANDIDATES = ("relu", "tanh", "sigmoid", "gelu", "silu")
RATES = (1e-3, 3e-3, 1e-2)
DESCRIPTIONS: dict[str, dict[str, object]] = {
    "dense": {"layer_type": "dense", "depth": 4, "width": 32, "data": "digits"},
    "conv": {"layer_type": "conv", "depth": 3, "normalization": "batch", "width": 16, "data": "digits"},
    "recurrent": {"layer_type": "recurrent", "depth": 1, "cell": "rnn", "width": 32, "data": None},
    "attention": {"layer_type": "attention", "depth": 2, "width": 32, "data": None},
    "graph": {"layer_type": "graph", "depth": 3, "width": 32, "normalization": "none", "data": None},
}


@dataclass(frozen=True)
class Case:
    """A layer type's network and data, and the task of each candidate."""

    name: str
    title: str
    metric: str
    data: PreparedData
    tasks: tuple[TrainingTask, ...]


def main() -> None:
    """Train, draw and say where."""
    parser = argparse.ArgumentParser(description="Draw learning curves with bands.")
    parser.add_argument("layer_types", nargs="*", choices=[*DESCRIPTIONS, []], default=[])
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--seeds", type=int, default=8)
    options = parser.parse_args()
    FOLDER.mkdir(exist_ok=True)
    with threadpool_limits(1):
        for name in options.layer_types or DESCRIPTIONS:
            case = case_of(name, options.steps, options.seeds)
            drawn = picture(case.title, case.metric, [_band(task, case.data) for task in case.tasks])
            (FOLDER / f"{name}.svg").write_text(drawn)
            print(f"docs/curves/{name}.svg: {case.title}")


def case_of(name: str, steps: int, seeds: int) -> Case:
    """The network that a probe would train for a description, and its tasks."""
    fields = dict(DESCRIPTIONS[name])
    source = fields.pop("data")
    probe = {"seconds": 10, "data": {"name": source} if source else None}
    request = read_request({"task": "classification", "compute_budget": "low", **fields, "probe": probe})
    (situation,) = resolve(request)[0]
    data = load(reference(request, situation, 0, native=True))
    head = usable_heads(data)[0]
    network = proxy_network(situation, data, head.unit_count(data.classes, data.outputs)).network
    tasks = tuple(
        entrant.task(
            f"{name}/{entrant.candidate}",
            network,
            learning_rates=RATES,
            seeds=tuple(range(seeds)),
            steps=steps,
            batch_size=len(data.x_train) if name == "graph" else 64,
            evaluations=24,
        )
        for entrant in hidden_entrants(CANDIDATES, network, head)
    )
    title = f"{name}: {network.layers_in_words} on {data.name}, {seeds} seeds"
    targets = np.concatenate([data.y_train, data.y_valid])
    return Case(name, title, score_for(data.task, targets).name, data, tasks)


def _band(task: TrainingTask, data: PreparedData) -> Band:
    members = run_task(task, data).members
    rate = max(
        task.learning_rates, key=lambda rate: np.mean([_final(one) for one in members if one.learning_rate == rate])
    )
    curves = [one for one in members if one.learning_rate == rate and one.score is not None]
    scores = np.sort(np.array([one.curve_scores for one in curves]), axis=0)
    out = 1 if len(curves) >= 6 else 0
    return Band(
        f"{task.candidate} {rate:g}",
        curves[0].curve_steps,
        tuple(np.median(scores, axis=0).tolist()),
        tuple(scores[out].tolist()),
        tuple(scores[-1 - out].tolist()),
    )


def _final(member: MemberResult) -> float:
    return -1e9 if member.score is None else member.score


if __name__ == "__main__":
    main()

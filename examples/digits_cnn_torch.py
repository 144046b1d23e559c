"""Which activation should this PyTorch network use? A race that PyTorch runs, on scikit-learn's digits.

    actwise serve                          # in another terminal
    python examples/digits_cnn_torch.py

Needs torch, scikit-learn and the `actwise` client; nothing of the service is imported. `train` is all that is special
to this network: it builds, starts and trains what a task asks for, and says what accuracy came of it.
"""

# ruff: noqa: T201
from __future__ import annotations

import argparse
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn

from actwise import Client
from actwise.contract.race import RaceStart, RaceState, RaceTask
from actwise.racing import Report

DEPTH, WIDTH, BATCH = 3, 16, 64
DESCRIPTION = {
    "task": "classification",
    "classes": 10,
    "modality": "image",
    "layer_type": "conv",
    "depth": DEPTH,
    "width": WIDTH,
    "normalization": "none",
    "residual": False,
    "compute_budget": "low",
    "framework": "pytorch",
    "rows": 1_347,
}
ACTIVATIONS = {
    "relu": nn.ReLU(),
    "leaky_relu": nn.LeakyReLU(),
    "elu": nn.ELU(),
    "selu": nn.SELU(),
    "gelu": nn.GELU(),
    "silu": nn.SiLU(),
    "mish": nn.Mish(),
    "hard_swish": nn.Hardswish(),
    "tanh": nn.Tanh(),
    "sigmoid": nn.Sigmoid(),
}


@dataclass(frozen=True)
class Rows:
    """Images [n, 1, 8, 8], standardised, and labels [n], to train on and to judge by."""

    x: torch.Tensor
    y: torch.Tensor
    x_valid: torch.Tensor
    y_valid: torch.Tensor


@cache
def digits() -> Rows:
    """1,347 images to train on, 450 to judge by."""
    x, y = load_digits(return_X_y=True)
    x, x_valid, y, y_valid = train_test_split(x, y, test_size=0.25, random_state=0, stratify=y)
    mean, sd = x.mean(), x.std()
    images = [torch.tensor((part - mean) / sd, dtype=torch.float32).reshape(-1, 1, 8, 8) for part in (x, x_valid)]
    return Rows(images[0], torch.tensor(y), images[1], torch.tensor(y_valid))


def network(activation: nn.Module, start: RaceStart) -> nn.Sequential:
    """Three convolutions, the mean over all places, and a linear layer; weights begin as the task says."""
    layers: list[nn.Module] = []
    for index in range(DEPTH):
        layer = nn.Conv2d(WIDTH if index else 1, WIDTH, 3, padding=1)
        begin(layer, start.gain if index else start.first_gain, start.centred and index > 0)
        layers += [layer, activation]
    output = nn.Linear(WIDTH, 10)
    begin(output, 1.0, centred=False)
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), output)


def begin(layer: Any, gain: float, centred: bool) -> None:
    """Weights of standard deviation gain / sqrt(fan_in); centred ones sum to zero over the inputs of each unit."""
    nn.init.normal_(layer.weight, std=gain / layer.weight[0].numel() ** 0.5)
    nn.init.zeros_(layer.bias)
    if centred:
        layer.weight.data -= layer.weight.data.flatten(1).mean(1).reshape(-1, *[1] * (layer.weight.dim() - 1))


def schedule(steps: int) -> Any:
    """A warm-up over a twentieth of the steps, then down to zero: a short training has a schedule of its own."""
    rise = max(1, round(0.05 * steps))
    return lambda step: (step + 1) / rise if step < rise else (steps - step) / (steps - rise + 1)


def fit(task: RaceTask, report: Report, rows: Rows, steps: int) -> float:
    """Train from scratch for so many steps of Adam; the accuracy on the rows to judge by."""
    torch.manual_seed(task.seed)
    model = network(ACTIVATIONS[task.activation], task.initialization)
    optimizer = torch.optim.Adam(model.parameters(), lr=task.learning_rate or 3e-3)
    plan = torch.optim.lr_scheduler.LambdaLR(optimizer, schedule(steps))
    order = torch.Generator().manual_seed(task.seed)
    looks = {round(part * steps / 8): part * task.length // 8 for part in range(1, 8)} if steps >= 80 else {}
    batches: list[torch.Tensor] = []
    for step in range(1, steps + 1):
        if not batches:
            batches = list(torch.randperm(len(rows.x), generator=order).split(BATCH))
        chosen = batches.pop()
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(rows.x[chosen]), rows.y[chosen]).backward()
        optimizer.step()
        plan.step()
        if step in looks and looks[step] > 0:
            report(accuracy(model, rows), looks[step])
    return accuracy(model, rows)


@torch.no_grad()
def accuracy(model: nn.Module, rows: Rows) -> float:
    """Share of the images to judge by that are named rightly; NaN when the network has diverged."""
    outputs = model(rows.x_valid)
    if not outputs.isfinite().all():
        return float("nan")
    return float((outputs.argmax(1) == rows.y_valid).float().mean())


def train(task: RaceTask, report: Report) -> float:
    """What the race calls: `task.length` counts epochs."""
    torch.set_num_threads(1)
    rows = digits()
    return fit(task, report, rows, task.length * -(-len(rows.x) // BATCH))


def show(state: RaceState) -> None:
    """How the race ended, a line for each candidate."""
    print(*state.summary, sep="\n")
    print(f"{'activation':<12}{'status':<10}{'accuracy':>9}  {'to the leader (90 %)':<29}{'rate':>8}{'seeds':>6}")
    for entry in state.standing.entries:
        score = f"{entry.score:.4f}" if entry.score is not None else "-"
        gap = entry.difference
        told = f"{gap.mean:+.4f} ({gap.low:+.4f} to {gap.high:+.4f})" if gap and gap.high > gap.low else ""
        rate = f"{entry.learning_rate:g}" if entry.learning_rate else "-"
        print(f"{entry.candidate:<12}{entry.status:<10}{score:>9}  {told:<29}{rate:>8}{entry.seeds:>6}")


def race(client: Client, candidates: list[str], epochs: int, runs: float, workers: int = 1) -> RaceState:
    """The race of these candidates: full trainings of so many epochs, `runs` of them in all."""
    return client.race(
        train,
        DESCRIPTION,
        candidates=candidates,
        budget={"length": epochs, "unit": "epochs", "runs": runs},
        metric="accuracy",
        direction="maximize",
        margin=0.01,
        baseline=0.1,
        learning_rate=3e-3,
        workers=workers,
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default=None, help="where the service listens; this machine's port 8000 unless said")
    parser.add_argument("--candidates", nargs="+", choices=ACTIVATIONS, default=["relu", "gelu", "silu", "tanh"])
    parser.add_argument("--epochs", type=int, default=18, help="of a full training")
    parser.add_argument("--runs", type=float, default=20, help="full trainings that the race may cost")
    parser.add_argument("--workers", type=int, default=1, help="processes that train")
    given = parser.parse_args()
    show(race(Client(given.url), given.candidates, given.epochs, given.runs, given.workers))

"""Time of apply and pull per element for every activation, beside the relative cost stored in the catalogue.

Run: OPENBLAS_NUM_THREADS=1 PYTHONPATH=client:. python benchmarks/activations.py
Arrays are float32, 4 members x batch 128 x 64 units; each figure is the fastest of many rounds, the rounds interleaved
over all activations so that a busy machine disturbs them alike.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from models.activations import Activation, Array, GatedActivation, catalogue
from models.formulas import formula_activation

FORMULAS = (
    "x * tanh(softplus(x))",
    "x / (1 + exp(-x))",
    "max(x, 0)",
    "clip(x, -1, 1)",
    "0.5 * x * (1 + erf(x / sqrt(2)))",
    "x * arctan(exp(x))",
    "where(x > 0, x, 0.1 * x)",
)
"""Functions that a caller might write; beside them stands the cost estimated from their operations."""

SHAPE = (4, 128, 64)
ROUNDS = 200


class Case:
    """One activation with buffers that are allocated once, as the trainer holds them."""

    def __init__(self, activation: Activation, x: Array) -> None:
        """Make the buffers; per-channel parameters have shape (members, 1, units)."""
        self.activation = activation
        self.x, self.z, self.delta, self.other = x, x.copy(), x.copy(), x.copy()
        self.work = activation.work_like(x)
        members, _, units = x.shape
        self.parameters = [np.full((members, 1, units), p.initial, x.dtype) for p in activation.parameters]
        self.gradients = [np.zeros_like(p) for p in self.parameters]
        self.forward = self.backward = float("inf")

    def time_once(self) -> None:
        """Time one apply and one pull, and keep the fastest of each."""
        np.copyto(self.z, self.x)
        np.copyto(self.delta, self.x)
        self.forward = min(self.forward, seconds(self.apply))
        self.backward = min(self.backward, seconds(self.pull))

    def apply(self) -> None:
        """One forward call."""
        if isinstance(self.activation, GatedActivation):
            self.activation.apply_gated(self.z, self.x, self.other, self.work)
        else:
            self.activation.apply(self.z, self.work, self.parameters)

    def pull(self) -> None:
        """One backward call."""
        if isinstance(self.activation, GatedActivation):
            self.activation.pull_gated(self.delta, self.z, self.x, self.other, self.work)
        else:
            self.activation.pull(self.delta, self.z, self.work, self.parameters, self.gradients)


def seconds(call: Callable[[], None]) -> float:
    """Wall time of one call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def main() -> None:
    """Measure and print the table."""
    x = np.random.default_rng(0).normal(size=SHAPE).astype(np.float32)
    formulas = {text: formula_activation(text) for text in FORMULAS}
    cases = {name: Case(activation, x) for name, activation in {**catalogue(), **formulas}.items()}
    for _ in range(ROUNDS):
        for case in cases.values():
            case.time_once()
    unit = cases["relu"].forward + cases["relu"].backward
    print(f"{'activation':34}{'apply ns':>10}{'pull ns':>10}{'both/relu':>11}{'stored':>8}")
    for name, case in cases.items():
        both = (case.forward + case.backward) / unit
        ns = [1e9 * part / x.size for part in (case.forward, case.backward)]
        print(f"{name:34}{ns[0]:10.3f}{ns[1]:10.3f}{both:11.1f}{case.activation.relative_cost:8.1f}")


if __name__ == "__main__":
    main()

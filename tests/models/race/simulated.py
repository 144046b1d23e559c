"""A trainer that knows the truth: a pure function from a task to its result, without any training."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from models.training.task import MemberResult, TaskResult, TrainingTask


@dataclass(frozen=True)
class Truth:
    """What a candidate reaches after endless training, and how.

    score(steps, rate) = best (1 - exp(-steps / pace)) - 0.05 log10(rate / best_rate)^2 + seed + noise;
    learning rates of `diverges_from` and above diverge; those above `spoils_above` lose 0.1 from 900 steps on.
    """

    best: float
    pace: float = 60.0
    best_rate: float = 3e-3
    noise: float = 0.004
    diverges_from: float = np.inf
    spoils_above: float = np.inf


@dataclass
class SimulatedTrainer:
    """Results for tasks by the candidates' truths; `steps_run` counts the network-steps."""

    truths: dict[str, Truth]
    steps_run: int = field(default=0)

    def run(self, task: TrainingTask) -> TaskResult:
        members = tuple(self._member(task, rate, seed) for rate, seed in task.members)
        steps = task.steps * len(members)
        self.steps_run += steps
        return TaskResult(id=task.id, candidate=task.candidate, members=members, network_steps=steps)

    def _member(self, task: TrainingTask, rate: float, seed: int) -> MemberResult:
        truth = self.truths[task.candidate]
        if rate >= truth.diverges_from:
            return MemberResult(learning_rate=rate, seed=seed, score=None, diverged_at=1)
        shared = np.random.default_rng([task.seed, seed, task.steps])
        key = [task.seed, seed, task.steps, round(rate * 1e6), sum(map(ord, task.candidate))]
        own = np.random.default_rng(key)
        reached = truth.best * (1 - np.exp(-task.steps / truth.pace))
        reached -= 0.05 * np.log10(rate / truth.best_rate) ** 2
        reached -= 0.1 * (rate > truth.spoils_above and task.steps >= 900)
        score = float(reached + 0.01 * shared.standard_normal() + truth.noise * own.standard_normal())
        return MemberResult(
            learning_rate=rate,
            seed=seed,
            score=score,
            diverged_at=None,
            curve_steps=(task.steps,),
            curve_scores=(score,),
            dead_share=0.1,
            saturated_share=0.2,
            gradient_ratio=-1.0,
            training_loss=0.1,
        )

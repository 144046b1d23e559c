"""Training one grid of members, learning rates x seeds, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from models.activations.base import Activation, Array
from models.networks.base import Observer
from models.networks.families import FAMILIES
from models.networks.parts import WeightStart
from models.training.batches import Batches
from models.training.diagnostics import Diagnosis, SlopeCensus, diagnoses, gradient_ratios
from models.training.objective import Objective
from models.training.optimizers import OPTIMIZERS
from models.training.pacing import steps_between_polls
from models.training.schedule import evaluation_steps, rate_factor
from models.training.task import MemberResult, TrainingTask

EXPLODED = 1000.0
"""A member has diverged when its batch loss is not finite, or above its first loss by 1000 times (1 + its size), or
when its validation score is not finite."""
EVALUATION_ROWS = 256


class Stopped(Exception):
    """Training was told to stop before its end; there is no result."""


@dataclass
class _Record:
    """What is noted about one member on the way."""

    learning_rate: float
    seed: int
    diverged_at: int | None = None
    steps: list[int] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)

    def result(self, training_loss: float, diagnosis: Diagnosis) -> MemberResult:
        """The member's result; nothing but the curve so far when it diverged."""
        diverged = self.diverged_at is not None
        return MemberResult(
            learning_rate=self.learning_rate,
            seed=self.seed,
            score=None if diverged else self.scores[-1],
            diverged_at=self.diverged_at,
            curve_steps=tuple(self.steps),
            curve_scores=tuple(self.scores),
            dead_share=None if diverged else diagnosis.dead_share,
            saturated_share=None if diverged else diagnosis.saturated_share,
            gradient_ratio=None if diverged else diagnosis.gradient_ratio,
            training_loss=None if diverged else training_loss,
        )


class Population:
    """Members of a task at some of its learning rates and seeds."""

    def __init__(
        self,
        task: TrainingTask,
        activation: Activation,
        objective: Objective,
        learning_rates: Sequence[float],
        seeds: Sequence[int],
        should_stop: Callable[[], bool],
    ) -> None:
        self.task, self.objective, self.should_stop = task, objective, should_stop
        self.grid = [(rate, seed) for rate in learning_rates for seed in seeds]
        self.rows = min(task.batch_size, len(objective.x_train))
        members = len(self.grid)
        self.network = FAMILIES[task.network.family].build(
            task.network, activation, members=members, rows=self.rows, shares=len(seeds), graph=objective.graph
        )
        self._begin()
        rates = [rate for rate, _ in self.grid]
        self.optimizer = OPTIMIZERS[task.optimizer](self.network.parameters, self.network.gradients, rates)
        self.batches = Batches(
            self.network.prepared(objective.x_train),
            objective.targets,
            root=task.seed,
            seeds=seeds,
            rates=len(learning_rates),
            rows=self.rows,
        )
        self._records = [_Record(rate, seed) for rate, seed in self.grid]
        self._raw_gradient = np.empty_like(self.network.raw)
        self._valid = self.network.prepared(objective.x_valid)
        self._late_loss = np.zeros(members)
        self._late_steps = max(1, task.steps // 10)

    def train(self) -> tuple[MemberResult, ...]:
        """Take all steps; the members' results in the order of the grid. Raises Stopped."""
        points = set(evaluation_steps(self.task.steps, self.task.evaluations))
        every = steps_between_polls(self.task.network, self.network.activation, len(self.grid), self.rows)
        with np.errstate(all="ignore"):
            for step in range(1, self.task.steps + 1):
                if step % every == 1 or every == 1:
                    self._poll()
                self.step(step)
                if step in points:
                    self._evaluate(step)
                if all(record.diverged_at is not None for record in self._records):
                    break
            return tuple(self._results())

    def step(self, step: int) -> None:
        """Take step number `step`, counted from 1, on the next batch."""
        self.batches.advance()
        loss = self._loss()
        self.network.backward(self.batches.x, self._raw_gradient)
        if self.task.clip_norm is not None:
            self.optimizer.clip(self.task.clip_norm)
        self._watch(step, loss)
        self.optimizer.step(rate_factor(step, self.task.steps))
        self.network.keep_in_bounds()

    def _poll(self) -> None:
        if self.should_stop():
            raise Stopped(f"task {self.task.id!r} was stopped")

    def _begin(self) -> None:
        self.network.begin(
            WeightStart(self.task.gain, self.task.first_gain, self.task.centred),
            root=self.task.seed,
            seeds=[seed for _, seed in self.grid],
            output_bias=self.objective.output_bias,
        )

    def _loss(self) -> Array:
        """Losses [M] on the present batch; the gradient at the raw outputs goes to its buffer."""
        raw = self.network.forward(self.batches.x)
        return self.objective.loss.value_and_gradient(raw, self.batches.target, self._raw_gradient)

    def _watch(self, step: int, loss: Array) -> None:
        """Freeze the members whose loss says that they have diverged; remember the losses of the last steps."""
        if step == 1:
            self._limit = loss + EXPLODED * (1 + np.abs(loss))
        healthy = loss <= self._limit
        if not healthy.all():
            for member in np.flatnonzero(~healthy).tolist():
                if self._records[member].diverged_at is None:
                    self._freeze(member, step)
        if step > self.task.steps - self._late_steps:
            self._late_loss += loss

    def _freeze(self, member: int, step: int) -> None:
        self._records[member].diverged_at = step
        self._limit[member] = np.inf
        self.optimizer.freeze(member)

    def _evaluate(self, step: int) -> None:
        scores = self.objective.score(self._raw_outputs())
        for member, record in enumerate(self._records):
            if record.diverged_at is not None:
                continue
            if np.isfinite(scores[member]):
                record.steps.append(step)
                record.scores.append(float(scores[member]))
            else:
                self._freeze(member, step)

    def _raw_outputs(self, observe: Observer | None = None) -> Array:
        """Raw outputs [M, v, K] on the validation rows, looking at the stop signal on the way."""
        parts = []
        for start in range(0, len(self._valid), EVALUATION_ROWS):
            self._poll()
            parts.append(self.network.infer(self._valid[start : start + EVALUATION_ROWS], observe))
        return np.concatenate(parts, axis=1)

    def _results(self) -> Iterator[MemberResult]:
        losses = (self._late_loss / self._late_steps).tolist()
        for record, loss, diagnosis in zip(self._records, losses, self._diagnose(), strict=True):
            yield record.result(loss, diagnosis)

    def _diagnose(self) -> list[Diagnosis]:
        census = SlopeCensus(self.network)
        self._raw_outputs(census.watch)
        self._loss()
        ratios = gradient_ratios(self.network, self.batches.x, self._raw_gradient)
        return diagnoses(census, ratios)

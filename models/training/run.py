"""Carrying out a training task."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from models.data.prepared import PreparedData
from models.formulas import resolve
from models.training.objective import make_objective
from models.training.pacing import most_members
from models.training.population import Population, Stopped
from models.training.task import MemberResult, TaskResult, TrainingTask

Grid = tuple[tuple[float, ...], tuple[int, ...]]


def run_task(task: TrainingTask, data: PreparedData, should_stop: Callable[[], bool] = lambda: False) -> TaskResult:
    """Train all members of a task on prepared data.

    The result is a function of the task and the data alone: no draw depends on the candidate, the learning rate or
    the members beside it. `should_stop` is asked about every twentieth of a second; when it says yes, Stopped is
    raised. Raises ValueError when the task's network does not fit the data or the head.
    """
    activation = resolve(task.activation)
    objective = make_objective(task, data)
    rows = min(task.batch_size, len(data.x_train))
    limit = most_members(task.network, activation, rows)
    found: dict[tuple[float, int], MemberResult] = {}
    for rates, seeds in cut(task.learning_rates, task.seeds, limit):
        population = Population(task, activation, objective, rates, seeds, should_stop)
        found.update(zip(population.grid, population.train(), strict=True))
    members = tuple(found[member] for member in task.members)
    steps = sum(member.diverged_at or task.steps for member in members)
    return TaskResult(id=task.id, candidate=task.candidate, members=members, network_steps=steps)


def cut(learning_rates: Sequence[float], seeds: Sequence[int], limit: int) -> Iterator[Grid]:
    """The grid of learning rates x seeds in parts of at most `limit` members; one seed's stay together longest."""
    rates_at_once = min(limit, len(learning_rates))
    seeds_at_once = max(1, limit // rates_at_once)
    for rate in range(0, len(learning_rates), rates_at_once):
        for seed in range(0, len(seeds), seeds_at_once):
            yield tuple(learning_rates[rate : rate + rates_at_once]), tuple(seeds[seed : seed + seeds_at_once])


__all__ = ["Stopped", "cut", "run_task"]

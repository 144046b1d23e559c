"""The race: ask it for training tasks, tell it their results, read its report."""

from __future__ import annotations

from models.race.allocation import Allocation
from models.race.course import Population, RaceCourse
from models.race.plan import RacePlan
from models.training.task import TrainingTask


class Race(RaceCourse):
    """One race over the networks of a plan. Not for use by several threads at once."""

    def __init__(self, plan: RacePlan, allocation: Allocation | None = None) -> None:
        super().__init__(plan, allocation)
        self.plan = plan
        self._entrants = {entrant.candidate: entrant for entrant in plan.entrants}
        self._made: dict[str, TrainingTask] = {}

    def ask(self) -> tuple[TrainingTask, ...]:
        """Every task that can run now and has not been told; the same ones again when asked again."""
        return tuple(self._task(population) for population in self.populations())

    def _task(self, population: Population) -> TrainingTask:
        """One task per candidate: all its learning rates and seeds form one population."""
        if population.id not in self._made:
            self._made[population.id] = self._new_task(population)
        return self._made[population.id]

    def _new_task(self, population: Population) -> TrainingTask:
        plan = self.plan
        return self._entrants[population.candidate].task(
            population.id,
            plan.network,
            optimizer=plan.optimizer,
            learning_rates=population.learning_rates,
            seeds=population.seeds,
            steps=plan.rungs[population.rung],
            batch_size=plan.batch_size,
            seed=plan.seed,
            metric=plan.metric,
            target_low=plan.target_low,
            target_high=plan.target_high,
            evaluations=plan.looks(population.rung),
        )

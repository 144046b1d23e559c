"""A probe under way: hidden races first, all at once, then the output heads behind the winner."""

from __future__ import annotations

from typing import Literal

from actwise.contract.answer import ProbeReport
from models.race.plan import RacePlan
from models.race.race import Race
from models.training.task import TaskResult, TrainingTask
from service.probing.plan import ProbePlan
from service.probing.starts import start_for


class ProbeRun:
    """Hands out the training tasks of a plan and takes their results; pure, like the races it drives."""

    def __init__(self, plan: ProbePlan) -> None:
        self.plan = plan
        self._hidden = [Race(race) for race in plan.races]
        self._heads: Race | None = None
        self._stopped: Literal["deadline", "cancelled"] | None = None
        self._start_heads()

    @property
    def finished(self) -> bool:
        """Nothing is left to train; at once for a refused plan."""
        if self._stopped or self.plan.refused is not None:
            return True
        return all(race.finished for race in self._races()) and (self._heads is not None or self.plan.heads is None)

    def ask(self) -> tuple[TrainingTask, ...]:
        """Every task that can run now and has not been told."""
        return tuple(task for race in self._races() for task in race.ask())

    def tell(self, result: TaskResult) -> None:
        """Take a result. Raises ValueError for one that no task of this probe can have."""
        key = result.id.partition("/")[0]
        race = next((race for race in self._races() if race.plan.key == key), None)
        if race is None:
            raise ValueError(f"{result.id!r} is no task of this probe")
        race.tell(result)
        self._start_heads()

    def stop(self, reason: Literal["deadline", "cancelled"]) -> None:
        """End now; the report tells what is complete. Does nothing when the probe has finished."""
        if self.finished:
            return
        self._stopped = reason
        for race in self._races():
            race.stop(reason)

    @property
    def network_steps(self) -> int:
        """Network-steps taken so far."""
        return sum(race.steps_told() for race in self._races())

    def report(self) -> ProbeReport:
        """Progress and what is known so far; the result once finished. The same tells give the same bytes."""
        done, budget = self.network_steps, self.plan.network_steps
        progress = 1.0 if self.finished else min(1.0, round(done / max(1, budget), 4))
        return ProbeReport(
            network_steps_budget=budget,
            network_steps_done=done,
            progress=progress,
            data=self.plan.described,
            scope=self.plan.scope,
            refused=self.plan.refused,
            races=tuple(race.report() for race in self._races()),
        )

    def _races(self) -> list[Race]:
        return [*self._hidden, *([self._heads] if self._heads else [])]

    def _start_heads(self) -> None:
        ready = all(race.finished for race in self._hidden) and self.plan.refused is None and not self._stopped
        if ready and self._heads is None and self.plan.heads is not None:
            self._heads = Race(_behind_winner(self.plan.heads, self._hidden[0] if self._hidden else None))


def _behind_winner(heads: RacePlan, hidden: Race | None) -> RacePlan:
    """The race of heads with the best hidden activation of the first block, when there was a race for it."""
    group = hidden.report().entries if hidden else ()
    if not group or group[0].status != "in_group":
        return heads
    winner, network = group[0].candidate, heads.network
    start = start_for(winner, network)
    entrants = tuple(
        entrant.model_copy(
            update={"activation": winner, "gain": start.gain, "centred": start.centred, "input_gain": start.input_gain}
        )
        for entrant in heads.entrants
    )
    return heads.model_copy(update={"entrants": entrants})

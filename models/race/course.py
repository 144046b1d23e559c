"""The course of a race: which populations are to be trained, and what follows from their results.

A stage is a set of tasks that may run in any order and on any number of workers; the next stage is cut when all of
them have been told. What is decided depends on the set of results alone, never on their order.

    first rung     every candidate, every learning rate
    next rungs     candidates that can still matter, their best one or two learning rates
    last rung      candidates that can still matter, their best learning rate; lower ones where that was too high; then
                   more seeds, where the allocation wants them
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from actwise.contract import answer
from models.race.allocation import Allocation, TopTwo, Work
from models.race.board import Board, Grid
from models.race.policy import can_change, outside, undecided
from models.race.report import Fate, race_report
from models.race.terms import RaceTerms
from models.training.task import TaskResult

Reason = Literal["decided", "budget", "deadline", "cancelled"]


@dataclass(frozen=True)
class Population:
    """Networks of one candidate to train at one rung: one for every learning rate and seed."""

    id: str
    candidate: str
    rung: int
    learning_rates: tuple[float, ...]
    seeds: tuple[int, ...]


@dataclass
class _Stage:
    rung: int
    tasks: dict[str, Population]
    told: dict[str, TaskResult] = field(default_factory=dict)


class RaceCourse:
    """One race over the candidates of its terms, whoever trains them. Not for use by several threads at once."""

    def __init__(self, terms: RaceTerms, allocation: Allocation | None = None) -> None:
        self.terms = terms
        self.stopped: Reason | None = None
        self.board = Board.of(terms)
        self._allocation = allocation or TopTwo()
        self._fates: dict[str, Fate] = {}
        self._stages = 0
        self._stage = self._cut(0, self._allocation.first(self.board))

    @property
    def network_steps(self) -> int:
        """Network-steps of the complete stages, and of what had been told when the race was stopped."""
        return self.board.network_steps

    @property
    def finished(self) -> bool:
        return self.stopped is not None

    def populations(self) -> tuple[Population, ...]:
        """Everything that can be trained now and has not been told; the same again when asked again."""
        if self.finished:
            return ()
        return tuple(task for key, task in self._stage.tasks.items() if key not in self._stage.told)

    def tell(self, result: TaskResult) -> None:
        """Take a result. One that was told before, or that comes after the end, changes nothing.

        Raises ValueError for a result of a task that this race has not handed out.
        """
        if self.finished or result.id in self._stage.told or self._of_the_past(result.id):
            return
        if result.id not in self._stage.tasks:
            raise ValueError(f"{result.id!r} is no task of this race; waiting for {', '.join(self._stage.tasks)}")
        self._stage.told[result.id] = result
        if len(self._stage.told) == len(self._stage.tasks):
            self._close_stage()

    def stop(self, reason: Literal["deadline", "cancelled"]) -> None:
        """End now: the report rests on the stages that are complete. Does nothing to a race that has ended."""
        if not self.finished:
            self.board.network_steps += sum(result.network_steps for result in self._stage.told.values())
            self.stopped = reason

    def steps_told(self) -> int:
        """Network-steps taken so far, those of the running stage included."""
        running = 0 if self.finished else sum(result.network_steps for result in self._stage.told.values())
        return self.network_steps + running

    def tie_group(self) -> tuple[str, ...]:
        """The candidates that are not shown to be worse than the best, in the order of the plan."""
        return tuple(name for name in self.terms.candidates if name not in self._fates)

    def report(self) -> answer.Race:
        """The race as the contract tells it; at any time, from what is complete."""
        return race_report(self.terms, self.board.rungs, self._fates, self.stopped or "running", self.steps_told())

    # -- stages ----------------------------------------------------------------------------------------------------

    def _of_the_past(self, task_id: str) -> bool:
        key, _, rest = task_id.partition("/")
        stage = rest.partition("/")[0]
        return key == self.terms.key and stage.isdigit() and int(stage) < self._stages - 1

    def _cut(self, rung: int, work: Mapping[str, Grid]) -> _Stage:
        """One population per candidate, of all its learning rates and seeds."""
        tasks = [
            Population(f"{self.terms.key}/{self._stages}/{name}", name, rung, tuple(rates), tuple(seeds))
            for name, (rates, seeds) in work.items()
        ]
        self._stages += 1
        return _Stage(rung, {task.id: task for task in tasks})

    def _close_stage(self) -> None:
        rung = self._stage.rung
        for result in self._stage.told.values():
            self.board.network_steps += result.network_steps
            rows = self.board.rungs[rung].setdefault(result.candidate, {})
            for member in result.members:
                rows.setdefault(member.learning_rate, {})[member.seed] = member
        if self._stages == 1:
            self.terms = self.board.plan = self.terms.settled(self.board.rungs[rung])
        self.stopped = self._next_rung(rung) if rung < self.board.last else self._next_seeds()

    def _next_rung(self, rung: int) -> Reason | None:
        """Cut the first stage of the rung after this one; otherwise why the race ends."""
        self._drop_diverged(rung)
        if len(self.board.alive) > 1 and rung > 0:
            self._drop_outside(rung)
        if len(self.board.alive) < 2:
            return "decided"
        return self._start(rung + 1, self._allocation.promote(self.board, rung), least=2)

    def _next_seeds(self) -> Reason | None:
        """Cut the next stage of the last rung: lower learning rates first; otherwise why the race ends."""
        last = self.board.last
        lower = self.board.lower_rates()
        if lower and self._start(last, lower, least=1) is None:
            return None
        self._drop_diverged(last)
        if len(self.board.alive) < 2:
            return "decided"
        self._drop_outside(last)
        if self._decided():
            return "decided"
        work = self._allocation.extend(self.board)
        leads = self.board.standing(last).leader in work
        return self._start(last, work, least=2 if leads else 1)

    def _decided(self) -> bool:
        """Every place is settled, or what the budget still buys will hardly settle one or change the leader."""
        board, now = self.board, self.board.judged(self.board.last)
        open_ones = undecided(now.comparisons, self.terms.margin, board.family)
        seeds = {name: board.seeds_within_reach(now.comparisons[name]) for name in open_ones}
        growing = [name for name in open_ones if seeds[name] > now.comparisons[name].seeds]
        changing = (can_change(now.comparisons[n], seeds[n], self.terms.margin, board.family) for n in growing)
        return not open_ones or (len(growing) > 0 and not any(changing))

    def _start(self, rung: int, work: Work, least: int) -> Reason | None:
        """Cut the next stage from as much of the work as is paid for; "budget" when that is too little."""
        paid = self.board.affordable(rung, work)
        if len(paid) < least:
            return "budget"
        self._stage = self._cut(rung, paid)
        return None

    def _drop_diverged(self, rung: int) -> None:
        for name in self.board.diverged(rung):
            self._leave(name, Fate("diverged", rung, None))

    def _drop_outside(self, rung: int) -> None:
        now = self.board.judged(rung)
        for name in sorted(outside(now.comparisons, self.terms.margin, self.board.family)):
            self._leave(name, Fate("dropped", rung, now.comparisons[name]))

    def _leave(self, name: str, fate: Fate) -> None:
        self._fates[name] = fate
        self.board.alive.remove(name)

"""The race: ask it for training tasks, tell it their results, read its report.

A stage is a set of tasks that may run in any order and on any number of workers; the next stage is cut when all of
them have been told. What is decided depends on the set of results alone, never on their order.

    first rung     every candidate, every learning rate
    next rungs     candidates that can still matter, their best one or two learning rates
    last rung      candidates that can still matter, their best learning rate; lower ones where that was too high; then
                   one more seed at a time for the candidates whose place is still open
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from actwise.contract import answer
from models.race.plan import Entrant, RacePlan
from models.race.policy import (
    SHORTFALL,
    catch_up,
    lower_rate,
    outside,
    rate_for_full,
    rates_to_keep,
    shortfall,
    undecided,
)
from models.race.report import Fate, race_report
from models.race.standing import Members, Standing, all_diverged, standing
from models.training.task import TaskResult, TrainingTask

Reason = Literal["decided", "budget", "deadline", "cancelled"]
Grid = tuple[tuple[float, ...], tuple[int, ...]]
"""Learning rates and seeds of one population."""
FLOOR_SHARE = 0.2
"""Smallest believed standard deviation of a difference, in margins."""


@dataclass
class _Stage:
    rung: int
    tasks: dict[str, TrainingTask]
    told: dict[str, TaskResult] = field(default_factory=dict)


class Race:
    """One race over the candidates of a plan. Not for use by several threads at once."""

    def __init__(self, plan: RacePlan) -> None:
        self.plan = plan
        self.stopped: Reason | None = None
        self.network_steps = 0
        self._entrants = {entrant.candidate: entrant for entrant in plan.entrants}
        self._alive = [entrant.candidate for entrant in plan.entrants]
        self._rungs: list[dict[str, Members]] = [{} for _ in plan.rungs]
        self._fates: dict[str, Fate] = {}
        self._stages = 0
        self._stage = self._cut(0, {name: (plan.learning_rates, self._first_seeds()) for name in self._alive})

    @property
    def finished(self) -> bool:
        return self.stopped is not None

    def ask(self) -> tuple[TrainingTask, ...]:
        """Every task that can run now and has not been told; the same ones again when asked again."""
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
            self.network_steps += sum(result.network_steps for result in self._stage.told.values())
            self.stopped = reason

    def steps_told(self) -> int:
        """Network-steps taken so far, those of the running stage included."""
        running = 0 if self.finished else sum(result.network_steps for result in self._stage.told.values())
        return self.network_steps + running

    def tie_group(self) -> tuple[str, ...]:
        """The candidates that are not shown to be worse than the best, in the order of the plan."""
        return tuple(name for name in self._entrants if name not in self._fates)

    def report(self) -> answer.Race:
        """The race as the contract tells it; at any time, from what is complete."""
        return race_report(self.plan, self._rungs, self._fates, self.stopped or "running", self.steps_told())

    # -- stages ----------------------------------------------------------------------------------------------------

    def _first_seeds(self) -> tuple[int, ...]:
        return tuple(range(self.plan.first_seeds))

    def _of_the_past(self, task_id: str) -> bool:
        key, _, rest = task_id.partition("/")
        stage = rest.partition("/")[0]
        return key == self.plan.key and stage.isdigit() and int(stage) < self._stages - 1

    def _cut(self, rung: int, work: Mapping[str, Grid]) -> _Stage:
        """One task per candidate: all its learning rates and seeds form one population."""
        tasks = [self._task(rung, self._entrants[name], rates, seeds) for name, (rates, seeds) in work.items()]
        self._stages += 1
        return _Stage(rung, {task.id: task for task in tasks})

    def _task(self, rung: int, entrant: Entrant, rates: Sequence[float], seeds: Sequence[int]) -> TrainingTask:
        plan = self.plan
        return TrainingTask(
            id=f"{plan.key}/{self._stages}/{entrant.candidate}",
            candidate=entrant.candidate,
            activation=entrant.activation,
            head=entrant.head,
            network=plan.network.model_copy(update={"outputs": entrant.outputs}),
            gain=entrant.gain,
            centred=entrant.centred,
            input_gain=entrant.input_gain,
            optimizer=plan.optimizer,
            learning_rates=tuple(rates),
            seeds=tuple(seeds),
            steps=plan.rungs[rung],
            batch_size=plan.batch_size,
            seed=plan.seed,
            metric=plan.metric,
            target_low=plan.target_low,
            target_high=plan.target_high,
            evaluations=min(plan.evaluations, plan.rungs[rung]),
        )

    def _close_stage(self) -> None:
        rung = self._stage.rung
        for result in self._stage.told.values():
            self.network_steps += result.network_steps
            rows = self._rungs[rung].setdefault(result.candidate, {})
            for member in result.members:
                rows.setdefault(member.learning_rate, {})[member.seed] = member
        if rung < len(self.plan.rungs) - 1:
            self._next_rung(rung)
        else:
            self._next_seed(rung)

    def _standing(self, rung: int, allowed: dict[str, float] | None = None) -> Standing:
        here = [name for name in self._alive if name in self._rungs[rung]]
        return standing(self._rungs[rung], here, self.plan.baseline, FLOOR_SHARE * self.plan.margin, allowed)

    def _next_rung(self, rung: int) -> None:
        self._drop_diverged(rung)
        if len(self._alive) > 1 and rung > 0:
            allowed = catch_up(self._standing(rung - 1), self._standing(rung))
            self._drop_outside(rung, self._standing(rung, allowed))
        if len(self._alive) < 2:
            self.stopped = "decided"
            return
        last = rung + 1 == len(self.plan.rungs) - 1
        work = {name: (self._rates(name, rung, last), self._first_seeds()) for name in self._best_first(rung)}
        if not self._start(rung + 1, work, least=2):
            self.stopped = "budget"

    def _rates(self, name: str, rung: int, last: bool) -> tuple[float, ...]:
        members, plan = self._rungs[rung][name], self.plan
        if last:
            return (rate_for_full(members, plan.baseline, plan.margin),)
        return rates_to_keep(members, plan.baseline, plan.margin)

    def _next_seed(self, rung: int) -> None:
        lower = self._lower_rates(rung)
        if lower and self._start(rung, lower, least=1):
            return
        self._drop_diverged(rung)
        if len(self._alive) < 2:
            self.stopped = "decided"
            return
        now = self._standing(rung, self._shortfalls(rung))
        self._drop_outside(rung, now)
        doubtful = {name: item for name, item in now.comparisons.items() if name in self._alive}
        if not undecided(doubtful, self.plan.margin, self._family(now)):
            self.stopped = "decided"
            return
        lagging = {name: item for name, item in doubtful.items() if len(now.scores[name]) < self.plan.most_seeds}
        open_ones = undecided(lagging, self.plan.margin, self._family(now))
        work = self._more_seeds(now, open_ones)
        promising = any(name in work for name in open_ones)
        if not promising or not self._start(rung, work, least=2 if now.leader in work else 1):
            self.stopped = "budget"

    def _shortfalls(self, rung: int) -> dict[str, float]:
        """What candidates may still gain by a lower learning rate that nobody has paid for yet."""
        lower = self._lower_rates(rung)
        return {
            name: shortfall(self._rungs[rung - 1][name], self._rungs[rung][name], self.plan.baseline) for name in lower
        }

    def _lower_rates(self, rung: int) -> dict[str, Grid]:
        """Candidates that fell short of their short training, the furthest first, with a lower learning rate to try."""
        missing = {
            name: shortfall(self._rungs[rung - 1][name], self._rungs[rung][name], self.plan.baseline)
            for name in self._alive
            if rung > 0 and name in self._rungs[rung]
        }
        work: dict[str, Grid] = {}
        for name in sorted(missing, key=lambda name: -missing[name]):
            full = self._rungs[rung][name]
            rate = lower_rate(full, self.plan.learning_rates)
            if missing[name] > SHORTFALL * self.plan.margin and rate is not None:
                work[name] = ((rate,), tuple(sorted(full[min(full)])))
        return work

    def _more_seeds(self, now: Standing, open_ones: Sequence[str]) -> dict[str, Grid]:
        """One more seed for every open candidate; the leader first catches up, since all are compared with it."""
        ran = {name: len(now.scores[name]) for name in (now.leader, *open_ones)}
        level = {name: min(count + 1, self.plan.most_seeds) for name, count in ran.items()}
        level[now.leader] = max(level.values())
        missing = {name: tuple(range(ran[name], level[name])) for name in ran}
        return {name: ((now.rates[name],), seeds) for name, seeds in missing.items() if seeds}

    def _start(self, rung: int, work: Mapping[str, Grid], least: int) -> bool:
        """Cut the next stage from as much of the work, in its order, as is paid for; False when too little is."""
        left = self.plan.budget - self.network_steps
        paid: dict[str, Grid] = {}
        for name, (rates, seeds) in work.items():
            left -= self.plan.rungs[rung] * len(rates) * len(seeds)
            if left < 0:
                break
            paid[name] = (rates, seeds)
        if len(paid) < least:
            return False
        self._stage = self._cut(rung, paid)
        return True

    # -- candidates ------------------------------------------------------------------------------------------------

    def _best_first(self, rung: int) -> list[str]:
        means = self._standing(rung).means
        return sorted(self._alive, key=lambda name: (-means.get(name, self.plan.baseline), self._alive.index(name)))

    def _family(self, now: Standing) -> int:
        """Comparisons that the whole race makes: those who left early count, they were compared too."""
        return max(len(now.comparisons), len(self._entrants) - 1)

    def _drop_diverged(self, rung: int) -> None:
        for name in list(self._alive):
            if name in self._rungs[rung] and all_diverged(self._rungs[rung][name]):
                self._leave(name, Fate("diverged", rung, None))

    def _drop_outside(self, rung: int, now: Standing) -> None:
        for name in outside(now.comparisons, self.plan.margin, self._family(now)):
            self._leave(name, Fate("dropped", rung, now.comparisons[name]))

    def _leave(self, name: str, fate: Fate) -> None:
        self._fates[name] = fate
        self._alive.remove(name)

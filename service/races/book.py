"""The book of a race: its terms and the log of results make the race, whoever trained and in whatever order.

The race cuts populations; trainers are given single trainings. A population is told to the race when its last training
has ended, and everything that follows from it follows at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from actwise.contract import answer
from models.race.course import Population, RaceCourse
from models.race.foreign import ForeignPlan
from models.race.policy import undecided
from models.training.task import MemberResult, TaskResult

FEWEST_POINTS = 3
"""Points of a curve from which it tells how fast a candidate learned."""
MOST_POINTS = 40


@dataclass(frozen=True, slots=True)
class Run:
    """One training: a candidate at one learning rate (the `rate`-th of the terms), with one seed."""

    task: str
    candidate: str
    rate: int
    seed: int
    length: int


@dataclass(frozen=True, slots=True)
class Ended:
    """How a training ended: its score, higher is better, or None when it diverged or failed; and the scores before."""

    task: str
    score: float | None
    curve: Mapping[int, float] = field(default_factory=dict)


@dataclass
class _Group:
    """A population, its trainings in its members' order, and those of them that have ended."""

    population: Population
    runs: tuple[Run, ...]
    ended: dict[str, Ended] = field(default_factory=dict)


class RaceBook:
    """A race as a function of terms and results. Not for use by several threads at once."""

    def __init__(self, plan: ForeignPlan) -> None:
        self._course = RaceCourse(plan)
        self._ended: dict[str, Ended] = {}
        self._groups: dict[str, _Group] = {}
        self._points: dict[tuple[str, int], dict[int, float]] = {}
        self._early: dict[str, tuple[int, float | None]] = {}
        self.units = 0
        if len(plan.candidates) == 1:
            self._course.stopped = "decided"
        self._cut()

    @property
    def finished(self) -> bool:
        return self._course.finished

    @property
    def results(self) -> int:
        """Trainings that have ended."""
        return len(self._ended)

    @property
    def failures(self) -> int:
        """Those of them that have no score."""
        return sum(ended.score is None for ended in self._ended.values())

    def runs(self) -> tuple[Run, ...]:
        """Trainings that can run now and have not ended."""
        return tuple(run for group in self._groups.values() for run in group.runs if run.task not in group.ended)

    def run(self, task: str) -> Run | None:
        """The training of this name, if it can run now and has not ended."""
        return next((run for run in self.runs() if run.task == task), None)

    def ended(self, task: str) -> Ended | None:
        """How the training of this name ended, if it has."""
        return self._ended.get(task)

    def note(self, task: str, attempt: int, at: int, score: float) -> None:
        """Take a partial score of one attempt at a training; it counts with the final one of that attempt."""
        self._points.setdefault((task, attempt), {})[at] = score

    def tell(self, task: str, attempt: int, score: float | None) -> None:
        """Take the first result of a training; a second one, or one after the end, changes nothing.

        Raises ValueError for a training that this race has not cut.
        """
        if self.finished or task in self._ended:
            return
        run = self.run(task)
        if run is None:
            raise ValueError(f"{task!r} is no task of this race")
        ended = Ended(task, score, self._points.pop((task, attempt), {}))
        self._ended[task] = ended
        self.units += run.length
        group = next(group for group in self._groups.values() if run in group.runs)
        group.ended[task] = ended
        if len(group.ended) == len(group.runs):
            self._course.tell(self._result(group))
            self._cut()

    def replay(self, task: str, attempt: int, score: float | None) -> None:
        """Take a result from the log. One whose training is not cut yet, since another version of the race's rules cut
        it sooner, waits until it is."""
        if self.run(task) is None:
            self._early.setdefault(task, (attempt, score))
        else:
            self.tell(task, attempt, score)

    def cancel(self) -> None:
        """End now; does nothing to a race that has ended."""
        self._course.stop("cancelled")
        self._cut()

    def settled(self) -> bool:
        """Every place is settled: who is in the tie group is shown to be within the margin of the leader."""
        board = self._course.board
        if len(board.alive) < 2:
            return True
        if not board.rungs[board.last]:
            return False
        now = board.judged(board.last)
        everybody = all(name in now.means for name in board.alive)
        return everybody and not undecided(now.comparisons, self._course.terms.margin, board.family)

    def report(self) -> answer.Race:
        """The race in scores, higher is better; `baseline` is None until it is known."""
        report = self._course.report()
        known = not self._plan.baseline_open or bool(self._course.board.rungs[0])
        return report.model_copy(update={"network_steps": self.units, "baseline": report.baseline if known else None})

    @property
    def margin(self) -> float | None:
        """The margin; None until the first trainings tell it."""
        known = not self._plan.margin_open or bool(self._course.board.rungs[0])
        return self._plan.margin if known else None

    @property
    def _plan(self) -> ForeignPlan:
        terms = self._course.terms
        assert isinstance(terms, ForeignPlan)
        return terms

    def _cut(self) -> None:
        """The trainings of the populations that can be trained now; groups that were begun stay."""
        populations = self._course.populations()
        self._groups = {one.id: self._groups.get(one.id) or self._group(one) for one in populations}
        for task in [run.task for run in self.runs() if run.task in self._early]:
            if task in self._early:
                self.tell(task, *self._early.pop(task))

    def _group(self, population: Population) -> _Group:
        plan = self._plan
        stage = population.id.split("/")[1]
        place = plan.candidates.index(population.candidate)
        name = population.candidate if population.candidate.isidentifier() else f"formula-{place}"
        length = plan.rungs[population.rung]
        rates = {rate: plan.learning_rates.index(rate) for rate in population.learning_rates}
        return _Group(
            population,
            tuple(
                Run(f"{stage}.{name}.{rates[rate]}.{seed}", population.candidate, rates[rate], seed, length)
                for rate in population.learning_rates
                for seed in population.seeds
            ),
        )

    def _result(self, group: _Group) -> TaskResult:
        members = tuple(self._member(run, group.ended[run.task]) for run in group.runs)
        steps = sum(run.length for run in group.runs)
        return TaskResult(
            id=group.population.id, candidate=group.population.candidate, members=members, network_steps=steps
        )

    def _member(self, run: Run, ended: Ended) -> MemberResult:
        curve = _thinned(ended, run.length)
        return MemberResult(
            learning_rate=self._plan.learning_rates[run.rate],
            seed=run.seed,
            score=ended.score,
            diverged_at=run.length if ended.score is None else None,
            curve_steps=tuple(at for at, _ in curve),
            curve_scores=tuple(score for _, score in curve),
        )


def _thinned(ended: Ended, length: int) -> Sequence[tuple[int, float]]:
    """The points of a curve in order, evenly thinned, with the final score at its end; none where they are too few."""
    before = sorted((at, score) for at, score in ended.curve.items() if 0 < at < length)
    if ended.score is None or len(before) + 1 < FEWEST_POINTS:
        return ()
    every = -(-len(before) // MOST_POINTS)
    return [*before[::every], (length, ended.score)]

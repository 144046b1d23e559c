"""Who spends a budget on a task, and what comes out: the race with one allocation or another, and the full grid."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.racing.allocations import Contenders, Ocba, SequentialHalving, SuccessiveHalving
from benchmarks.racing.replay import EXHAUSTIVE_SEEDS, Numbers, Reference, counted_scores, exhaustive_steps, plan_of
from benchmarks.racing.table import RATES, RUNGS, ScoreTable
from benchmarks.racing.tasks import Contest
from models.race.allocation import Allocation, TopTwo
from models.race.board import FLOOR_SHARE
from models.race.race import Race
from models.race.standing import Standing, standing

Seeds = Mapping[int, int]


@dataclass(frozen=True)
class Outcome:
    """A contestant's choice, the network-steps taken, the tie group and the final standing where it has them."""

    candidate: str
    rate: float
    network_steps: int
    group: tuple[str, ...] | None = None
    standing: Standing | None = None

    def covered(self, reference: Reference, unseen: int) -> list[tuple[bool, bool]]:
        """Per candidate that ran the full length: does its 90 % interval hold the reference's difference?

        Once as it is, and once with the reference's own error of so many seeds allowed for: an interval of n seeds
        then is wider by sqrt(1 + n / unseen). Both differences are to the race's leader, at the race's learning rates.
        """
        if self.standing is None:
            return []
        now, names = self.standing, reference.names
        at = {name: reference.means[-1, names.index(name), RATES.index(rate)] for name, rate in now.rates.items()}
        found = []
        for name, item in now.comparisons.items():
            error = abs(item.mean - (at[name] - at[now.leader]))
            half = (item.high - item.low) / 2
            found.append((bool(error <= half), bool(error <= half * (1 + item.seeds / unseen) ** 0.5)))
        return found


@dataclass(frozen=True)
class Heat:
    """One task with the seeds of one replay, the share of the exhaustive steps to spend, and a seed for draws."""

    table: ScoreTable
    contest: Contest
    seeds: Seeds
    share: float
    root: int = 0

    @property
    def budget(self) -> int:
        return int(self.share * exhaustive_steps(self.contest))


Contestant = Callable[[Heat], Outcome]


def racing(make: Callable[[], Allocation], rungs: Sequence[int] | None = None) -> Contestant:
    """The race with an allocation, on its own rungs or on those given."""

    def run(heat: Heat) -> Outcome:
        race = Race(plan_of(heat.contest, heat.share, rungs), make())
        while not race.finished:
            for task in race.ask():
                race.tell(heat.table.run(task, heat.seeds))
        report = race.report()
        first = report.entries[0]
        rate = first.learning_rate if first.learning_rate is not None else RATES[0]
        return Outcome(
            first.candidate, rate, report.network_steps, race.tie_group(), _full_standing(race, heat.contest)
        )

    return run


def grid(heat: Heat) -> Outcome:
    """Every candidate and learning rate with EXHAUSTIVE_SEEDS seeds; the best mean is chosen."""
    own = [heat.seeds[seed] for seed in range(EXHAUSTIVE_SEEDS)]
    means: Numbers = counted_scores(heat.table, heat.contest.judged.baseline)[-1][..., own].mean(axis=-1)
    place, rate = divmod(int(means.argmax()), len(RATES))
    return Outcome(heat.table.candidates[place], RATES[rate], exhaustive_steps(heat.contest))


def _full_standing(race: Race, contest: Contest) -> Standing | None:
    """All who ran the full length against the leader of those who are left."""
    rung, alive = race.board.rungs[-1], race.board.alive
    order = [name for name in _order(race) if name in rung]
    if not order:
        return None
    leaders = [name for name in order if name in alive]
    margin = contest.judged.margin
    return standing(rung, order, contest.judged.baseline, FLOOR_SHARE * margin, leaders=leaders)


def _order(race: Race) -> list[str]:
    """All candidates in the plan's order."""
    return [entrant.candidate for entrant in race.plan.entrants]


RACES: dict[str, Contestant] = {
    "race: top two (default)": racing(TopTwo),
    "race: top two, three rungs": racing(TopTwo, RUNGS),
    "race: one seed for all open": racing(Contenders),
    "race: OCBA": racing(Ocba),
    "race: sequential halving": racing(SequentialHalving),
    "race: successive halving": racing(SuccessiveHalving, RUNGS),
}

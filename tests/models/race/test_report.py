"""What the contract is told: quality with its interval, and beside it how fast each candidate learned."""

from __future__ import annotations

import numpy as np

from actwise.contract.answer import Race as RaceReport
from models.race.pace import LEVEL
from models.race.race import Race
from models.training.task import TaskResult, TrainingTask

from .simulated import SimulatedTrainer, Truth
from .test_race import plan, run

TRUTHS = {"fast": Truth(0.90, pace=40.0), "slow": Truth(0.90, pace=160.0), "poor": Truth(0.5)}
TRUTHS |= {"wild": Truth(0.9, diverges_from=0.0)}
BASELINE = 0.1


class WithCurves(SimulatedTrainer):
    """Every member that ends has a curve of eight points, as its truth says."""

    def run(self, task: TrainingTask) -> TaskResult:
        result = super().run(task)
        truth = self.truths[task.candidate]
        steps = tuple(task.steps * (point + 1) // 8 for point in range(8))
        members = []
        for member in result.members:
            last = member.score or 0.0
            rise = (1 - np.exp(-np.array(steps) / truth.pace)) / (1 - np.exp(-task.steps / truth.pace))
            scores = tuple((BASELINE + (last - BASELINE) * rise).tolist())
            curve = {"curve_steps": steps, "curve_scores": scores} if member.score is not None else {}
            members.append(member.model_copy(update=curve))
        return result.model_copy(update={"members": tuple(members)})


def report() -> RaceReport:
    return run(Race(plan(TRUTHS)), WithCurves(TRUTHS)).report()


def test_who_learns_faster_reaches_the_level_in_fewer_steps_and_the_intervals_say_so() -> None:
    steps = {entry.candidate: entry.steps_to_level for entry in report().entries}
    assert steps["fast"] is not None
    assert steps["slow"] is not None
    assert steps["fast"].high < steps["slow"].low
    assert steps["fast"].low < steps["fast"].mean < steps["fast"].high


def test_the_level_lies_between_the_trivial_score_and_the_leader() -> None:
    found = report()
    score = found.entries[0].score
    assert found.level is not None
    assert score is not None
    assert abs(found.level - (BASELINE + LEVEL * (score - BASELINE))) < 1e-6


def test_who_never_reaches_the_level_or_diverges_has_no_steps_to_it() -> None:
    steps = {entry.candidate: entry.steps_to_level for entry in report().entries}
    assert (steps["poor"], steps["wild"]) == (None, None)


def test_a_race_that_has_run_no_full_length_names_no_level() -> None:
    race, trainer = Race(plan(TRUTHS)), WithCurves(TRUTHS)
    for task in race.ask():
        race.tell(trainer.run(task))
    found = race.report()
    assert found.level is None
    assert all(entry.steps_to_level is None for entry in found.entries)


def test_entries_come_as_tie_group_dropped_diverged_and_all_but_the_diverged_are_compared() -> None:
    found = report()
    order = [entry.status for entry in found.entries]
    assert order == sorted(order, key=["in_group", "dropped", "diverged"].index)
    assert found.entries[-1].candidate == "wild"
    for entry in found.entries[:-1]:
        assert entry.difference is not None
        assert entry.difference.low <= entry.difference.mean <= entry.difference.high

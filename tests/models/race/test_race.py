"""The race on a trainer that knows the truth: right, cheap, and the same whatever the order of the results."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from models.networks.shapes import DenseShape
from models.race.plan import FEWEST_STEPS, Entrant, RacePlan, least_budget, plan_race
from models.race.race import Race
from models.training.task import MemberResult, TaskResult, TrainingTask

from .simulated import SimulatedTrainer, Truth

NETWORK = DenseShape(features=10, outputs=3, depth=2, width=32)
FIELD = {f"c{i:02}": Truth(best=0.95 - (0.001 * i if i < 8 else 0.02 * (i - 6))) for i in range(16)}


def plan(truths: dict[str, Truth], budget: int | None = None, **settings: Any) -> RacePlan:
    entrants = [Entrant(candidate=name, activation="relu", head="h", gain=1.4, outputs=3) for name in truths]
    whole = len(truths) * 6 * 900
    return plan_race("hidden-0", "dense", entrants, NETWORK, budget or whole, baseline=0.1, **settings)


def run(race: Race, trainer: SimulatedTrainer, order: Callable[[list[TrainingTask]], object] = len) -> Race:
    while not race.finished:
        tasks = list(race.ask())
        assert tasks, "a race that has not finished has something to do"
        order(tasks)
        for task in tasks:
            race.tell(trainer.run(task))
    return race


def finished(truths: dict[str, Truth], **settings: Any) -> Race:
    return run(Race(plan(truths, **settings)), SimulatedTrainer(truths))


def test_all_candidates_diverging_ends_the_race_with_an_empty_tie_group() -> None:
    race = finished({name: Truth(0.9, diverges_from=0) for name in ("a", "b", "c")})
    assert race.tie_group() == ()
    report = race.report()
    assert {entry.status for entry in report.entries} == {"diverged"}
    assert all(entry.score is None and entry.difference is None for entry in report.entries)


def test_a_candidate_that_diverges_everywhere_is_told_as_diverged_and_the_others_race_on() -> None:
    race = finished({**FIELD, "wild": Truth(0.99, diverges_from=0)})
    entry = race.report().entries[-1]
    assert (entry.candidate, entry.status, entry.dropped_at, entry.learning_rate) == ("wild", "diverged", 0, None)
    assert "c00" in race.tie_group()


def test_a_candidate_that_diverges_at_high_learning_rates_is_judged_at_its_low_ones() -> None:
    race = finished({**FIELD, "touchy": Truth(0.97, best_rate=1e-3, diverges_from=2.9e-3)})
    leader = race.report().entries[0]
    assert (leader.candidate, leader.learning_rate) == ("touchy", 1e-3)


def test_the_best_is_in_the_tie_group_and_the_clearly_worse_are_outside() -> None:
    group = finished(FIELD).tie_group()
    assert "c00" in group
    assert not {name for name, truth in FIELD.items() if truth.best < 0.92} & set(group)


def test_nearly_all_of_many_equal_candidates_tie_within_the_budget() -> None:
    truths = {name: Truth(0.95) for name in FIELD}
    race = finished(truths)
    assert len(race.tie_group()) >= len(truths) - 3
    assert race.steps_told() <= race.plan.budget


def test_a_slow_starter_that_wins_in_the_end_is_not_dropped_early() -> None:
    race = finished({**FIELD, "slow": Truth(0.99, pace=200)})
    assert "slow" in race.tie_group()


def test_a_learning_rate_that_was_too_high_for_the_full_length_gives_way_to_a_lower_one() -> None:
    race = finished({**FIELD, "spoilt": Truth(0.965, pace=20, spoils_above=1.1e-3)})
    leader = race.report().entries[0]
    assert (leader.candidate, leader.learning_rate) == ("spoilt", 1e-3)


def test_a_candidate_that_diverges_at_full_length_only_gets_a_lower_learning_rate() -> None:
    class Late(SimulatedTrainer):
        def run(self, task: TrainingTask) -> TaskResult:
            result = super().run(task)
            if task.candidate != "late" or task.steps < 900 or task.learning_rates == (1e-3,):
                return result
            gone = tuple(
                MemberResult(learning_rate=member.learning_rate, seed=member.seed, score=None, diverged_at=800)
                for member in result.members
            )
            return result.model_copy(update={"members": gone})

    truths = {**FIELD, "late": Truth(0.955)}
    race = run(Race(plan(truths)), Late(truths))
    entry = next(entry for entry in race.report().entries if entry.candidate == "late")
    assert entry.learning_rate == 1e-3
    assert entry.status != "diverged"


def test_one_entrant_is_decided_after_the_first_rung() -> None:
    race = finished({"only": Truth(0.9)}, budget=10_000)
    assert race.stopped == "decided"
    assert race.tie_group() == ("only",)


def test_a_wide_gap_is_decided_with_a_part_of_the_budget() -> None:
    race = finished({"a": Truth(0.95), "b": Truth(0.6), "c": Truth(0.5)})
    assert race.stopped == "decided"
    assert race.steps_told() < 0.7 * race.plan.budget
    assert race.tie_group() == ("a",)


@pytest.mark.parametrize("shuffle", [1, 2, 3])
def test_the_order_of_the_results_changes_no_byte(shuffle: int) -> None:
    expected = finished(FIELD).report().model_dump_json()
    mixed = run(Race(plan(FIELD)), SimulatedTrainer(FIELD), random.Random(shuffle).shuffle)
    assert mixed.report().model_dump_json() == expected


def test_results_that_have_passed_through_json_change_no_byte() -> None:
    class Remote(SimulatedTrainer):
        def run(self, task: TrainingTask) -> TaskResult:
            there = TrainingTask.model_validate_json(task.model_dump_json())
            return TaskResult.model_validate_json(super().run(there).model_dump_json())

    away = RacePlan.model_validate_json(plan(FIELD).model_dump_json())
    assert run(Race(away), Remote(FIELD)).report() == finished(FIELD).report()


def test_telling_twice_asking_twice_and_late_results_change_nothing() -> None:
    race, trainer = Race(plan(FIELD)), SimulatedTrainer(FIELD)
    first = race.ask()
    assert race.ask() == first
    results = [trainer.run(task) for task in first]
    for result in [*results, *results]:
        race.tell(result)
    race.tell(results[0])
    assert run(race, trainer).report() == finished(FIELD).report()
    race.tell(results[0])
    assert race.report() == finished(FIELD).report()


def test_a_result_of_an_unknown_task_is_refused() -> None:
    race = Race(plan(FIELD))
    stray = SimulatedTrainer(FIELD).run(race.ask()[0]).model_copy(update={"id": "hidden-0/7/c00"})
    with pytest.raises(ValueError, match="no task of this race"):
        race.tell(stray)


def test_stopping_before_any_result_reports_every_candidate_as_undecided() -> None:
    race = Race(plan(FIELD))
    race.stop("cancelled")
    report = race.report()
    assert (race.finished, race.ask(), report.stopped, report.network_steps) == (True, (), "cancelled", 0)
    assert all(entry.status == "in_group" and entry.score is None for entry in report.entries)


def test_stopping_in_mid_stage_rests_on_the_complete_stages_and_counts_all_steps() -> None:
    race, trainer = Race(plan(FIELD)), SimulatedTrainer(FIELD)
    for task in race.ask():
        race.tell(trainer.run(task))
    before = race.report().entries
    race.tell(trainer.run(race.ask()[0]))
    race.stop("deadline")
    report = race.report()
    assert report.stopped == "deadline"
    assert report.entries == before
    assert report.network_steps == trainer.steps_run
    race.stop("cancelled")
    assert race.stopped == "deadline"


def test_steps_are_counted_and_never_exceed_the_budget() -> None:
    for budget in (least_budget(2, 5), 20_000, 60_000):
        trainer = SimulatedTrainer(FIELD)
        race = run(Race(plan(FIELD, budget)), trainer)
        assert race.report().network_steps == trainer.steps_run <= budget


def test_a_small_budget_shortens_the_training_first_and_then_the_list() -> None:
    short = plan(FIELD, 20_000)
    assert FEWEST_STEPS <= short.rungs[-1] < 900
    assert len(short.entrants) == len(FIELD)
    assert "slow learners" in short.notes[0]
    least = plan(FIELD, least_budget(3, 5))
    assert (least.rungs[-1], len(least.entrants)) == (FEWEST_STEPS, 3)
    assert "not raced: c03, c04" in least.notes[0]


def test_a_budget_for_less_than_two_candidates_is_refused_with_the_least_one() -> None:
    with pytest.raises(ValueError, match=str(least_budget(2, 5))):
        plan(FIELD, least_budget(2, 5) - 1)


def test_members_are_paired_every_candidate_of_a_stage_has_the_same_seeds() -> None:
    race = Race(plan(FIELD))
    tasks = race.ask()
    assert {(task.seeds, task.seed, task.steps, task.batch_size) for task in tasks} == {((0, 1), 0, 100, 64)}
    assert all(8 <= len(task.members) <= 16 for task in tasks)

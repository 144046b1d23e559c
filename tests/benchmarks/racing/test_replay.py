"""Replays: tables give back what was trained, references see other seeds, contestants keep to their budgets."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from benchmarks.racing.contestants import RACES, Heat, grid
from benchmarks.racing.measures import USED, average, measure
from benchmarks.racing.replay import draws, exhaustive_steps, reference_of
from benchmarks.racing.table import POINTS, RATES, RUNGS, SEEDS, ScoreTable, table_of
from benchmarks.racing.tasks import CANDIDATES, Contest, cheap_tasks
from models.data.prepared import PreparedData
from models.training.run import run_task
from models.training.task import TaskResult, TrainingTask

BEST, BEST_RATE = "tanh", RATES[2]


@cache
def contest() -> Contest:
    return cheap_tasks()[0].contest()


def table(noise: float = 0.002) -> ScoreTable:
    """Scores that grow towards 0.9, BEST first by 0.02, and fall with the distance from BEST_RATE."""
    rng = np.random.default_rng(0)
    quality = np.array([0.9 if name == BEST else 0.88 - 0.004 * place for place, name in enumerate(CANDIDATES)])
    rate = -0.03 * (np.arange(len(RATES)) - RATES.index(BEST_RATE)) ** 2
    scores = quality[:, None, None] + rate[:, None] + noise * rng.standard_normal((len(CANDIDATES), len(RATES), SEEDS))
    curves = np.full((len(RUNGS), len(CANDIDATES), len(RATES), SEEDS, POINTS), np.nan)
    for place, steps in enumerate(RUNGS):
        curves[place, ..., -1] = scores - 9 / steps
    curves[-1] = scores[..., None] - 0.1 * np.linspace(1, 0, POINTS)
    taken = np.broadcast_to(np.array(RUNGS)[:, None, None, None], curves.shape[:-1]).copy()
    return ScoreTable(CANDIDATES, curves, taken)


def task(steps: int, **fields: object) -> TrainingTask:
    entrant = contest().entrants[0]
    given = {"learning_rates": RATES[:2], "seeds": (0, 1), "evaluations": POINTS if steps == RUNGS[-1] else 1} | fields
    return TrainingTask(
        id="hidden-0/0/relu",
        candidate=entrant.candidate,
        activation=entrant.activation,
        head=entrant.head,
        network=contest().network,
        gain=entrant.gain,
        steps=steps,
        **given,
    )


def test_a_result_from_the_table_is_that_of_the_seeds_it_stands_for() -> None:
    found = table().run(task(RUNGS[0]), {0: 7, 1: 3})
    assert [member.seed for member in found.members] == [0, 1, 0, 1]
    assert found.members[0].score == pytest.approx(table().final[0, 0, 0, 7])
    assert found.network_steps == 4 * RUNGS[0]


def test_a_divergent_training_has_no_score_and_costs_its_steps() -> None:
    whole = table()
    whole.curves[-1, 0, 0, 7, 2:] = np.nan
    whole.steps[-1, 0, 0, 7] = 70
    member = whole.member("relu", RATES[0], RUNGS[-1], 7)
    assert (member.score, member.diverged_at, len(member.curve_scores)) == (None, 70, 2)


def test_reference_and_replay_share_no_seed() -> None:
    for seeds, unseen in draws(5, USED):
        assert sorted([*seeds.values(), *unseen]) == list(range(SEEDS))


def test_the_reference_knows_winner_and_regret() -> None:
    found = reference_of(table(), contest(), list(range(SEEDS)))
    assert found.winner == BEST
    assert found.regret(BEST, BEST_RATE) == 0
    assert found.regret(BEST, RATES[1]) == pytest.approx(0.03, abs=0.003)


@pytest.mark.parametrize("name", RACES)
def test_every_race_keeps_to_its_budget_and_finds_a_winner_that_stands_out(name: str) -> None:
    seeds, _ = next(draws(1, USED))
    heat = Heat(table(), contest(), seeds, 0.2)
    outcome = RACES[name](heat)
    assert outcome.network_steps <= heat.budget
    assert outcome.candidate == BEST
    assert outcome.group is not None
    assert BEST in outcome.group


def test_the_full_grid_costs_all_and_finds_the_best_learning_rate() -> None:
    outcome = grid(Heat(table(), contest(), dict(enumerate(range(USED))), 0.2))
    assert (outcome.candidate, outcome.rate) == (BEST, BEST_RATE)
    assert outcome.network_steps == exhaustive_steps(contest())


def test_measures_of_a_clear_case_are_perfect_and_averages_pass_over_what_does_not_exist() -> None:
    found = measure(next(iter(RACES.values())), table(), contest(), 0.2, 2)
    assert (found.within, found.holds) == (1.0, 1.0)
    assert found.regret == pytest.approx(0, abs=0.2)
    without = measure(grid, table(), contest(), 0.2, 2)
    assert without.holds is None
    assert average([found, without]).holds == 1.0


def test_a_table_is_made_by_the_trainer_and_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.racing.table.SEEDS", 2)
    one = Contest("one", contest().data, contest().network, contest().entrants[:1], contest().judged)
    made = table_of(one, tmp_path)
    wanted = run_task(task(RUNGS[1], metric=contest().judged.metric, batch_size=32), contest().data)
    got = [made.member("relu", member.learning_rate, RUNGS[1], member.seed).score for member in wanted.members]
    assert got == pytest.approx([member.score for member in wanted.members], abs=1e-6)
    trained: list[int] = []

    def counting(task: TrainingTask, data: PreparedData) -> TaskResult:
        trained.append(task.steps)
        return run_task(task, data)

    monkeypatch.setattr("benchmarks.racing.table.run_task", counting)
    assert (table_of(one, tmp_path).curves == made.curves).sum() > 0
    assert trained == [RUNGS[0]]


def test_a_table_of_another_trainer_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.racing.table.SEEDS", 2)
    one = Contest("one", contest().data, contest().network, contest().entrants[:1], contest().judged)
    made = table_of(one, tmp_path)
    (path,) = tmp_path.glob("*.npz")
    np.savez_compressed(path, curves=np.zeros_like(made.curves, np.float32), steps=made.steps)
    assert np.array_equal(table_of(one, tmp_path).curves, made.curves, equal_nan=True)


def test_another_root_draws_other_rows_for_the_same_tasks() -> None:
    first, other = cheap_tasks()[0], cheap_tasks(root=1000)[0]
    assert (first.name, first.kind, first.shape) == (other.name, other.kind, other.shape)
    assert first.contest().data.fingerprint != other.contest().data.fingerprint
    assert len(cheap_tasks()) == len(cheap_tasks(root=1000)) >= 40

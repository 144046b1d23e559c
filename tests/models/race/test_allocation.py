"""Who gets the next trainings."""

from __future__ import annotations

from models.race.allocation import TopTwo, one_more_seed
from models.race.board import Board
from models.race.plan import Entrant, RacePlan
from models.race.race import Race
from models.race.standing import standing
from models.training.task import MemberResult

from .simulated import SimulatedTrainer, Truth
from .test_race import NETWORK, plan, run


def members(*scores: float) -> dict[float, dict[int, MemberResult]]:
    return {1e-2: {seed: MemberResult(learning_rate=1e-2, seed=seed, score=score) for seed, score in enumerate(scores)}}


def board(most_seeds: int = 5, **rows: tuple[float, ...]) -> Board:
    entrants = tuple(Entrant(candidate=name, activation="relu", head="h", gain=1.0, outputs=3) for name in rows)
    made = Board.of(
        RacePlan(
            key="hidden-0",
            subject="dense",
            entrants=entrants,
            network=NETWORK,
            learning_rates=(1e-2,),
            rungs=(10, 30, 90),
            most_seeds=most_seeds,
            budget=10_000,
        )
    )
    made.rungs[-1].update({name: members(*scores) for name, scores in rows.items()})
    return made


def test_the_leader_and_the_two_hardest_to_tell_from_it_get_the_next_seed() -> None:
    found = board(a=(0.9, 0.91), b=(0.895, 0.905), c=(0.7, 0.71), d=(0.89, 0.9), e=(0.5, 0.5))
    assert TopTwo().extend(found) == dict.fromkeys(("a", "b", "d"), ((1e-2,), (2,)))


def test_a_challenger_with_all_its_seeds_gives_its_turn_to_the_next() -> None:
    found = board(3, a=(0.9, 0.91, 0.9), b=(0.895, 0.905, 0.9), c=(0.7, 0.71), d=(0.89, 0.9))
    assert TopTwo(1).extend(found) == {"d": ((1e-2,), (2,))}


def test_nobody_is_extended_when_all_have_all_seeds() -> None:
    assert TopTwo().extend(board(2, a=(0.9, 0.91), b=(0.8, 0.82))) == {}


def test_a_new_leader_first_runs_the_seeds_that_its_challenger_has() -> None:
    rung = {"a": members(0.95, 0.96), "b": members(0.9, 0.9, 0.9, 0.9)}
    now = standing(rung, ["a", "b"], 0.0, 1e-3)
    assert one_more_seed(now, ["b"], 5) == {"a": ((1e-2,), (2, 3, 4)), "b": ((1e-2,), (4,))}
    assert one_more_seed(now, [], 5) == {}


def test_the_budget_goes_to_those_who_still_matter() -> None:
    truths = {name: Truth(0.95, noise=0.02) for name in ("a", "b", "c")}
    truths |= {f"w{i}": Truth(0.9, noise=0.02) for i in range(9)}
    race = run(Race(plan(truths, most_seeds=8)), SimulatedTrainer(truths))
    seeds = {entry.candidate: entry.seeds for entry in race.report().entries}
    assert sum(seeds[name] for name in ("a", "b", "c")) / 3 > 1.5 * sum(seeds[f"w{i}"] for i in range(9)) / 9


def test_the_number_of_challengers_is_a_setting() -> None:
    found = board(a=(0.9, 0.91), b=(0.895, 0.905), c=(0.7, 0.71), d=(0.89, 0.9))
    assert set(TopTwo(3).extend(found)) == {"a", "b", "c", "d"}


def test_who_was_not_paid_a_rung_does_not_go_on_to_the_next() -> None:
    found = board(a=(0.9, 0.91), b=(0.8, 0.82), c=(0.85, 0.86))
    found.rungs[1] = {name: found.rungs[-1][name] for name in ("a", "b")}
    assert TopTwo().promote(found, 1) == dict.fromkeys(("a", "b"), ((1e-2,), (0, 1)))


def test_a_race_has_a_short_rung_and_the_full_length() -> None:
    assert plan({"a": Truth(0.9), "b": Truth(0.8)}).rungs == (100, 900)

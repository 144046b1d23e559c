"""Plans say what will be trained, and make the tasks for it."""

from __future__ import annotations

import pytest

from models.networks.shapes import DenseShape, Network, RecurrentShape
from models.race.plan import Entrant, RacePlan, plan_race
from models.race.race import Race

DENSE = DenseShape(features=6, outputs=2, depth=1, width=4)
RECURRENT = RecurrentShape(features=6, outputs=2, depth=1, width=4, sizes=(3, 2))
ENTRANTS = tuple(Entrant(candidate=name, activation=name, head="h", gain=1.4, outputs=5) for name in ("relu", "tanh"))


def planned(network: Network = DENSE) -> RacePlan:
    return plan_race("hidden-0", "dense", ENTRANTS, network, 20_000)


@pytest.mark.parametrize(("network", "norm"), [(DENSE, None), (RECURRENT, 1.0)])
def test_every_task_of_a_race_cuts_gradients_as_its_family_does(network: Network, norm: float | None) -> None:
    assert {task.clip_norm for task in Race(planned(network)).ask()} == {norm}


def test_an_entrant_brings_the_outputs_of_its_head_to_the_network() -> None:
    task = ENTRANTS[0].task("a", DENSE, learning_rates=(0.1,), seeds=(0,), steps=3)
    assert (task.id, task.candidate, task.network.outputs, task.steps) == ("a", "relu", 5, 3)
    assert DENSE.outputs == 2


def test_short_trainings_are_asked_for_their_final_score_alone_and_whole_ones_for_a_curve() -> None:
    plan = planned()
    assert [plan.looks(rung) for rung in range(len(plan.rungs))] == [1, plan.evaluations]
    assert {task.evaluations for task in Race(plan).ask()} == {1}
    assert plan.model_copy(update={"rungs": (1, 3)}).looks(1) == 3

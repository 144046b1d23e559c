"""What a race costs: its trainings in the company that they have, and every look at the validation rows."""

from __future__ import annotations

import pytest

from models.networks.shapes import DenseShape, Network
from models.race.plan import Entrant, RacePlan, plan_race
from service.probing.calibration import Calibration, Speed, counts
from service.probing.cost import DIAGNOSIS, WAITING, race_seconds

NETWORK = DenseShape(features=6, outputs=2, depth=2, width=8)
CALLS = Calibration(speeds={"dense": Speed(call=1e-6, operation=0, element=0)})
PRODUCTS = Calibration(speeds={"dense": Speed(call=0, operation=1e-9, element=0)})


def race(budget: int = 20_000, entrants: int = 3, network: Network = NETWORK) -> RacePlan:
    names = ("relu", "tanh", "silu", "elu", "gelu")[:entrants]
    made = [Entrant(candidate=name, activation=name, head="softmax_cross_entropy", gain=1, outputs=2) for name in names]
    return plan_race("hidden-0", "dense", made, network, budget)


def test_without_rows_to_look_at_products_cost_the_same_in_any_company() -> None:
    planned = race()
    step = PRODUCTS.seconds_per_step(NETWORK, planned.batch_size)
    assert race_seconds(planned, 0, PRODUCTS) == pytest.approx(planned.budget * step)


def test_calls_are_shared_by_networks_side_by_side() -> None:
    planned = race()
    alone = planned.budget * CALLS.seconds_per_step(NETWORK, planned.batch_size, members=1)
    assert alone / 10 < race_seconds(planned, 0, CALLS) < 0.8 * alone


def test_each_training_looks_at_the_validation_rows_for_its_curve_and_its_diagnosis() -> None:
    planned = race(budget=race().budget, entrants=2)
    (first, last), members = planned.rungs, 2 * len(planned.learning_rates)
    whole = (planned.budget - 2 * members * first) / last
    looks = 2 * members * (1 + DIAGNOSIS) + whole * (planned.evaluations + DIAGNOSIS)
    pass_of = counts(NETWORK, 100).operations / 3 * 1e-9
    more = race_seconds(planned, 100, PRODUCTS) - race_seconds(planned, 0, PRODUCTS)
    assert more == pytest.approx(looks * pass_of)


def test_several_workers_share_the_work_and_wait_for_the_last_task_of_a_stage() -> None:
    planned = race()
    one, two = (race_seconds(planned, 50, CALLS.model_copy(update={"workers": many})) for many in (1, 2))
    assert two == pytest.approx(one / 2 / (1 - WAITING))


def test_networks_that_do_not_fit_into_the_cache_together_share_fewer_calls() -> None:
    wide = DenseShape(features=6, outputs=2, depth=2, width=2048)
    planned = race(network=wide)
    assert race_seconds(planned, 0, CALLS) == pytest.approx(
        planned.budget * CALLS.seconds_per_step(wide, planned.batch_size, members=1), rel=0.02
    )


def test_dear_candidates_make_a_race_dearer_by_what_they_are_applied_to() -> None:
    planned = race(entrants=2)
    steps, each = planned.budget, planned.batch_size * NETWORK.depth * NETWORK.width
    dear = PRODUCTS.model_copy(update={"costs": {"silu": 1e-9, "relu": 4e-9, "tanh": 1e-9}})
    more = race_seconds(planned, 0, dear) - race_seconds(planned, 0, PRODUCTS)
    assert more == pytest.approx(steps * each * 3e-9 / 2)


def test_an_activation_that_was_not_measured_costs_what_the_usual_one_does() -> None:
    known = PRODUCTS.model_copy(update={"costs": {"silu": 1e-9}})
    assert race_seconds(race(), 30, known) == pytest.approx(race_seconds(race(), 30, PRODUCTS))

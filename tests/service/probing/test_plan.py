"""A plan fixes everything before any training, and says what it does not cover."""

from __future__ import annotations

from typing import Any

import pytest

from actwise.contract.reading import read_request
from actwise.contract.situation import resolve
from models.race.plan import least_budget
from models.theory import recommended_start
from service.probing.calibration import Calibration
from service.probing.plan import MOST_RACES, ProbePlan, plan_probe, quote
from service.probing.proxy import WIDEST

CALIBRATION = Calibration(workers=2)
NAMES = ("relu", "gelu", "swiglu", "tanh", "softmax", "relu")


def planned(names: tuple[str, ...] = NAMES, **fields: Any) -> ProbePlan:
    description = {"task": "classification", "layer_type": "dense", "depth": 3, "compute_budget": "low", **fields}
    request = read_request({"probe": {"seconds": 10}, **description})
    situations, _ = resolve(request)
    return plan_probe(request, situations, {situation.block: names for situation in situations}, CALIBRATION)


def test_data_that_cannot_be_used_refuse_the_probe_and_say_why() -> None:
    plan = planned(probe={"data": {"name": "mnist"}})
    assert plan.refused is not None
    assert "mnist" in plan.refused
    assert (plan.races, plan.heads, quote(plan)) == ((), None, (0.0, 0))


def test_a_budget_too_small_for_two_candidates_refuses_the_probe_and_names_the_least() -> None:
    refused = planned(probe={"network_steps": 100}).refused
    assert refused is not None
    assert str(least_budget(2, 5)) in refused


@pytest.mark.parametrize("names", [(), ("relu",), ("swiglu", "softmax")])
def test_with_fewer_than_two_candidates_there_is_nothing_to_compare(names: tuple[str, ...]) -> None:
    assert "nothing to compare" in str(planned(names).refused)


def test_gated_units_and_repeated_names_are_left_out_and_the_order_is_kept() -> None:
    (race,) = planned().races
    assert [entrant.candidate for entrant in race.entrants] == ["relu", "gelu", "tanh"]


def test_every_candidate_starts_as_recommended_for_the_network_that_is_trained() -> None:
    (race,) = planned(depth=20, normalization="none", probe={"network_steps": 50_000}).races
    for entrant in race.entrants:
        start = recommended_start(entrant.activation, 20, "none", False)
        assert (entrant.gain, entrant.centred, entrant.input_gain) == (start.gain, start.centred, start.input_gain)


def test_depth_normalisation_and_residual_are_kept_and_every_difference_is_told() -> None:
    described = {"layer_type": "conv", "depth": 200, "normalization": "group", "residual": True, "width": 512}
    plan = planned(**described, probe={"network_steps": 50_000})
    network = plan.races[0].network
    assert (network.family, network.depth, network.width) == ("conv", 64, WIDEST["conv"])
    assert (network.normalization, network.residual) == ("group", True)
    for sentence in ("64 hidden layers instead of 200", f"width {WIDEST['conv']} instead of 512"):
        assert sentence in plan.scope


@pytest.mark.parametrize("layer_type", ["conv", "recurrent", "attention", "graph", "mixed"])
def test_a_table_has_neither_order_nor_neighbours_so_dense_layers_stand_in(layer_type: str) -> None:
    plan = planned(layer_type=layer_type, probe={"data": {"name": "wine"}, "network_steps": 50_000})
    assert plan.races[0].network.family == "dense"
    assert f"dense layers stand in for {layer_type} layers" in plan.scope


def test_a_dense_network_that_fits_is_trained_as_it_is() -> None:
    scope = planned(width=32, normalization="batch").scope
    assert "instead" not in scope.split("dense: the budget")[0]


def test_the_seconds_become_network_steps_once_and_a_given_number_is_kept() -> None:
    plan = planned(probe={"seconds": 10})
    assert quote(plan)[0] == pytest.approx(10, rel=0.02)
    again = planned(probe={"network_steps": plan.network_steps})
    assert (again.races, again.seconds) == (plan.races, plan.seconds)
    assert planned(probe={"network_steps": 12_345}).network_steps == 12_345


@pytest.mark.parametrize("task", ["count_regression", "positive_regression", "bounded_regression"])
def test_heads_are_raced_where_several_are_sensible(task: str) -> None:
    extra = {"target": {"low": 0, "high": 1}} if task == "bounded_regression" else {}
    plan = planned(task=task, **extra)
    assert plan.heads is not None
    assert len(plan.heads.entrants) >= 3
    assert plan.network_steps == plan.heads.budget + plan.races[0].budget


def test_heads_are_not_raced_for_plain_labels_nor_when_not_wanted() -> None:
    assert planned().heads is None
    assert planned(task="count_regression", probe={"heads": False}).heads is None


def test_heads_are_raced_alone_when_only_one_hidden_activation_is_left() -> None:
    plan = planned(("tanh",), task="count_regression")
    assert plan.races == ()
    assert plan.heads is not None
    assert {entrant.activation for entrant in plan.heads.entrants} == {"tanh"}


def test_blocks_share_the_budget_and_those_beyond_the_first_are_named() -> None:
    blocks = [{"layer_type": "dense", "name": f"Block {i}/x", "depth": i + 1} for i in range(MOST_RACES + 1)]
    plan = planned(layers=blocks)
    assert [race.subject for race in plan.races] == ["Block 0/x", "Block 1/x", "Block 2/x"]
    assert len({race.budget for race in plan.races}) == 1
    assert f"not probed: Block {MOST_RACES}/x" in plan.scope


def test_a_plan_survives_json() -> None:
    plan = planned(task="count_regression")
    assert ProbePlan.model_validate_json(plan.model_dump_json()) == plan

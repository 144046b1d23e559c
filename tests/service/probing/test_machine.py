"""Measuring this machine."""

from __future__ import annotations

import pytest

from models.activations import hidden_candidates
from models.networks.families import FAMILIES
from models.networks.shapes import Network
from service.probing.calibration import measure
from service.probing.machine import SIZES, activation_costs, time_look, time_network


def first_of(family: str) -> Network:
    return next(network for network in SIZES if network.family == family)


def test_every_family_is_among_the_sizes() -> None:
    assert {network.family for network in SIZES} == set(FAMILIES)


@pytest.mark.parametrize("network", SIZES)
def test_every_size_can_be_timed(network: Network) -> None:
    assert time_network(network, 2, 16) > 0
    assert time_look(network, 2, 20) > 0


def test_a_calibration_knows_its_workers_and_every_size_it_measured() -> None:
    found = measure(time_network, [first_of("dense"), first_of("graph")], 16, workers=3)
    assert found.workers == 3
    assert [(point.kind, point.members) for point in found.points] == [
        ("dense", 10),
        ("dense", 2),
        ("graph", 10),
        ("graph", 2),
    ]
    assert set(found.speeds) == {"dense", "graph"}


def test_every_hidden_activation_has_a_cost_and_doing_nothing_has_the_lowest() -> None:
    costs = activation_costs()
    assert set(costs) == {activation.name for activation in hidden_candidates()}
    assert min(costs, key=lambda name: costs[name]) == "identity"

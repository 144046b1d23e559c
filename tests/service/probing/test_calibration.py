"""Calibration: seconds become network-steps once, and the fit is pure."""

from __future__ import annotations

import pytest

from models.networks.shapes import DenseShape, GraphShape, Network, RecurrentShape
from service.probing.calibration import (
    NOMINAL,
    Calibration,
    Counts,
    Speed,
    SpeedPoint,
    counts,
    fit,
    kind_of,
    looking,
    measure,
)

SMALL = DenseShape(features=10, outputs=1, depth=1, width=8)
TRUE = Speed(call=2e-6, operation=3e-11, element=2e-9)
SIZES = tuple(
    DenseShape(features=16, outputs=2, depth=depth, width=width)
    for depth, width in ((1, 8), (2, 64), (12, 16), (4, 200))
)


def point(seconds: float, members: int = 1, operations: float = 1e6) -> SpeedPoint:
    return SpeedPoint(
        kind="dense",
        members=members,
        counts=Counts(calls=100, operations=operations, elements=1e4),
        seconds=seconds,
    )


def time_exactly(network: Network, members: int, batch_size: int) -> float:
    return TRUE.seconds(counts(network, batch_size), members)


def test_operations_count_a_forward_and_two_backward_products() -> None:
    network = DenseShape(features=3, outputs=2, depth=2, width=5)
    assert counts(network, 7).operations == 6 * 7 * (3 * 5 + 5 * 5 + 5 * 2)


def test_a_graph_costs_all_its_nodes_whatever_the_batch() -> None:
    network = GraphShape(features=1, outputs=2, depth=2, width=5, node_features=3, nodes=100, edges=200)
    assert counts(network, 1).operations == counts(network, 90).operations > 0


def test_a_fit_finds_the_constants_that_made_the_points() -> None:
    found = measure(time_exactly, SIZES).speeds["dense"]
    assert found.call == pytest.approx(TRUE.call, rel=1e-3)
    assert found.operation == pytest.approx(TRUE.operation, rel=1e-3)
    assert found.element == pytest.approx(TRUE.element, rel=1e-3)


def test_no_constant_is_negative_even_when_big_networks_were_measured_too_fast() -> None:
    found = fit([point(1e-3), point(1e-4, operations=1e9), point(1e-5, members=10)]).speeds["dense"]
    assert min(found.call, found.operation, found.element) >= 0
    assert found.call + found.operation + found.element > 0


def test_company_makes_a_step_of_one_network_cheaper() -> None:
    assert TRUE.seconds(counts(SMALL, 64), 10) < 10 * TRUE.seconds(counts(SMALL, 64), 1)
    measured = Calibration(speeds={"dense": TRUE})
    assert measured.seconds_per_step(SMALL, 64, members=5) == pytest.approx(TRUE.seconds(counts(SMALL, 64), 5) / 5)


def test_a_kind_that_was_not_measured_is_taken_for_that_of_a_plain_machine() -> None:
    assert Calibration().speed(SMALL) == NOMINAL


def test_every_recurrent_cell_has_a_speed_of_its_own() -> None:
    shapes = [
        RecurrentShape(features=4, outputs=2, depth=1, width=3, sizes=(2, 2), cell=cell) for cell in ("rnn", "gru")
    ]
    assert len({kind_of(shape) for shape in (*shapes, SMALL)}) == 3


def test_a_calibration_survives_json_and_then_gives_the_same_quote() -> None:
    found = measure(time_exactly, SIZES, workers=3)
    stored = Calibration.model_validate_json(found.model_dump_json())
    assert stored == found
    assert len(stored.points) == 2 * len(SIZES)


def test_networks_in_use_have_a_factor_of_their_own() -> None:
    def twice_as_slow(network: Network, members: int, rows: int) -> float:
        return 2 * TRUE.seconds(looking(network, rows), members)

    found = measure(time_exactly, SIZES, time_look=twice_as_slow)
    assert found.looks == {"dense": pytest.approx(2, rel=1e-3)}
    plain = found.model_copy(update={"looks": {}})
    assert found.seconds_per_look(SMALL, 100, 2) == pytest.approx(2 * plain.seconds_per_look(SMALL, 100, 2), rel=1e-3)

"""Calibration: seconds become network-steps once, and the fit is pure."""

from __future__ import annotations

import pytest

from models.networks.shapes import DenseShape
from service.probing.calibration import SIZES, Calibration, SpeedPoint, fit, measure, operations

SMALL = DenseShape(features=10, outputs=1, depth=1, width=8)


def test_operations_count_a_forward_and_two_backward_products() -> None:
    network = DenseShape(features=3, outputs=2, depth=2, width=5)
    assert operations(network, 7) == 6 * 7 * (3 * 5 + 5 * 5 + 5 * 2)


def test_a_fit_finds_the_constants_that_made_the_points() -> None:
    points = [SpeedPoint(operations=n, seconds=2e-5 + 1e-10 * n) for n in (1e4, 1e5, 1e6, 1e7)]
    found = fit(points)
    assert found.overhead == pytest.approx(2e-5, rel=1e-6)
    assert found.seconds_per_operation == pytest.approx(1e-10, rel=1e-6)


def test_no_constant_is_negative_even_when_big_networks_were_measured_too_fast() -> None:
    found = fit([SpeedPoint(operations=1e4, seconds=1e-3), SpeedPoint(operations=1e7, seconds=1e-4)])
    assert found.overhead >= 0
    assert found.seconds_per_operation >= 0
    assert found.seconds_per_step(SMALL, 64) > 0


def test_budget_and_seconds_undo_each_other_and_workers_share_the_work() -> None:
    one = Calibration(overhead=1e-4, seconds_per_operation=1e-10)
    two = one.model_copy(update={"workers": 2})
    steps = one.budget(30, SMALL, 64)
    assert one.seconds(steps, SMALL, 64) == pytest.approx(30, rel=1e-3)
    assert two.budget(30, SMALL, 64) == pytest.approx(2 * steps, rel=1e-3)
    assert one.budget(1e-9, SMALL, 64) == 1


def test_a_calibration_survives_json_and_then_gives_the_same_quote() -> None:
    found = measure(lambda network, batch: 1e-5 + 3e-11 * operations(network, batch), workers=3)
    stored = Calibration.model_validate_json(found.model_dump_json())
    assert stored == found
    assert len(stored.points) == len(SIZES)

"""Measuring this machine."""

from __future__ import annotations

import pytest

from models.networks.shapes import Network
from service.probing.calibration import SIZES
from service.probing.machine import calibrate, time_network


@pytest.mark.parametrize("network", SIZES)
def test_every_size_can_be_timed(network: Network) -> None:
    assert time_network(network, 16) > 0


def test_a_calibration_knows_its_workers_and_every_size_it_measured() -> None:
    found = calibrate(workers=3, batch_size=16)
    assert found.workers == 3
    assert len(found.points) == len(SIZES)
    assert found.overhead + found.seconds_per_operation > 0

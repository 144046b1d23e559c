"""Estimates of work: more work, fewer steps between two looks at the stop signal, and fewer members at once."""

from __future__ import annotations

from models.activations import get
from models.networks.shapes import DenseShape
from models.training.pacing import BETWEEN_POLLS, most_members, step_seconds, steps_between_polls

SMALL = DenseShape(features=4, outputs=2, depth=1, width=4)
LARGE = DenseShape(features=500, outputs=10, depth=64, width=4096)


def test_large_networks_are_polled_at_every_step() -> None:
    assert steps_between_polls(LARGE, get("relu"), 1, 128) == 1


def test_small_networks_run_many_steps_between_two_polls_but_no_more_than_the_time_allows() -> None:
    steps = steps_between_polls(SMALL, get("relu"), 3, 32)
    assert steps > 100
    assert steps * step_seconds(SMALL, get("relu"), 3, 32) <= BETWEEN_POLLS


def test_large_networks_are_trained_alone_and_small_ones_in_company() -> None:
    assert most_members(LARGE, get("relu"), 128) == 1
    assert most_members(SMALL, get("relu"), 128) > 50


def test_activations_with_more_buffers_leave_room_for_fewer_members() -> None:
    network = DenseShape(features=64, outputs=10, depth=4, width=64)
    two_buffers = next(name for name in ("swish", "snake", "mish", "prelu") if get(name).work_buffers > 1)
    assert most_members(network, get(two_buffers), 128) < most_members(network, get("relu"), 128)

"""How much work goes between two looks at the stop signal, and how many members are trained side by side.

Both are estimates from sizes and from how layers are computed here, and change nothing of a result. Nothing here reads
a clock.
"""

from __future__ import annotations

from models.activations.base import Activation
from models.networks.families import working_set, workload
from models.networks.shapes import Network

BETWEEN_POLLS = 0.05
"""Seconds of work, on a slow machine, between two looks at the stop signal."""

_FLOPS = 1.5e10
_ELEMENTS = 2e8
_CALL = 1.5e-6


def step_seconds(network: Network, activation: Activation, members: int, rows: int) -> float:
    """Pessimistic seconds of one step of `members` networks: products, elementwise passes and calls."""
    work = workload(network, activation)
    products = 6.0 * work.products_of(rows)
    elements = 20.0 * work.parameters + 15.0 * work.elements_of(rows)
    return members * (products / _FLOPS + elements / 20 / _ELEMENTS) + work.calls * _CALL


def steps_between_polls(network: Network, activation: Activation, members: int, rows: int) -> int:
    """Steps that fit between two looks at the stop signal; at least 1."""
    return max(1, int(BETWEEN_POLLS / step_seconds(network, activation, members, rows)))


def most_members(network: Network, activation: Activation, rows: int) -> int:
    """Members whose working set stays within the family's; at least 1."""
    work = workload(network, activation)
    return max(1, working_set(network) // (4 * (5 * work.parameters + work.elements_of(rows))))

"""How much work goes between two looks at the stop signal, and how many members are trained side by side.

Both are estimates from sizes alone, so that they are the same wherever a task is run. Nothing here reads a clock.
"""

from __future__ import annotations

from models.activations.base import Activation
from models.networks.layout import Layout
from models.training.task import Network

BETWEEN_POLLS = 0.05
"""Seconds of work, on a slow machine, between two looks at the stop signal."""
WORKING_SET = 32 * 2**20
"""Bytes of parameters, moments and activations of the members trained side by side. Small networks gain most
from company, which spares calls; large ones lose a little when they push each other out of the cache."""

_FLOPS = 1.5e10
_ELEMENTS = 2e8
_CALL = 1.5e-6
_CALLS_PER_LAYER = 20


def step_seconds(network: Network, members: int, rows: int) -> float:
    """Pessimistic seconds of one step of `members` networks: products, elementwise passes and calls."""
    parameters = Layout(network).size
    products = 6.0 * rows * parameters
    elements = 20.0 * parameters + 40.0 * rows * (network.depth * network.width + network.outputs)
    calls = _CALLS_PER_LAYER * (network.depth + 3)
    return members * (products / _FLOPS + elements / 20 / _ELEMENTS) + calls * _CALL


def steps_between_polls(network: Network, members: int, rows: int) -> int:
    """Steps that fit between two looks at the stop signal; at least 1."""
    return max(1, int(BETWEEN_POLLS / step_seconds(network, members, rows)))


def most_members(network: Network, activation: Activation, rows: int) -> int:
    """Members whose working set stays in cache; at least 1."""
    parameters = 5 * Layout(network, activation.parameters).size
    buffers = 1 + activation.work_buffers + 2 * (network.normalization != "none") + network.residual
    activations = rows * network.width * (network.depth * buffers + 2)
    return max(1, WORKING_SET // (4 * (parameters + activations)))

"""What is to be raced: the network of each block, and the candidates that can be trained in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from actwise.contract.situation import Situation
from models.data.prepared import PreparedData
from models.heads import get_head
from models.networks.shapes import Network, RecurrentShape
from models.race.plan import Entrant
from models.training.task import OptimizerKind
from service.probing.entrants import hidden_entrants
from service.probing.judging import usable_heads
from service.probing.proxy import Proxy, proxy_network
from service.probing.subjects import gates_of

BATCH_SIZE = 64
CELL_FUNCTION = "tanh"


@dataclass(frozen=True)
class Contest:
    """One hidden race to be planned."""

    block: str
    optimizer: OptimizerKind
    proxy: Proxy
    entrants: tuple[Entrant, ...]
    batch_size: int


def contest_of(situation: Situation, names: Sequence[str], data: PreparedData) -> Contest:
    """The race of those of the named functions that the block's network can train on the data."""
    head = usable_heads(data)[0]
    proxy = proxy_network(situation, data, head.unit_count(data.classes, data.outputs))
    optimizer: OptimizerKind = "sgd" if situation.optimizer == "sgd" else "adam"
    return Contest(
        block=situation.block,
        optimizer=optimizer,
        proxy=proxy,
        entrants=hidden_entrants(names, proxy.network, head),
        batch_size=_batch_size(proxy.network, data),
    )


def gates_contest(contest: Contest, situation: Situation, names: Sequence[str]) -> Contest:
    """The race of one function for all gates of the same cells, whose own function stays the usual one."""
    cell = contest.proxy.network
    if not isinstance(cell, RecurrentShape):
        return replace(contest, block=gates_of(situation.block), entrants=())
    network = cell.model_copy(update={"raced": "gates", "other": CELL_FUNCTION})
    head = get_head(contest.entrants[0].head) if contest.entrants else None
    entrants = hidden_entrants(names, network, head) if head else ()
    return replace(
        contest, block=gates_of(situation.block), proxy=replace(contest.proxy, network=network), entrants=entrants
    )


def _batch_size(network: Network, data: PreparedData) -> int:
    """A graph passes forward whole, so all its training nodes learn at once."""
    return len(data.x_train) if network.family == "graph" else min(BATCH_SIZE, len(data.x_train))

"""The network and the data of a passport, from a few words about them."""

from __future__ import annotations

from dataclasses import dataclass

from actwise.contract.faults import ContractError, Fault
from actwise.contract.reading import read_request
from actwise.contract.situation import resolve
from models.activations.base import Activation
from models.data.prepared import PreparedData
from models.data.table import DataRefused
from models.formulas import FormulaActivation, formula_name
from models.networks.families import FAMILIES, workload
from models.networks.shapes import Network
from models.training.task import TrainingTask, usual_clip
from service.probing.data import describe, load, reference
from service.probing.entrants import trainable
from service.probing.judging import Judge, judge, usable_heads
from service.probing.proxy import Proxy, proxy_network
from service.probing.starts import start_for

LEARNING_RATES = (1e-3, 3e-3, 1e-2)
ONE_RATE = (3e-3,)
"""For networks that are too large to try several."""

MOST_STEPS, FEWEST_STEPS = 200, 40
BATCH_SIZE = 64
MOST_PRODUCTS = 1.5e10
"""Multiplications and additions, in pairs, that a training may take while its caller waits: a second or two."""

_BACKWARD = 3
"""Products of a step over those of its forward pass."""


@dataclass(frozen=True)
class Wanted:
    """The network whose passport is wanted, and what it is trained on."""

    layer_type: str
    task: str
    depth: int
    width: int | None
    normalization: str | None
    residual: bool
    data: str | None
    seeds: int


@dataclass(frozen=True)
class Subject:
    """A network with its data, ready to be trained."""

    proxy: Proxy
    data: PreparedData
    described: str
    judge: Judge
    head: str

    @property
    def network(self) -> Network:
        """What is built."""
        return self.proxy.network


def subject_of(wanted: Wanted) -> Subject:
    """The network described, on the bundled data named or on synthetic ones. Raises ContractError."""
    request = read_request(
        {
            "task": wanted.task,
            "layer_type": wanted.layer_type,
            "depth": wanted.depth,
            "compute_budget": "medium",
            "width": wanted.width,
            "normalization": wanted.normalization,
            "residual": wanted.residual,
            "probe": {"data": {"name": wanted.data} if wanted.data else None},
        }
    )
    situation = resolve(request)[0][0]
    try:
        ref = reference(request, situation, 0, native=situation.layer_type in FAMILIES)
        data = load(ref)
    except DataRefused as refused:
        raise ContractError((Fault(pointer="/data", code=refused.code, message=refused.message),)) from None
    head = usable_heads(data)[0]
    proxy = proxy_network(situation, data, head.unit_count(data.classes, data.outputs))
    return Subject(proxy, data, describe(ref, data), judge(data), head.id)


def name_of(activation: Activation) -> str:
    """What tasks call it."""
    return formula_name(activation.text) if isinstance(activation, FormulaActivation) else activation.name


def training_of(activation: Activation, subject: Subject, seeds: int) -> TrainingTask:
    """A training short enough to wait for.

    Raises ContractError when the network is too large for one, or cannot be made of this activation.
    """
    name, network = name_of(activation), subject.network
    if not trainable(name, network):
        message = f"{name} does not stand alone in the hidden layers of such a network, so there is nothing to train"
        raise ContractError((Fault(pointer="/deployment", code="not_trainable", message=message),))
    start = start_for(name, network)
    rows = len(subject.data.x_train) if network.family == "graph" else min(BATCH_SIZE, len(subject.data.x_train))
    rates, steps = _length(network, activation, rows, seeds)
    return TrainingTask(
        id="passport",
        candidate=name,
        activation=name,
        head=subject.head,
        network=network,
        gain=start.gain,
        centred=start.centred,
        input_gain=start.input_gain,
        learning_rates=rates,
        seeds=tuple(range(seeds)),
        steps=steps,
        batch_size=rows,
        metric=subject.judge.metric,
        clip_norm=usual_clip(network),
        evaluations=1,
    )


def _length(network: Network, activation: Activation, rows: int, seeds: int) -> tuple[tuple[float, ...], int]:
    """Learning rates and steps that a caller can wait for."""
    products = _BACKWARD * seeds * workload(network, activation).products_of(rows)
    for rates in (LEARNING_RATES, ONE_RATE):
        steps = min(MOST_STEPS, int(MOST_PRODUCTS / (products * len(rates))))
        if steps >= FEWEST_STEPS:
            return rates, steps
    message = (
        f"{network.depth} layers of {network.width} cannot be trained while you wait: lower depth, width or seeds, or "
        "ask for a recommendation with a probe"
    )
    raise ContractError((Fault(pointer="/depth", code="too_large", message=message),))

"""One race per block, in the network that its rows allow; one more for the gates of its cells."""

from __future__ import annotations

from typing import Any

import pytest

from actwise.contract.reading import read_request
from actwise.contract.situation import Situation, resolve
from models.data.prepared import PreparedData
from models.networks.shapes import RecurrentShape
from service.probing.contests import BATCH_SIZE, Contest, contest_of, gates_contest
from service.probing.data import load, reference

NAMES = ("tanh", "relu", "softmax")
GATES = ("sigmoid", "hard_sigmoid")


def described(layer_type: str, **fields: Any) -> tuple[Situation, PreparedData]:
    request = read_request(
        {"task": "classification", "layer_type": layer_type, "depth": 1, "compute_budget": "low", "probe": {}} | fields
    )
    (situation,) = resolve(request)[0]
    return situation, load(reference(request, situation, 0, native=True))


def contest(layer_type: str, **fields: Any) -> Contest:
    situation, data = described(layer_type, **fields)
    return contest_of(situation, NAMES, data)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_the_gates_of_a_cell_are_raced_in_the_gates_beside_the_usual_cell_function(cell: str) -> None:
    situation, data = described("recurrent", cell=cell)
    found = gates_contest(contest_of(situation, NAMES, data), situation, GATES)
    network = found.proxy.network
    assert isinstance(network, RecurrentShape)
    assert (network.cell, network.raced, network.other) == (cell, "gates", "tanh")
    assert [entrant.candidate for entrant in found.entrants] == list(GATES)
    assert found.block == f"{situation.block}: gates"


def test_the_cell_itself_is_raced_beside_its_own_gates() -> None:
    network = contest("recurrent", cell="lstm").proxy.network
    assert isinstance(network, RecurrentShape)
    assert (network.raced, network.other) == ("cell", "sigmoid")


def test_where_dense_layers_stand_in_there_are_no_gates_to_race() -> None:
    situation, data = described("recurrent", cell="lstm", probe={"data": {"name": "wine"}})
    assert gates_contest(contest_of(situation, NAMES, data), situation, GATES).entrants == ()


def test_a_graph_learns_from_all_its_training_nodes_at_once_and_others_from_batches() -> None:
    situation, data = described("graph")
    assert contest_of(situation, NAMES, data).batch_size == len(data.x_train) != BATCH_SIZE
    assert contest("dense").batch_size == BATCH_SIZE


@pytest.mark.parametrize(("optimizer", "trained"), [("sgd", "sgd"), ("adam", "adam"), (None, "adam")])
def test_the_optimizer_is_the_one_described_where_there_is_such_a_trainer(optimizer: str | None, trained: str) -> None:
    assert contest("dense", optimizer=optimizer).optimizer == trained

"""Flips: only changes of a first choice, the smallest change for each, in words."""

from __future__ import annotations

from typing import Any

from actwise.contract.request import TaskDescription
from service.advice.flips import MOST, flips
from service.advice.neighbours import Neighbour

REQUEST = TaskDescription(task="classification", layer_type="conv", depth=8, compute_budget="low")


def neighbour(field: str, value: Any, distance: int = 1) -> Neighbour:
    return Neighbour(field, value, distance, REQUEST)


def test_no_change_of_the_first_choice_is_no_flip() -> None:
    assert flips([neighbour("depth", 9)], {"conv": "relu"}, [{"conv": "relu"}]) == ()


def test_a_flip_says_what_would_come_first_where_and_instead_of_what() -> None:
    (flip,) = flips([neighbour("depth", 20)], {"conv": "relu", "output": "a"}, [{"conv": "elu", "output": "a"}])
    assert (flip.field, flip.value, flip.block, flip.now, flip.then) == ("depth", 20, "conv", "relu", "elu")
    assert flip.sentence == "With depth 20, elu would come first in conv layers, not relu."


def test_switches_are_told_as_with_and_without() -> None:
    now, then = {"conv": "relu"}, [{"conv": "elu"}]
    assert flips([neighbour("residual", True)], now, then)[0].sentence.startswith("With residual paths,")
    assert flips([neighbour("residual", False)], now, then)[0].sentence.startswith("Without residual paths,")


def test_a_change_of_one_block_names_the_block() -> None:
    (flip,) = flips([neighbour("layers.trunk.gated_ffn", True)], {"trunk": "gelu"}, [{"trunk": "swiglu"}])
    assert flip.sentence == (
        "With a gated feed-forward part in trunk, swiglu would come first in trunk layers, not gelu."
    )


def test_of_several_changes_of_one_field_the_smallest_is_told() -> None:
    found = flips(
        [neighbour("depth", 50, 3), neighbour("depth", 12, 1)], {"conv": "relu"}, [{"conv": "elu"}, {"conv": "elu"}]
    )
    assert [flip.value for flip in found] == [12]


def test_blocks_correspond_by_place_when_a_new_layer_type_renames_them() -> None:
    (flip,) = flips([neighbour("layer_type", "dense")], {"conv": "relu"}, [{"dense": "tanh"}])
    assert flip.block == "conv"


def test_a_long_list_keeps_the_nearest() -> None:
    many = [neighbour(f"field{index}", 1, index) for index in range(30)]
    found = flips(many, {"conv": "relu"}, [{"conv": "elu"}] * 30)
    assert [flip.field for flip in found] == [f"field{index}" for index in range(MOST)]

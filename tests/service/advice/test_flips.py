"""Flips: only changes of a first choice, the smallest change for each, in words."""

from __future__ import annotations

from typing import Any

import pytest

from service.advice.flips import MOST, Shift, flips
from service.advice.neighbours import Change


def shift(field: str, value: Any, distance: int = 1, block: str = "conv", then: str = "elu") -> Shift:
    return Shift(Change(field, value, distance), block, "relu", then)


def test_without_shifts_there_is_no_flip() -> None:
    assert flips([]) == ()


def test_a_flip_says_what_would_come_first_where_and_instead_of_what() -> None:
    (flip,) = flips([shift("depth", 20)])
    assert (flip.field, flip.value, flip.block, flip.now, flip.then) == ("depth", 20, "conv", "relu", "elu")
    assert flip.sentence == "With depth 20, elu would come first in conv layers, not relu."


def test_switches_are_told_as_with_and_without() -> None:
    assert flips([shift("residual", True)])[0].sentence.startswith("With residual paths,")
    assert flips([shift("residual", False)])[0].sentence.startswith("Without residual paths,")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("prefer", "quality", "Preferring quality,"),
        ("domain", None, "Without the words about the domain,"),
        ("domain", "click prediction", "With domain click prediction,"),
        ("deployment.operators", None, "Without the limit to certain operators,"),
        ("target.low", None, "Without a lowest target,"),
        ("target.low", 0.0, "With target low 0.0,"),
        ("target.integer", True, "With targets that are whole numbers,"),
        ("physics_informed", True, "With a differential equation in the loss,"),
        ("layers.trunk.role", "policy", "With role policy in trunk,"),
    ],
)
def test_every_kind_of_change_is_told_in_words(field: str, value: Any, words: str) -> None:
    assert flips([shift(field, value)])[0].sentence.startswith(words)


def test_a_change_of_one_block_names_the_block() -> None:
    (flip,) = flips([shift("layers.trunk.gated_ffn", True, block="trunk", then="swiglu")])
    assert flip.sentence == (
        "With a gated feed-forward part in trunk, swiglu would come first in trunk layers, not relu."
    )


def test_of_several_changes_of_one_field_the_smallest_is_told() -> None:
    assert [flip.value for flip in flips([shift("depth", 50, 3), shift("depth", 12, 1)])] == [12]


def test_one_field_may_lead_to_several_choices() -> None:
    assert len(flips([shift("depth", 50, 3, then="tanh"), shift("depth", 12, 1)])) == 2


def test_a_long_list_keeps_the_nearest() -> None:
    found = flips([shift(f"field{index}", 1, index) for index in range(30)])
    assert [flip.field for flip in found] == [f"field{index}" for index in range(MOST)]
